//! Who there is, and who talks with whom.

/// The accounts and conversations that a scenario needs. User 0 comes first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Population {
    /// Accounts; each has one session.
    pub(crate) users: usize,
    /// Direct conversations of each user.
    pub(crate) direct: usize,
    /// Groups of [`GROUP`] members that each user is in.
    pub(crate) groups: usize,
    /// Big groups, each with so many members: the first users.
    pub(crate) big: Vec<usize>,
}

/// Members of an ordinary group.
pub(crate) const GROUP: usize = 40;
/// How the members of the layers of groups are spread, so that no two groups are alike. Primes.
const STRIDES: [usize; 4] = [10_007, 20_011, 30_011, 40_009];

impl Population {
    /// So many users without any conversation.
    pub(crate) fn of(users: usize) -> Self {
        Self {
            users,
            ..Self::default()
        }
    }

    /// Each user in so many conversations, half of them direct ones, half of them groups.
    #[must_use]
    pub(crate) fn with_conversations(mut self, each: usize) -> Self {
        self.direct = each / 2;
        self.groups = each - each / 2;
        self
    }

    /// With a group of the first `members` users.
    #[must_use]
    pub(crate) fn with_group(mut self, members: usize) -> Self {
        self.big.push(members);
        self
    }

    /// The pairs that have a direct conversation: each user with the neighbours on both sides.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let users = self.users;
        let reach = (self.direct / 2).min(users.saturating_sub(1) / 2);
        (1..=reach).flat_map(move |step| (0..users).map(move |user| (user, (user + step) % users)))
    }

    /// The members of each ordinary group; the first one owns it.
    fn circles(&self) -> impl Iterator<Item = Vec<usize>> {
        let users = self.users;
        (0..self.groups).flat_map(move |layer| {
            let stride = STRIDES[layer % STRIDES.len()] + layer * 2 * GROUP + 1;
            let mut spread: Vec<usize> = (0..users).collect();
            spread.sort_unstable_by_key(|user| (user * stride % users.max(1), *user));
            let circles: Vec<_> = spread.chunks(GROUP).map(<[usize]>::to_vec).collect();
            circles.into_iter()
        })
    }

    /// The members of every group: the big ones first. Its place is the number by which a message
    /// is sent to it.
    pub(crate) fn gatherings(&self) -> impl Iterator<Item = Vec<usize>> {
        let big = self.big.iter().map(|members| (0..*members).collect());
        big.chain(self.circles())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_in_as_many_conversations_as_promised() {
        let population = Population::of(400).with_conversations(20);
        let mut direct = vec![0; 400];
        for (one, other) in population.pairs() {
            assert_ne!(one, other);
            direct[one] += 1;
            direct[other] += 1;
        }
        assert!(direct.iter().all(|count| *count == 10), "{direct:?}");
        let mut groups = vec![0; 400];
        for circle in population.circles() {
            assert_eq!(circle.len(), GROUP);
            for user in circle {
                groups[user] += 1;
            }
        }
        assert!(groups.iter().all(|count| *count == 10), "{groups:?}");
    }

    #[test]
    fn no_two_layers_have_the_same_groups() {
        let population = Population::of(1000).with_conversations(40);
        let mut circles: Vec<Vec<usize>> = population.circles().collect();
        for circle in &mut circles {
            circle.sort_unstable();
        }
        let all = circles.len();
        circles.sort();
        circles.dedup();
        assert_eq!(circles.len(), all);
    }
}

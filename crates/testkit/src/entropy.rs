use parking_lot::Mutex;

/// Chance from a seed: the same seed gives the same bytes. For tests only, it can be predicted.
#[derive(Debug)]
pub struct Entropy(Mutex<fastrand::Rng>);

impl Entropy {
    /// The bytes that belong to this seed.
    pub fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }
}

impl engine::port::Entropy for Entropy {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().fill(buffer);
    }
}

#[cfg(test)]
mod tests {
    use engine::port::Entropy as _;

    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_again_and_another_others() {
        let draw = |seed| {
            let mut bytes = [0; 16];
            Entropy::from_seed(seed).fill(&mut bytes);
            bytes
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}

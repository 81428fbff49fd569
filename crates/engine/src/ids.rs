//! Maps by numbers that the server itself gives out.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// A map whose keys are ids. Nobody outside can choose which ids exist, so that a quick hash is as
/// good as one that withstands chosen keys.
pub(crate) type IdMap<K, V> = HashMap<K, V, Spread>;

/// Makes the hashers of an [`IdMap`].
pub(crate) type Spread = BuildHasherDefault<IdHasher>;

/// Spreads ids over all bits: they grow with time, so that their low bits alone would collide.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct IdHasher(u64);

impl IdHasher {
    fn fold(&mut self, word: u64) {
        // 2^64 over the golden ratio; both halves of the product are used.
        let product = u128::from(self.0 ^ word) * 0x9E37_79B9_7F4A_7C15;
        let (high, low) = (product >> 64, product & u128::from(u64::MAX));
        self.0 = u64::try_from(high ^ low).expect("both are of 64 bits");
    }
}

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.fold(u64::from_le_bytes(word));
        }
    }

    fn write_i64(&mut self, number: i64) {
        self.fold(number.cast_unsigned());
    }
}

/// Which of `count` parts an id belongs to. Other bits than those that place it in a map.
pub(crate) fn part_of<K: std::hash::Hash>(key: &K, count: usize) -> usize {
    let spread = Spread::default().hash_one(key).rotate_left(24);
    usize::try_from(spread & 0xFFFF).expect("16 bits") % count
}

/// Gives memory back when a map is much larger than what is left in it.
pub(crate) fn shrink<K: Eq + std::hash::Hash, V, S: BuildHasher>(map: &mut HashMap<K, V, S>) {
    if map.capacity() > 64 && map.len() < map.capacity() / 4 {
        map.shrink_to(map.len() * 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_are_spread() {
        // As the mint makes them: milliseconds, node, count.
        let ids = (0..4096_i64).map(|n| ((900_000_000 + n / 3) << 12) | (n % 3));
        let mut parts = [0; 16];
        let mut low = std::collections::HashSet::new();
        for id in ids {
            parts[part_of(&id, 16)] += 1;
            low.insert(Spread::default().hash_one(id) & 0xFFF);
        }
        assert!(
            parts.iter().all(|count| (128..512).contains(count)),
            "{parts:?}"
        );
        assert!(low.len() > 2048, "{} places", low.len());
    }
}

#![no_main]
//! A query and a text, divided by a zero byte: the words that are found stand in the text, in order.
//! The store's own property tests run the same in every build.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let divided = String::from_utf8_lossy(bytes);
    let (query, text) = divided.split_once('\0').unwrap_or((&divided, &divided));
    let units = u32::try_from(text.encode_utf16().count()).expect("shorter than 4 GiB");
    let mut last = 0;
    for (start, end) in store::marks(query, text) {
        assert!(last <= start && start < end && end <= units, "{start} to {end} after {last}");
        last = end;
    }
});

//! The contract of the storage ports, for SQLite.

testkit::store_contract!(crate::fresh);

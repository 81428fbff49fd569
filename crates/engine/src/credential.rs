//! Deriving and proving passwords. Everything here is slow on purpose and runs on threads of its
//! own, few at a time, so that a storm of sign-ins takes neither the memory nor the other
//! sessions' time.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::user::Password;
use domain::{Error, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Digest;
use tokio::sync::Semaphore;

use crate::port::{Credentials, Entropy, ScramKeys};

/// Passes over the memory (RFC 9106 §4 with little memory asks for more passes).
const PASSES: u32 = 2;
/// PBKDF2 rounds of the SCRAM keys: RFC 7677 §4 asks for 4096 at least.
const SCRAM_ROUNDS: u32 = 10_000;
/// Derivations at a time.
const AT_ONCE: usize = 2;
/// Derivations that may wait; more are refused, so that a flood is shed at once.
const WAITING: usize = 64;
/// Bytes of a salt.
const SALT: usize = 16;

/// The place where passwords are derived.
#[derive(Debug, Clone)]
pub(crate) struct Vault {
    memory_kib: u32,
    turns: Arc<Semaphore>,
    line: Arc<Semaphore>,
    /// What a sign-in of an unknown user is compared with, so that it takes the same time.
    nobody: Arc<OnceLock<String>>,
}

impl Vault {
    pub(crate) fn new(memory_kib: u32) -> Self {
        Self {
            memory_kib,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            line: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            nobody: Arc::default(),
        }
    }

    /// Derives everything that is stored of a password.
    pub(crate) async fn derive(
        &self,
        password: Password,
        entropy: &dyn Entropy,
    ) -> Result<Credentials> {
        let mut salts = [[0_u8; SALT]; 3];
        for salt in &mut salts {
            entropy.fill(salt);
        }
        let memory_kib = self.memory_kib;
        self.run(move || {
            let secret = password.expose().as_bytes();
            Ok(Credentials {
                argon2id: hash(secret, &salts[0], memory_kib)?,
                scram_sha256: scram_sha256(secret, &salts[1]),
                scram_sha1: scram_sha1(secret, &salts[2]),
            })
        })
        .await
    }

    /// Is it the password? `None` for the keys takes as long and is never it.
    pub(crate) async fn prove(
        &self,
        password: Password,
        keys: Option<Credentials>,
    ) -> Result<bool> {
        let memory_kib = self.memory_kib;
        let nobody = Arc::clone(&self.nobody);
        self.run(move || {
            let known = keys.is_some();
            let stored = match (keys, nobody.get()) {
                (Some(keys), _) => keys.argon2id,
                (None, Some(made)) => made.clone(),
                (None, None) => {
                    let made = hash(b"nobody's password", &[0; SALT], memory_kib)?;
                    nobody.get_or_init(|| made).clone()
                }
            };
            let parsed = PasswordHash::new(&stored).map_err(|_| broken())?;
            let same = Argon2::default().verify_password(password.expose().as_bytes(), &parsed);
            Ok(same.is_ok() && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        const BUSY: Error = Error::Limited {
            retry_after: std::time::Duration::from_secs(2),
        };
        let _place = self.line.try_acquire().map_err(|_| BUSY)?;
        let _turn = self.turns.acquire().await.map_err(|_| BUSY)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| broken())?
    }
}

fn hash(secret: &[u8], salt: &[u8], memory_kib: u32) -> Result<String> {
    let params = Params::new(memory_kib, PASSES, 1, None).map_err(|_| broken())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let made: PasswordHash = argon2
        .hash_password_with_salt(secret, salt)
        .map_err(|_| broken())?;
    Ok(made.to_string())
}

fn broken() -> Error {
    Error::Unavailable {
        reason: "password derivation failed; the server's log tells more",
    }
}

/// RFC 5802 §3: `StoredKey` and `ServerKey` of a salted password.
macro_rules! scram {
    ($name:ident, $digest:ty) => {
        fn $name(secret: &[u8], salt: &[u8]) -> ScramKeys {
            let salted = pbkdf2::pbkdf2_hmac_array::<$digest, { <$digest as Size>::BYTES }>(
                secret,
                salt,
                SCRAM_ROUNDS,
            );
            let keyed = |label: &[u8]| {
                let mut mac = <Hmac<$digest> as KeyInit>::new_from_slice(&salted)
                    .expect("HMAC takes keys of any length");
                mac.update(label);
                mac.finalize().into_bytes()
            };
            ScramKeys {
                salt: salt.to_vec(),
                iterations: SCRAM_ROUNDS,
                stored_key: <$digest>::digest(keyed(b"Client Key")).to_vec(),
                server_key: keyed(b"Server Key").to_vec(),
            }
        }
    };
}

/// The size of a digest, as a constant.
trait Size {
    const BYTES: usize;
}

impl Size for sha2::Sha256 {
    const BYTES: usize = 32;
}

impl Size for sha1::Sha1 {
    const BYTES: usize = 20;
}

scram!(scram_sha256, sha2::Sha256);
scram!(scram_sha1, sha1::Sha1);

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7677 §3: user "user", password "pencil", and the server signature that follows from
    /// the server key.
    #[test]
    fn the_scram_keys_are_those_of_the_rfc() {
        let salt = [
            0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36,
            0xfa, 0x81,
        ];
        let salted = pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(b"pencil", &salt, 4096);
        let sign = |key: &[u8], message: &[u8]| {
            let mut mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(key).unwrap();
            mac.update(message);
            mac.finalize().into_bytes()
        };
        let message = "n=user,r=rOprNGfwEbeRWgbNEkqO,\
            r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
            c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let server_key = sign(&salted, b"Server Key");
        let signature = sign(&server_key, message.as_bytes());
        assert_eq!(&signature[..4], &[0xea, 0xba, 0xe2, 0x4d], "v=6rriTRBi23W…");
    }

    struct Zero;

    impl Entropy for Zero {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[tokio::test]
    async fn a_password_proves_itself_and_no_other() {
        let vault = Vault::new(64);
        let offered = |text: &str| Password::offered(text).unwrap();
        let keys = vault.derive(offered("correct horse"), &Zero).await.unwrap();
        assert!(keys.argon2id.starts_with("$argon2id$v=19$m=64,t=2,p=1$"));
        assert_eq!(keys.scram_sha1.stored_key.len(), 20);
        assert!(
            vault
                .prove(offered("correct horse"), Some(keys.clone()))
                .await
                .unwrap()
        );
        assert!(
            !vault
                .prove(offered("wrong horse"), Some(keys))
                .await
                .unwrap()
        );
        assert!(
            !vault
                .prove(offered("nobody's password"), None)
                .await
                .unwrap()
        );
    }
}

//! What a sealed secret looks like. How it is sealed: `countersign-authority`, module `vault`.

/// A 32-byte secret under AES-256-GCM, and which data key opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The number of the data key.
    pub data_key: u32,
    /// The random 96-bit nonce.
    pub nonce: [u8; 12],
    /// The secret, enciphered.
    pub ciphertext: [u8; 32],
    /// The authentication tag.
    pub tag: [u8; 16],
}

impl Sealed {
    /// Its length in the store.
    pub const LENGTH: usize = 64;

    /// As the store keeps it.
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..4].copy_from_slice(&self.data_key.to_be_bytes());
        bytes[4..16].copy_from_slice(&self.nonce);
        bytes[16..48].copy_from_slice(&self.ciphertext);
        bytes[48..].copy_from_slice(&self.tag);
        bytes
    }

    /// From the store. `None` where the length is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::LENGTH] = bytes.try_into().ok()?;
        let (data_key, rest) = bytes.split_first_chunk::<4>()?;
        let (nonce, rest) = rest.split_first_chunk::<12>()?;
        let (ciphertext, tag) = rest.split_first_chunk::<32>()?;
        Some(Self {
            data_key: u32::from_be_bytes(*data_key),
            nonce: *nonce,
            ciphertext: *ciphertext,
            tag: tag.try_into().ok()?,
        })
    }
}

/// Whose secret it is: bound into the seal, so that a swapped or moved one is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What kind of secret.
    pub kind: SecretKind,
    /// The row that owns it, see [`SecretKind`].
    pub row: u64,
    /// Which of the row's secrets over time: rises with each reset.
    pub version: u32,
}

/// The kinds of secrets that are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A consumer secret; its row is the integration's id.
    Consumer,
    /// A token secret; its row is account number × 2^32 + token number.
    Token,
    /// A consumer secret that was reset: evidence for explanations. Its row is the integration's
    /// id; of a kind of its own, so that it can't be moved back into its place.
    PreviousConsumer,
    /// The private key of a key that signs assertions; its row is the key's number.
    Assertion,
    /// A consumer secret that still works beside the one that replaces it. Its row is the
    /// integration's id; of a kind of its own, so that it can't be moved back into its place, nor
    /// be kept beyond its time as evidence that works.
    RetiringConsumer,
    /// The secret of a second factor, in its first 20 bytes; its row is account number × 2^32 +
    /// entity.
    SecondFactor,
}

impl Binding {
    /// The associated data of the seal: kind, row, version, data key, in 17 bytes.
    pub fn associated_data(&self, data_key: u32) -> [u8; 17] {
        let mut data = [0; 17];
        data[0] = match self.kind {
            SecretKind::Consumer => 1,
            SecretKind::Token => 2,
            SecretKind::PreviousConsumer => 3,
            SecretKind::Assertion => 4,
            SecretKind::RetiringConsumer => 5,
            SecretKind::SecondFactor => 7,
        };
        data[1..9].copy_from_slice(&self.row.to_be_bytes());
        data[9..13].copy_from_slice(&self.version.to_be_bytes());
        data[13..].copy_from_slice(&data_key.to_be_bytes());
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_survives_the_store_and_a_cut_one_does_not() {
        let sealed = Sealed { data_key: 7, nonce: [1; 12], ciphertext: [2; 32], tag: [3; 16] };
        let bytes = sealed.to_bytes();
        assert_eq!(Sealed::from_bytes(&bytes), Some(sealed));
        assert_eq!(Sealed::from_bytes(&bytes[1..]), None);
    }

    #[test]
    fn no_two_owners_share_associated_data() {
        let of = |kind, row, version| Binding { kind, row, version }.associated_data(1);
        let all = [
            of(SecretKind::Consumer, 1, 1),
            of(SecretKind::Token, 1, 1),
            of(SecretKind::Token, 2, 1),
            of(SecretKind::Token, 1, 2),
            of(SecretKind::PreviousConsumer, 1, 1),
            of(SecretKind::Assertion, 1, 1),
            of(SecretKind::RetiringConsumer, 1, 1),
            of(SecretKind::SecondFactor, 1, 1),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(a));
        }
    }
}

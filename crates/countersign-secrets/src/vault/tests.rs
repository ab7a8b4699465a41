use countersign_model::SecretKind;
use countersign_testkit::SeededChance;

use super::*;

const SECRET: [u8; 32] = [0xC5; 32];

fn binding(row: u64, version: u32) -> Binding {
    Binding { kind: SecretKind::Token, row, version }
}

fn vault() -> (KeyEncryptionKey, Vault, WrappedDataKey) {
    let chance = SeededChance::new(1);
    let kek = KeyEncryptionKey::generate(&chance);
    let (vault, wrapped) = Vault::create(&kek, &chance).unwrap();
    (kek, vault, wrapped)
}

#[test]
fn a_sealed_secret_opens_for_its_owner_only() {
    let (_, vault, _) = vault();
    let sealed = vault.seal(&SECRET, &binding(1, 1), 1, &SeededChance::new(2)).unwrap();
    assert_eq!(vault.open(&sealed, &binding(1, 1)), Some(Zeroizing::new(SECRET)));
    assert_eq!(vault.open(&sealed, &binding(2, 1)), None, "moved to another row");
    assert_eq!(vault.open(&sealed, &binding(1, 2)), None, "taken for another version");
    let other_kind = Binding { kind: SecretKind::Consumer, ..binding(1, 1) };
    assert_eq!(vault.open(&sealed, &other_kind), None, "taken for another kind");
}

#[test]
fn a_changed_bit_anywhere_is_noticed() {
    let (_, vault, _) = vault();
    let sealed = vault.seal(&SECRET, &binding(1, 1), 1, &SeededChance::new(2)).unwrap();
    let bytes = sealed.to_bytes();
    for at in 0..bytes.len() {
        let mut changed = bytes;
        changed[at] ^= 1;
        let changed = Sealed::from_bytes(&changed).unwrap();
        assert_eq!(vault.open(&changed, &binding(1, 1)), None, "byte {at}");
    }
}

#[test]
fn the_wrapped_key_opens_with_its_key_file_and_no_other() {
    let (kek, vault, wrapped) = vault();
    let sealed = vault.seal(&SECRET, &binding(1, 1), 1, &SeededChance::new(2)).unwrap();
    let kek = KeyEncryptionKey::from_text(&kek.to_text()).unwrap();
    let reopened = Vault::open(&kek, std::slice::from_ref(&wrapped)).unwrap();
    assert_eq!(reopened.open(&sealed, &binding(1, 1)), Some(Zeroizing::new(SECRET)));

    let other = KeyEncryptionKey::generate(&SeededChance::new(9));
    assert_eq!(Vault::open(&other, &[wrapped]).err(), Some(VaultFault::WrongKey));
    assert_eq!(Vault::open(&kek, &[]).err(), Some(VaultFault::NoDataKey));
}

#[test]
fn a_data_key_stops_sealing_after_two_to_the_32() {
    let (_, vault, _) = vault();
    let chance = SeededChance::new(2);
    assert!(vault.seal(&SECRET, &binding(1, 1), 1 << 32, &chance).is_ok());
    let over = vault.seal(&SECRET, &binding(1, 1), (1 << 32) + 1, &chance);
    assert_eq!(over.err(), Some(VaultFault::Exhausted));
}

#[test]
fn text_that_is_no_key_file_is_refused() {
    let (kek, ..) = vault();
    let text = kek.to_text();
    for wrong in
        ["", "secret", &text[..40], &text.replace("key-1", "key-2"), &text.replace(' ', "")]
    {
        assert!(KeyEncryptionKey::from_text(wrong).is_none(), "{wrong:?}");
    }
}

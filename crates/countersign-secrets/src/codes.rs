//! The texts of a second factor: secrets, URIs, codes.

use countersign_model::Chance;
use totp_rs::Builder;
use zeroize::Zeroizing;

/// The bytes of a secret: 160 bits, as RFC 4226 section 4 (R6) recommends.
pub const SECRET: usize = 20;

const ISSUER: &str = "Countersign";
const RECOVERY_BYTES: usize = 10;
const RECOVERY_GROUP: usize = 4;

/// The time step whose code this is: the one of `seconds`, the one before or the one after (30
/// seconds each, 6 digits, SHA-1: what every app can do).
pub fn step_of(secret: &[u8], code: &str, seconds: u64) -> Option<u64> {
    let secret: [u8; SECRET] = secret.try_into().ok()?;
    Builder::new().with_secret(secret).build().ok()?.check(code, seconds)
}

/// The `otpauth` URI that apps read from a picture.
pub fn uri(secret: &str, email: &str) -> Zeroizing<String> {
    let mut label = String::new();
    for byte in email.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            label.push(char::from(byte));
        } else {
            label.push_str(&format!("%{byte:02X}"));
        }
    }
    Zeroizing::new(format!("otpauth://totp/{ISSUER}:{label}?secret={secret}&issuer={ISSUER}"))
}

/// RFC 4648 section 6, without padding: the lengths here need none.
pub fn to_base32(bytes: &[u8]) -> Zeroizing<String> {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(5) * 8));
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(DIGITS[(bits >> held) as usize & 31]));
        }
    }
    text
}

/// A new recovery code: 80 random bits in four groups.
pub fn recovery_code(chance: &dyn Chance) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; RECOVERY_BYTES]);
    chance.fill(bytes.as_mut());
    let plain = to_base32(bytes.as_ref());
    let mut code = Zeroizing::new(String::with_capacity(19));
    for (place, letter) in plain.to_ascii_lowercase().chars().enumerate() {
        if place > 0 && place % RECOVERY_GROUP == 0 {
            code.push('-');
        }
        code.push(letter);
    }
    code
}

/// A code as it is compared: people leave blanks and dashes as they like, and don't see case.
pub fn normal(code: &str) -> Zeroizing<String> {
    let kept = code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    Zeroizing::new(kept.take(64).collect::<String>().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use countersign_testkit::SeededChance;

    use super::*;

    // RFC 6238 appendix B, SHA-1, the last six of eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = seconds / 30;
            for (early, late) in [(0, 0), (30, 0), (0, 30)] {
                let now = seconds + late - early;
                assert_eq!(step_of(secret, code, now), Some(step), "{code} at {now}");
            }
            assert_eq!(step_of(secret, code, seconds + 90), None);
        }
        assert_eq!(step_of(secret, "28708", 59), None);
        assert_eq!(step_of(secret, "", 59), None);
    }

    // RFC 4648 section 10.
    #[test]
    fn base32_is_that_of_the_standard() {
        assert_eq!(*to_base32(b"fooba"), "MZXW6YTB");
        assert_eq!(to_base32(&[0; SECRET]).len(), 32);
    }

    #[test]
    fn an_uri_names_who_it_is_for() {
        let uri = uri("ABC", "ann+x@example.com");
        assert_eq!(
            *uri,
            "otpauth://totp/Countersign:ann%2Bx@example.com?secret=ABC&issuer=Countersign"
        );
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let code = recovery_code(&SeededChance::new(3));
        assert_eq!(code.len(), 19);
        let typed = code.to_uppercase().replace('-', " ");
        assert_eq!(normal(&typed), normal(&code));
        assert_eq!(normal("123 456").as_str(), "123456");
        assert_ne!(*recovery_code(&SeededChance::new(4)), *code);
    }
}

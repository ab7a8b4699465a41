//! An authenticator app.

/// The code that an app shows at that time for a secret that was typed into it: base32 of 20 bytes.
///
/// # Panics
/// Where it is another secret.
#[expect(clippy::expect_used, reason = "a test that has another secret is to fail")]
pub fn code_of_app(secret: &str, seconds: u64) -> String {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for letter in secret.chars() {
        let digit = DIGITS.find(letter).and_then(|digit| u32::try_from(digit).ok());
        bits = (bits << 5) | digit.expect("base32");
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held).to_le_bytes()[0]);
        }
    }
    let bytes: [u8; 20] = bytes.try_into().expect("20 bytes");
    let app = totp_rs::Builder::new().with_secret(bytes).build().expect("an app");
    app.generate(seconds).to_string()
}

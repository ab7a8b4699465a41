use super::name;
use crate::UseCaseFault;

#[test]
fn names_are_trimmed_and_bounded() {
    assert_eq!(name("  Orders import "), Ok("Orders import".to_owned()));
    for wrong in ["", "   ", "a\nb", &"x".repeat(121)] {
        assert_eq!(name(wrong), Err(UseCaseFault::Name), "{wrong:?}");
    }
}

//! Mistakes that a SOAP passport makes possible, or that are mended in another way there.
//!
//! Belongs here: changes of the text of a passport. Does not: those of a request, nor those of the
//! key, which both have.

use super::{
    super::recipe::{Encoded, OfPassport},
    Change, Clues, Recipe, output,
};
use crate::PassportField;

type Changes<'e> = Vec<Change<'e, OfPassport>>;

pub(super) fn encoded<'e>(recipe: &Recipe<'e, OfPassport>, _: &Clues<'e>) -> Changes<'e> {
    let values = Change::of(recipe, |it| it.text.encoded = Encoded::Values);
    let whole = Change::of(recipe, |it| it.text.encoded = Encoded::Whole)
        .saying("The client percent-encoded the whole base string of a SOAP passport.");
    vec![values, whole]
}

/// What stands between the values in place of `&`.
const JOINTS: [(&str, &str); 6] = [
    ("", "with nothing between them"),
    (",", "with commas"),
    ("|", "with |"),
    ("\n", "with line breaks"),
    (" ", "with blanks"),
    ("+", "with +"),
];

pub(super) fn joined<'e>(recipe: &Recipe<'e, OfPassport>, _: &Clues<'e>) -> Changes<'e> {
    let with = |(joint, how)| {
        let said = format!("The client joined the values of the passport {how} instead of &.");
        Change::of(recipe, |it| it.text.joint = joint).saying(said)
    };
    let without = |left_out: usize| {
        let name = recipe.text.values[left_out].0;
        let said = format!("The client left {name} out of the base string of the passport.");
        Change::of(recipe, |it| drop(it.text.values.remove(left_out))).saying(said)
    };
    let in_order = |order: &Vec<usize>| {
        let change = Change::of(recipe, |it| {
            it.text.values = order.iter().map(|at| recipe.text.values[*at].clone()).collect();
        });
        change.comparing(|_, signed| {
            let names: Vec<_> = signed.values.iter().map(|(field, _)| field.as_str()).collect();
            format!("The client joined the values of the passport as {}.", names.join("&"))
        })
    };
    let places = 0..recipe.text.values.len();
    let orders = orders(&places.clone().collect::<Vec<_>>());
    let orders = orders.iter().map(in_order);
    JOINTS.into_iter().map(with).chain(places.map(without)).chain(orders).collect()
}

/// Every order of a few things.
fn orders(things: &[usize]) -> Vec<Vec<usize>> {
    if things.is_empty() {
        return vec![Vec::new()];
    }
    let beginning_with = |first: &usize| {
        let rest: Vec<usize> = things.iter().copied().filter(|it| it != first).collect();
        orders(&rest).into_iter().map(|rest| [vec![*first], rest].concat()).collect::<Vec<_>>()
    };
    things.iter().flat_map(beginning_with).collect()
}

/// Both cases, with the underscore of an account ID and with the hyphen of a host name.
pub(super) fn account<'e>(recipe: &Recipe<'e, OfPassport>, _: &Clues<'e>) -> Changes<'e> {
    let account = recipe.text.value(PassportField::Account);
    let (upper, lower) = (account.to_ascii_uppercase(), account.to_ascii_lowercase());
    let forms = [
        upper.replace('-', "_"),
        lower.replace('_', "-"),
        lower.replace('-', "_"),
        upper.replace('_', "-"),
    ];
    let change = |form: String| {
        let change = Change::of(recipe, |it| {
            let mut values = it.text.values.iter_mut();
            if let Some((_, value)) = values.find(|it| it.0 == PassportField::Account) {
                *value = form.into();
            }
        });
        change
            .comparing(|expected, signed| {
                let [signed, sent] = [signed, expected].map(|it| it.value(PassportField::Account));
                format!("The client signed the account {signed} and sent {sent}.")
            })
            .fixed_by(
                "Send and sign the account ID in one form: in upper case with an underscore, as \
                 in 1234567_SB1.",
            )
    };
    forms.into_iter().map(change).collect()
}

pub(super) fn hex<'e>(recipe: &Recipe<'e, OfPassport>, clues: &Clues<'e>) -> Changes<'e> {
    let changes = output::hex(recipe, clues).into_iter();
    changes.map(|it| it.fixed_by("Send the bytes of the digest in base64.")).collect()
}

pub(super) fn sha1<'e>(recipe: &Recipe<'e, OfPassport>, clues: &Clues<'e>) -> Changes<'e> {
    let fix = "Compute HMAC-SHA256, as the attribute algorithm says.";
    output::sha1(recipe, clues).into_iter().map(|it| it.fixed_by(fix)).collect()
}

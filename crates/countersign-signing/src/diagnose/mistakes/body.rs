//! Mistakes with the body.

use serde_json::Value;

use super::{
    super::recipe::{Parameter, Source, parameters},
    Change, Clues, Recipe,
    url::one_left_out,
};

pub(super) fn form_left_out<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let all = Change::of(recipe, |it| it.text.parameters.retain(|it| it.source != Source::Form));
    std::iter::once(all).chain(one_left_out(recipe, Source::Form, "form")).collect()
}

pub(super) fn signed<'e>(recipe: &Recipe<'e>, clues: &Clues<'e>) -> Vec<Change<'e>> {
    let Some(body) = clues.body else { return Vec::new() };
    let with = |more: Vec<Parameter>| Change::of(recipe, |it| it.text.parameters.extend(more));
    let mut changes = Vec::new();
    if let Some(members) = members(body) {
        let said = "The client put the members of its JSON body into the base string.";
        changes.push(with(members).saying(said));
    }
    let whole = vec![Parameter::new(Source::Body, body, b"")];
    changes.push(with(whole));
    changes.push(with(parameters(Source::Body, body).collect()));
    changes
}

/// The members of a JSON object as parameters, as a program in JavaScript writes them.
fn members(body: &[u8]) -> Option<Vec<Parameter>> {
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return None };
    let parameter = |name: &str, value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Object(_) => "[object Object]".to_owned(),
            other => other.to_string(),
        };
        Parameter::new(Source::Body, name.as_bytes(), text.as_bytes())
    };
    let parameters = members.iter().flat_map(|(name, value)| match value {
        Value::Array(values) => values.iter().map(|value| parameter(name, value)).collect(),
        value => vec![parameter(name, value)],
    });
    Some(parameters.collect())
}

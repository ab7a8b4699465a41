//! Why something was refused, for people and for programs.

use serde_json::{Value, json};

use crate::control::Answer;

const URN: &str = "urn:countersign:problem:";

/// For programs, one line: `{"code", "field", "detail", "errors"}`. `errors` has each field that is
/// wrong, where several can be; what a gate in front of the API refuses has its own codes.
pub(super) fn json(answer: &Answer) -> String {
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let errors = problem["errors"].as_array().into_iter().flatten();
    let errors: Vec<Value> = errors
        .map(|it| json!({ "code": code(it), "field": it["field"], "detail": it["detail"] }))
        .collect();
    let detail = problem["detail"].as_str().map_or_else(|| answer.sentence(), str::to_owned);
    let code = match code(&problem) {
        Value::Null => problem["error"]["code"].clone(),
        code => code,
    };
    json!({ "code": code, "field": problem["field"], "detail": detail, "errors": errors })
        .to_string()
}

fn code(problem: &Value) -> Value {
    problem["type"].as_str().and_then(|it| it.strip_prefix(URN)).into()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn told(body: &Value) -> Value {
        let answer = Answer {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            headers: HeaderMap::new(),
            body: body.to_string().into(),
        };
        let line = json(&answer);
        assert!(!line.contains('\n'), "{line}");
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn a_problem_is_told_with_code_and_field() {
        let of_field =
            json!({ "type": format!("{URN}invalid-email"), "field": "email", "detail": "a rule" });
        let mut problem = of_field.clone();
        problem["errors"] = json!([of_field]);
        let short = json!({ "code": "invalid-email", "field": "email", "detail": "a rule" });
        let mut expected = short.clone();
        expected["errors"] = json!([short]);
        assert_eq!(told(&problem), expected);
    }

    #[test]
    fn a_gate_has_its_own_codes_and_what_is_no_problem_none() {
        let gate = json!({ "error": { "code": "INVALID_LOGIN_ATTEMPT", "message": "Invalid." } });
        let expected =
            json!({ "code": "INVALID_LOGIN_ATTEMPT", "field": null, "detail": "Invalid." });
        let mut shown = told(&gate);
        assert_eq!(shown["errors"].take(), json!([]));
        shown.as_object_mut().unwrap().remove("errors");
        assert_eq!(shown, expected);
        assert_eq!(told(&json!("?"))["code"], Value::Null);
        assert_eq!(told(&json!("?"))["detail"], "the server answered 422 Unprocessable Entity");
    }
}

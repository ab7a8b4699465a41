//! Settings that come from the environment.

use std::time::Duration;

use countersign_settings::Origin;

use crate::world::{LEAST, read_with};

fn said(environment: &[(&str, &str)]) -> String {
    let read = read_with(LEAST, environment);
    read.map_or_else(|faults| faults.to_string(), |_| "right".to_owned())
}

#[test]
fn a_variable_goes_before_the_file_and_the_file_before_the_default() {
    let text = format!("{LEAST}[limits]\nidle = \"10 s\"\nlinger = \"1 s\"\n");
    let effective = read_with(&text, &[("COUNTERSIGN_LIMITS_IDLE", "20 s")]).unwrap();
    let limits = &effective.settings.limits;
    assert_eq!(limits.idle, Duration::from_secs(20));
    assert_eq!(limits.linger, Duration::from_secs(1));
    assert_eq!(limits.drain, Duration::from_secs(30));
    let origin = |key: &str| effective.origin(key).cloned().unwrap();
    assert_eq!(origin("limits.idle"), Origin::Variable("COUNTERSIGN_LIMITS_IDLE".to_owned()));
    assert_eq!(origin("limits.linger"), Origin::Line(15));
    assert_eq!(origin("limits.drain"), Origin::Default);
}

#[test]
fn a_variable_can_stand_for_what_the_file_has_to_say() {
    let text = LEAST.replace("data_dir = \"/var/lib/countersign\"\n", "");
    let effective = read_with(&text, &[("COUNTERSIGN_DATA_DIR", "/data")]).unwrap();
    assert_eq!(effective.settings.data_dir.to_str(), Some("/data"));
    assert!(read_with(&text, &[("COUNTERSIGN_DATA_DIR", "")]).is_err(), "empty is not set");
}

#[test]
fn lists_stand_between_commas_and_numbers_as_they_are() {
    let environment = [
        ("COUNTERSIGN_METRICS_ALLOW", "10.0.0.0/8, ::1"),
        ("COUNTERSIGN_LIMITS_CONNECTIONS", "500"),
        ("COUNTERSIGN_LIMITS_FORM_BYTES", "2048"),
        ("COUNTERSIGN_TRACING_SAMPLE", "0.5"),
        ("COUNTERSIGN_LOG_FORMAT", "json"),
    ];
    let settings = read_with(LEAST, &environment).unwrap().settings;
    let allow: Vec<String> = settings.metrics.allow.iter().map(ToString::to_string).collect();
    assert_eq!(allow, ["10.0.0.0/8", "::1/128"]);
    assert_eq!((settings.limits.connections, settings.limits.form_bytes), (500, 2048));
    assert_eq!(settings.tracing.sample, 0.5);
}

#[test]
fn a_variable_is_read_as_strictly_as_the_file() {
    for (name, value, sentence) in [
        (
            "COUNTERSIGN_LIMITS_IDLE",
            "20",
            "\"20\" has no unit: write \"20 s\", or with ms, min, h or d",
        ),
        (
            "COUNTERSIGN_LIMITS_FORM_MEMORY",
            "2048",
            "is less than form_bytes: no form of that size would fit",
        ),
        (
            "COUNTERSIGN_LIMITS_IDLER",
            "20 s",
            "is no setting: did you mean COUNTERSIGN_LIMITS_IDLE?",
        ),
        (
            "COUNTERSIGN_LISTENER_ADDRESS",
            "x",
            "sets nothing: what stands in [[listener]] stands in the file alone",
        ),
        (
            "COUNTERSIGN_KEY",
            "sesame",
            "holds a secret in clear: write it into a file that only Countersign can read, and \
             name the file in COUNTERSIGN_KEY_FILE",
        ),
        (
            "COUNTERSIGN_LOG",
            "debug",
            "is for commands without a settings file: set COUNTERSIGN_LOG_LEVEL",
        ),
        (
            "COUNTERSIGN_BANANA",
            "1",
            "is no setting: unset it, or look its name up in the reference",
        ),
    ] {
        assert_eq!(said(&[(name, value)]), format!("{name}: {sentence}"));
    }
}

#[test]
fn variables_of_others_do_not_matter() {
    let others = [
        ("PATH", "/bin"),
        ("COUNTERSIGN_TOKEN_SECRET", "of `countersign call`"),
        ("COUNTERSIGN_SERVICE_HOST", "10.0.0.1"),
        ("COUNTERSIGN_PORT_443_TCP_ADDR", "10.0.0.1"),
    ];
    assert_eq!(said(&others), "right");
}

#[test]
fn a_wrong_value_in_the_file_is_told_also_where_a_variable_goes_before_it() {
    let text = format!("{LEAST}[limits]\nidle = 1\n");
    assert!(read_with(&text, &[("COUNTERSIGN_LIMITS_IDLE", "20 s")]).is_err());
}

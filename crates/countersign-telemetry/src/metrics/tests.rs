//! What is served is what is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::*;

const BUILD: Build = Build { version: "1.2.3", commit: "abc1234" };

fn served(prepare: impl Fn(&GateMetrics, &AttemptMetrics)) -> String {
    let mut registry = Registry::default();
    let (gate, attempts) = (GateMetrics::default(), AttemptMetrics::default());
    gate.register(&mut registry);
    attempts.register(&mut registry);
    StateMetrics::default().register(&mut registry);
    ProcessMetrics::default().register(BUILD, &mut registry);
    prepare(&gate, &attempts);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    text
}

fn everything() -> String {
    served(|_, attempts| attempts.refused("InvalidSignature", "unexplained"))
}

#[test]
fn every_family_is_served_under_its_declared_name_and_kind_and_no_other() {
    let text = everything();
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let found: BTreeMap<&str, &str> = types.filter_map(|line| line.split_once(' ')).collect();
    let families = || GROUPS.iter().flat_map(|group| group.families);
    let declared: BTreeMap<String, &str> = families()
        .map(|family| {
            let unit = family.unit.map(|unit| format!("_{unit}")).unwrap_or_default();
            let kind = match family.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram => "histogram",
                Kind::Info => "info",
            };
            (format!("{}{unit}", family.name), kind)
        })
        .collect();
    let declared: BTreeMap<&str, &str> =
        declared.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    assert_eq!(found, declared);
    assert_eq!(families().count(), declared.len(), "a name is declared twice");
}

#[test]
fn every_series_has_the_declared_labels_in_their_order_and_only_declared_values() {
    let text = everything();
    for family in GROUPS.iter().flat_map(|group| group.families) {
        let name = family.full_name();
        let ending = if family.kind == Kind::Histogram { "_count" } else { "" };
        let series: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix(&format!("{name}{ending}")))
            .filter(|rest| rest.starts_with([' ', '{']))
            .collect();
        assert!(!series.is_empty(), "{name}");
        for rest in series {
            let labels = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
            let labels = labels.map(|(labels, _)| labels).unwrap_or_default();
            let pairs = labels.split(',').filter_map(|pair| pair.split_once('='));
            let pairs: Vec<(&str, &str)> =
                pairs.map(|(name, value)| (name, value.trim_matches('"'))).collect();
            let names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
            let declared: Vec<&str> = family.labels.iter().map(|label| label.name).collect();
            assert_eq!(names, declared, "{name}");
            for ((_, value), label) in pairs.iter().zip(family.labels) {
                if let Values::Fixed(values) = label.values {
                    assert!(values.contains(value), "{name}: {value}");
                }
            }
        }
    }
}

#[test]
fn names_follow_the_conventions_and_help_texts_have_no_full_stop() {
    for family in GROUPS.iter().flat_map(|group| group.families) {
        let name = family.full_name();
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
        assert!(name.starts_with("countersign_") || name.starts_with("process_"), "{name}");
        assert!(!family.help.ends_with('.'), "{name}: the library adds one");
        assert!(family.unit.is_none_or(|unit| ["seconds", "bytes"].contains(&unit)), "{name}");
    }
    let values = <Check as Label>::VALUES.iter().collect::<BTreeSet<_>>();
    assert_eq!(values.len(), <Check as Label>::VALUES.len());
}

#[test]
fn a_request_counts_once_in_its_own_series_and_in_the_histogram() {
    let text = served(|gate, _| {
        gate.answered(Plane::Data, Route::Soap, 503, Duration::from_micros(7));
        gate.answered(Plane::Data, Route::Soap, 503, Duration::from_secs(90));
    });
    let series = "countersign_requests_total{plane=\"data\",route=\"soap\",status=\"5xx\"} 2";
    assert!(text.contains(series), "{text}");
    assert_eq!(text.matches("countersign_requests_total{").count(), 3 * 7 * 5);
    let bucket = |end: &str| {
        format!("countersign_request_duration_seconds_bucket{{le=\"{end}\",plane=\"data\"}} ")
    };
    for (end, count) in [("0.000005", 0), ("0.00001", 1), ("60.0", 1), ("+Inf", 2)] {
        let line = text.lines().find(|line| line.starts_with(&bucket(end)));
        let line = line.unwrap_or_else(|| panic!("no {end}: {text}"));
        assert!(line.ends_with(&format!(" {count}")), "{line}");
    }
    assert!(text.contains("countersign_request_duration_seconds_count{plane=\"data\"} 2"));
}

#[test]
fn counting_a_request_asks_the_allocator_for_nothing() {
    let (gate, attempts) = (GateMetrics::default(), AttemptMetrics::default());
    let count = || {
        let open = gate.connected(Plane::Data);
        gate.decided(Duration::from_micros(3));
        let mut forwarded = gate.forwarding();
        forwarded.has_begun();
        forwarded.ends(UpstreamResult::Answered);
        drop(forwarded);
        gate.answered(Plane::Data, Route::Rest, 200, Duration::from_millis(2));
        attempts.admitted(Surface::Rest);
        drop(open);
    };
    assert_eq!(allocation_counter::measure(count).count_total, 0);
}

#[test]
fn a_time_lies_in_the_bucket_whose_end_it_reaches() {
    let latency = Latency::default();
    latency.observe(Duration::from_micros(5));
    latency.observe(Duration::from_nanos(5_001));
    latency.observe(Duration::MAX);
    assert_eq!(latency.count(), 3);
    let mut registry = Registry::default();
    registry.register("took", "it", latency);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    let counts: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("took_bucket"))
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    assert_eq!((counts[0], counts[1], *counts.last().unwrap()), ("1", "2", "3"));
}

#[test]
fn a_connection_is_open_until_it_is_dropped_and_accepted_for_good() {
    let text = served(|gate, _| {
        let open = gate.connected(Plane::Data);
        drop(gate.connected(Plane::Data));
        std::mem::forget(open);
    });
    assert!(text.contains("countersign_connections{plane=\"data\"} 1"), "{text}");
    assert!(text.contains("countersign_connections_accepted_total{plane=\"data\"} 2"), "{text}");
}

#[test]
fn a_request_that_is_forwarded_is_abandoned_unless_an_end_was_told() {
    let text = served(|gate, _| {
        let mut forwarded = gate.forwarding();
        forwarded.ends(UpstreamResult::Answered);
        forwarded.ends(UpstreamResult::CutOff);
        drop((forwarded, gate.forwarding()));
    });
    for (result, count) in [("answered", 0), ("cut-off", 1), ("abandoned", 1)] {
        let series = format!("countersign_upstream_requests_total{{result=\"{result}\"}} {count}");
        assert!(text.contains(&series), "{text}");
    }
}

#[test]
fn what_was_dropped_is_counted_once_however_often_it_is_read() {
    let state = StateMetrics::default();
    for dropped in [0, 3, 3, 5] {
        state.explanations(1, dropped);
    }
    let mut registry = Registry::default();
    state.register(&mut registry);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    assert!(text.contains("countersign_explanations_dropped_total 5"), "{text}");
}

#[test]
fn the_build_is_named() {
    let line = "countersign_build_info{version=\"1.2.3\",commit=\"abc1234\"} 1";
    assert!(everything().contains(line));
}

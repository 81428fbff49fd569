//! The report for programs.

use serde_json::{Map, Value, json};

use super::{Report, Spread};

/// Everything that was found.
pub(super) fn write(report: &Report) -> String {
    let machine: Map<String, Value> = report
        .machine
        .lines
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Value::from(text.as_str())))
        .collect();
    let contestants = report.contestants.iter().map(|(name, version, settings)| {
        json!({ "name": name, "version": version, "settings": settings })
    });
    let rows = report.rows.iter().flat_map(|row| {
        row.values.iter().map(move |(contestant, values)| {
            let spread = Spread::of(values);
            json!({
                "scenario": row.scenario.name(), "case": row.case, "figure": row.figure,
                "unit": row.unit, "contestant": contestant, "rounds": values,
                "median": spread.map(|spread| spread.median),
                "min": spread.map(|spread| spread.least),
                "max": spread.map(|spread| spread.most),
            })
        })
    });
    let targets = report.targets.iter().map(|target| {
        json!({
            "what": target.what, "wanted": target.wanted, "found": target.found,
            "reached": target.reached,
        })
    });
    let notes = report.notes.iter();
    let notes = notes.map(|(scenario, text)| json!({ "scenario": scenario.name(), "text": text }));
    let courses = report.courses.iter().map(
        |course| json!({ "title": course.title, "unit": course.unit, "points": course.points }),
    );
    let all = json!({
        "machine": machine,
        "contestants": contestants.collect::<Vec<_>>(),
        "figures": rows.collect::<Vec<_>>(),
        "targets": targets.collect::<Vec<_>>(),
        "notes": notes.collect::<Vec<_>>(),
        "courses": courses.collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

//! What must be true of every captured chart: no page of somebody else, and a ledger without a hole.

use crate::hospital::portal::Portal;
use domain::patient_scraper::Section;
use domain::request::Request;
use std::collections::BTreeMap;

/// What is wrong with the chart of one message.
pub(super) fn problems(portal: &Portal, message: &str, request: &Request) -> Vec<String> {
    let Some(captured) = &request.captured else { return Vec::new() };
    let mut problems = Vec::new();
    let owns = |epic_id: &str| portal.owner_of(epic_id);
    let patient = request.row.patient.mrn.reveal();
    for fragment in &captured.fragments {
        if owns(&fragment.listed.epic_id).as_ref() != Some(patient) {
            problems.push(format!("{message}: {} is somebody else's", fragment.listed.epic_id));
        }
    }
    for page in request.packet.iter().flat_map(|packet| &packet.pages) {
        if owns(&page.epic_id).as_ref() != Some(patient) {
            problems.push(format!("{message}: page {} is somebody else's", page.page));
        }
    }
    let mut lines: BTreeMap<(Section, Option<&str>), u32> = BTreeMap::new();
    for line in &captured.ledger {
        *lines.entry((line.section, line.epic_id.as_deref())).or_default() += 1;
    }
    let twice = lines.iter().filter(|(_, count)| **count != 1);
    problems.extend(twice.map(|(line, count)| format!("{message}: {count} lines of {line:?}")));
    for section in Section::ALL {
        let documents = lines.keys().filter(|(of, id)| *of == section && id.is_some()).count();
        let whole = captured.ledger.iter().find(|line| line.section == section && line.epic_id.is_none());
        let listed = whole.and_then(|line| line.listed).map_or(0, |listed| listed as usize);
        if whole.is_none() || documents != listed {
            problems.push(format!("{message}: {section:?} lists {listed}, the ledger tells of {documents}"));
        }
    }
    for fragment in &captured.fragments {
        let line = (fragment.listed.section, Some(fragment.listed.epic_id.as_str()));
        let yes = captured
            .ledger
            .iter()
            .any(|told| (told.section, told.epic_id.as_deref()) == line && told.not_captured.is_none());
        if !yes {
            problems.push(format!("{message}: {line:?} was captured, and the ledger says it was not"));
        }
    }
    problems
}

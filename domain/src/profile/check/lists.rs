//! Mistakes in the shell's lists and what stands between them: folders, messages, Done, charts and their sections.

use super::Mistakes;
use super::asks::{self, Placeholders};
use super::values::{self, Scope};
use crate::profile::{Act, Ask, Banner, ListShape, MessageList, Paging, Profile, SectionList};
use std::collections::BTreeMap;

pub(super) fn check(profile: &Profile, found: &mut Mistakes) {
    let folders = &profile.folders;
    let scope = list("folders", &folders.ask, &folders.list, Placeholders::none(), found);
    values::value("folders.id", &folders.id, scope, found);
    values::value("folders.name", &folders.name, scope, found);
    // A portal without folders has one of a fixed name.
    let folder: &[&str] = if folders.id.at().fixed.is_some() { &[] } else { &["folder"] };
    messages(&profile.messages, folder, found);
    let message = Placeholders { needed: &["message"], known: &["chart"] };
    asks::ask("message.ask", &profile.message.ask, message, found);
    values::value("message.body", &profile.message.body, Scope::Page, found);
    values::identity("message.patient", &profile.message.patient, Scope::Page, found);
    done(profile, found);
    asks::ask(
        "chart.ask",
        &profile.chart.ask,
        Placeholders { needed: &["chart"], known: &["message"] },
        found,
    );
    banner("chart.banner", &profile.chart.banner, &["chart", "message"], found);
    sections(profile, found);
}

fn messages(messages: &MessageList, folder: &[&str], found: &mut Mistakes) {
    let placeholders = Placeholders { needed: folder, known: &["folder"] };
    let scope = list("messages", &messages.ask, &messages.list, placeholders, found);
    values::value("messages.message_id", &messages.message_id, scope, found);
    values::value("messages.received", &messages.received, scope, found);
    values::value("messages.chart_ref", &messages.chart_ref, scope, found);
    for (key, one) in
        [("subject", &messages.subject), ("chart_type", &messages.chart_type), ("from", &messages.from)]
    {
        values::optional(&format!("messages.{key}"), one.as_ref(), scope, found);
    }
    values::identity("messages.patient", &messages.patient, scope, found);
}

fn done(profile: &Profile, found: &mut Mistakes) {
    let Some(done) = &profile.done else { return };
    // On the message's own page its hidden fields may name it.
    let on_page = matches!(&done.act, Act::Ask(ask) if done.on_message && ask.hidden_of.is_some());
    let needed: &[&str] = if on_page { &[] } else { &["message"] };
    asks::act("done.act", &done.act, Placeholders { needed, known: &["message", "chart"] }, found);
}

fn sections(profile: &Profile, found: &mut Mistakes) {
    if profile.sections.is_empty() {
        found.add("sections", "is empty; describe at least one list of a chart");
    }
    let mut known = BTreeMap::new();
    for (index, section) in profile.sections.iter().enumerate() {
        let at = format!("sections[{index}]");
        one_section(&at, section, profile.stateless, found);
        for name in section.names.keys() {
            if let Some(first) = known.insert(*name, index) {
                found.add(
                    &format!("{at}.names"),
                    format!("names a section that sections[{first}] names, too"),
                );
            }
        }
    }
}

fn one_section(at: &str, section: &SectionList, stateless: bool, found: &mut Mistakes) {
    if section.names.is_empty() {
        found.add(&format!("{at}.names"), "is empty; name the sections that look like this");
    }
    for name in section.names.values() {
        found.text(&format!("{at}.names"), name);
    }
    let needed: &[&str] = match (stateless, section.names.len() > 1) {
        (true, true) => &["chart", "section"],
        // With several charts open at once, each request has to say whose it is.
        (true, false) => &["chart"],
        (false, true) => &["section"],
        (false, false) => &[],
    };
    let placeholders = Placeholders { needed, known: &["section", "chart", "message"] };
    let scope = list(at, &section.ask, &section.list, placeholders, found);
    banner(&format!("{at}.banner"), &section.banner, &["section", "chart", "message"], found);
    values::value(&format!("{at}.id"), &section.id, scope, found);
    for (key, one) in [
        ("title", &section.title),
        ("epic_type", &section.epic_type),
        ("service_date", &section.service_date),
        ("author", &section.author),
        ("status", &section.status),
        ("edited", &section.edited),
    ] {
        values::optional(&format!("{at}.{key}"), one.as_ref(), scope, found);
    }
}

pub(super) fn banner(at: &str, banner: &Banner, known: &[&str], found: &mut Mistakes) {
    if let Some(ask) = &banner.ask {
        asks::ask(&format!("{at}.ask"), ask, Placeholders::known(known), found);
    }
    values::identity(&format!("{at}.patient"), &banner.patient, Scope::Page, found);
}

/// A list's request, shape and paging; gives what its rows are.
fn list(
    at: &str,
    ask: &Ask,
    list: &ListShape,
    placeholders: Placeholders<'_>,
    found: &mut Mistakes,
) -> Scope {
    let paged: &[&str] = match list.paging {
        Paging::Single | Paging::Next { .. } => &[],
        Paging::Number { .. } => &["page"],
        Paging::Offset { .. } => &["offset"],
        Paging::Cursor { .. } => &["cursor"],
    };
    let needed: Vec<&str> = placeholders.needed.iter().chain(paged).copied().collect();
    asks::ask(&format!("{at}.ask"), ask, Placeholders { needed: &needed, known: placeholders.known }, found);
    let at = format!("{at}.list");
    found.spot(&format!("{at}.rows"), &list.rows);
    let json = list.rows.starts_with('/');
    if json {
        only_in_html(&at, list, found)
    } else {
        html(&at, list, found)
    }
    let page = if json { Scope::Page } else { Scope::HtmlPage };
    values::optional(&format!("{at}.total"), list.total.as_ref(), page, found);
    match &list.paging {
        Paging::Single => {}
        Paging::Number { page: shown, count } => {
            values::value(&format!("{at}.paging.page"), shown, page, found);
            values::value(&format!("{at}.paging.count"), count, page, found);
        }
        Paging::Next { press } => found.selector(&format!("{at}.paging.press"), press),
        Paging::Offset { size } => found.positive(&format!("{at}.paging.size"), u64::from(*size)),
        Paging::Cursor { next } => values::value(&format!("{at}.paging.next"), next, page, found),
    }
    if json {
        return Scope::JsonRow;
    }
    Scope::HtmlRow { headers: list.headers.is_some(), group: list.group.is_some() }
}

fn html(at: &str, list: &ListShape, found: &mut Mistakes) {
    if let Some(headers) = &list.headers {
        found.selector(&format!("{at}.headers"), headers);
    }
    if let Some(group) = &list.group {
        found.selector(&format!("{at}.group"), group);
    }
    match &list.empty {
        Some(empty) => {
            found.selector(&format!("{at}.empty.selector"), &empty.selector);
            found.text(&format!("{at}.empty.words"), &empty.words);
        }
        None => found.add(
            at,
            "lacks empty: what the page says that lists nothing; else a broken page would be an empty list",
        ),
    }
    if let Some(filter) = &list.filter {
        found.selector(&format!("{at}.filter.on"), &filter.on);
        found.optional_text(&format!("{at}.filter.words"), filter.words.as_ref());
        asks::act(&format!("{at}.filter.clear"), &filter.clear, Placeholders::none(), found);
    }
}

/// What a list of JSON cannot have.
fn only_in_html(at: &str, list: &ListShape, found: &mut Mistakes) {
    for (key, given) in [
        ("headers", list.headers.is_some()),
        ("group", list.group.is_some()),
        ("empty", list.empty.is_some()),
        ("filter", list.filter.is_some()),
    ] {
        if given {
            found.add(&format!("{at}.{key}"), "belongs to HTML, and rows is a JSON pointer");
        }
    }
    if matches!(list.paging, Paging::Next { .. }) {
        found.add(&format!("{at}.paging"), "presses a link, and JSON has none; use number, offset or cursor");
    }
}

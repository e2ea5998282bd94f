//! Every mistake of a profile in one run: a deployer mends a file once, not once per restart.

use super::{IdentityPointers, Profile, ProfileMistake, RecognisedPage};

const OUTCOMES: [&str; 6] = ["delivered", "duplicate", "not_dme", "rejected", "cancelled", "superseded"];

/// Pages without which no login can end well.
const NEEDED_PAGES: [RecognisedPage; 4] = [
    RecognisedPage::Login,
    RecognisedPage::LoginRefused,
    RecognisedPage::AccountLocked,
    RecognisedPage::Home,
];

struct Mistakes(Vec<ProfileMistake>);

impl Mistakes {
    fn add(&mut self, at: &str, what: impl Into<String>) {
        self.0.push(ProfileMistake { at: at.to_owned(), what: what.into() });
    }

    fn text(&mut self, at: &str, value: &str) {
        if value.trim().is_empty() {
            self.add(at, "is empty; give it a value");
        }
    }

    fn path(&mut self, at: &str, value: &str, placeholders: &[&str]) {
        if !value.starts_with('/') {
            self.add(at, "must begin with /");
        }
        for name in placeholders {
            if !value.contains(&format!("{{{name}}}")) {
                self.add(at, format!("lacks the placeholder {{{name}}}"));
            }
        }
        let known = value.matches('{').count();
        let used: usize = placeholders.iter().map(|name| value.matches(&format!("{{{name}}}")).count()).sum();
        if known > used {
            self.add(at, format!("has an unknown placeholder; known here: {placeholders:?}"));
        }
    }

    fn pointer(&mut self, at: &str, value: &str) {
        if !value.starts_with('/') {
            self.add(at, "must be a JSON pointer, which begins with /");
        }
    }

    fn identity(&mut self, at: &str, identity: &IdentityPointers) {
        self.pointer(&format!("{at}.name"), &identity.name);
        self.pointer(&format!("{at}.mrn"), &identity.mrn);
        self.pointer(&format!("{at}.dob"), &identity.dob);
    }

    fn positive(&mut self, at: &str, value: u64) {
        if value == 0 {
            self.add(at, "must be more than 0");
        }
    }
}

pub(super) fn all_mistakes(profile: &Profile) -> Vec<ProfileMistake> {
    let mut found = Mistakes(Vec::new());
    general(profile, &mut found);
    login(profile, &mut found);
    session(profile, &mut found);
    lists(profile, &mut found);
    found.0
}

fn general(profile: &Profile, found: &mut Mistakes) {
    found.text("title", &profile.title);
    if jiff::tz::TimeZone::get(&profile.zone).is_err() {
        found.add("zone", "is no known IANA time zone, such as America/New_York");
    }
    if profile.wanted_folders.is_empty() {
        found.add("wanted_folders", "is empty; name the In Basket folders to read");
    }
    for outcome in &profile.done_outcomes {
        if !OUTCOMES.contains(&outcome.as_str()) {
            found.add("done_outcomes", format!("{outcome:?} is no outcome; known: {OUTCOMES:?}"));
        }
    }
    let limits = &profile.limits;
    found.positive("limits.request_timeout_ms", limits.request_timeout_ms);
    found.positive("limits.login_step_timeout_ms", limits.login_step_timeout_ms);
    found.positive("limits.parallel_requests", limits.parallel_requests as u64);
    found.positive("limits.download_bytes_max", limits.download_bytes_max);
    found.positive("limits.keep_alive_secs", limits.keep_alive_secs);
    format("formats.date", &profile.formats.date, found);
    format("formats.date_time", &profile.formats.date_time, found);
}

/// A pattern is sound when what it prints can be read back.
fn format(at: &str, pattern: &str, found: &mut Mistakes) {
    let sample = jiff::civil::date(2026, 11, 20).at(9, 14, 0, 0);
    let back = jiff::fmt::strtime::format(pattern, sample)
        .and_then(|text| jiff::fmt::strtime::parse(pattern, text))
        .and_then(|parts| parts.to_date());
    if back.ok() != Some(sample.date()) {
        found.add(at, "is no strftime pattern of a whole date, such as %m/%d/%Y");
    }
}

fn login(profile: &Profile, found: &mut Mistakes) {
    let login = &profile.login;
    found.path("login.path", &login.path, &[]);
    for (at, selector) in [
        ("login.user_field", &login.user_field),
        ("login.password_field", &login.password_field),
        ("login.submit", &login.submit),
        ("login.code_field", &login.code_field),
        ("login.code_submit", &login.code_submit),
        ("login.code_resend", &login.code_resend),
        ("login.terms_text", &login.terms_text),
        ("login.terms_accept", &login.terms_accept),
    ] {
        found.text(at, selector);
    }
    for needed in NEEDED_PAGES {
        if !login.pages.iter().any(|page| page.page == needed) {
            found.add("login.pages", format!("the page {needed:?} is not described"));
        }
    }
    for (index, page) in login.pages.iter().enumerate() {
        let at = format!("login.pages[{index}]");
        if page.path.is_none() && page.title.is_none() && page.present.is_empty() && page.says.is_empty() {
            found.add(&at, "has no signal and would match every page");
        }
        for says in &page.says {
            found.text(&format!("{at}.says.selector"), &says.selector);
            found.text(&format!("{at}.says.words"), &says.words);
        }
    }
}

fn session(profile: &Profile, found: &mut Mistakes) {
    let session = &profile.session;
    found.path("session.home_path", &session.home_path, &[]);
    found.path("session.login_path", &session.login_path, &[]);
    found.path("session.touch_path", &session.touch_path, &[]);
    if session.login_selectors.is_empty() {
        found.add("session.login_selectors", "is empty; an ended session would go unnoticed");
    }
    if let Some(csrf) = &session.csrf {
        found.text("session.csrf.selector", &csrf.selector);
        found.text("session.csrf.attribute", &csrf.attribute);
        found.text("session.csrf.header", &csrf.header);
    }
}

fn lists(profile: &Profile, found: &mut Mistakes) {
    let Profile { folders, messages, message, done, chart, section, document, .. } = profile;
    found.path("folders.path", &folders.path, &[]);
    found.path("messages.path", &messages.path, &["folder", "page"]);
    found.path("message.path", &message.path, &["message"]);
    found.path("done.path", &done.path, &["message"]);
    found.path("chart.path", &chart.path, &[]);
    found.text("chart.key", &chart.key);
    found.path("section.path", &section.path, &["section", "page"]);
    found.path("document.viewer_path", &document.viewer_path, &["document"]);
    found.path("document.content_path", &document.content_path, &["document"]);
    for (at, pointer) in [
        ("folders.rows", &folders.rows),
        ("folders.id", &folders.id),
        ("folders.name", &folders.name),
        ("messages.rows", &messages.rows),
        ("messages.page", &messages.page),
        ("messages.page_count", &messages.page_count),
        ("messages.message_id", &messages.message_id),
        ("messages.subject", &messages.subject),
        ("messages.chart_type", &messages.chart_type),
        ("messages.from", &messages.from),
        ("messages.received", &messages.received),
        ("messages.chart_ref", &messages.chart_ref),
        ("message.body", &message.body),
        ("section.rows", &section.rows),
        ("section.page", &section.page),
        ("section.page_count", &section.page_count),
        ("section.id", &section.id),
        ("section.title", &section.title),
        ("section.epic_type", &section.epic_type),
        ("section.service_date", &section.service_date),
        ("section.author", &section.author),
        ("section.status", &section.status),
        ("section.edited", &section.edited),
    ] {
        found.pointer(at, pointer);
    }
    found.identity("messages.patient", &messages.patient);
    found.identity("message.patient", &message.patient);
    found.identity("chart.banner", &chart.banner);
    found.identity("section.banner", &section.banner);
    for (at, selector) in [
        ("document.header_name", &document.header_name),
        ("document.header_mrn", &document.header_mrn),
        ("document.header_dob", &document.header_dob),
        ("document.link_selector", &document.link_selector),
        ("document.link_attribute", &document.link_attribute),
    ] {
        found.text(at, selector);
    }
    if section.names.is_empty() {
        found.add("section.names", "is empty; name the chart's sections");
    }
}

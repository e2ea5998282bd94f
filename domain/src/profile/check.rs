//! Every mistake of a profile in one run: a deployer mends a file once, not once per restart.

use super::{Profile, ProfileMistake, RecognisedPage, Signals};

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
    found.positive("politeness.parallel_requests", profile.politeness.parallel_requests as u64);
    found.positive("limits.download_bytes_max", limits.download_bytes_max);
    found.positive("limits.keep_alive_secs", limits.keep_alive_secs);
    for (at, patterns) in
        [("formats.dates", &profile.formats.dates), ("formats.date_times", &profile.formats.date_times)]
    {
        if patterns.is_empty() {
            found.add(at, "is empty; give at least one pattern, such as %m/%d/%Y");
        }
        for pattern in patterns {
            format(at, pattern, found);
        }
    }
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
    for needed in NEEDED_PAGES {
        if !login.pages.iter().any(|page| page.page == needed) {
            found.add("login.pages", format!("the page {needed:?} is not described"));
        }
    }
    for (index, page) in login.pages.iter().enumerate() {
        let at = format!("login.pages[{index}]");
        if page.when == Signals::default() {
            found.add(&at, "has no signal and would match every page");
        }
        for says in &page.when.says {
            found.text(&format!("{at}.when.says.selector"), &says.selector);
            found.text(&format!("{at}.when.says.words"), &says.words);
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
        if csrf.header.is_none() == csrf.field.is_none() {
            found.add("session.csrf", "needs a header or a field in which the token goes back, one of them");
        }
    }
}

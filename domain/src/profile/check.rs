//! Every mistake of a profile in one run: a deployer mends a file once, not once per restart.
//!
//! What is checked here can be seen without asking the portal and without compiling a selector. Each mistake names
//! its key as the file writes it, dotted and with numbers from 0, so that its line can be found again.

mod asks;
mod document;
mod general;
mod lists;
mod login;
mod signals;
mod values;

use super::{Profile, ProfileMistake};

/// What has been found so far.
struct Mistakes(Vec<ProfileMistake>);

pub(super) fn all_mistakes(profile: &Profile) -> Vec<ProfileMistake> {
    let mut found = Mistakes(Vec::new());
    general::check(profile, &mut found);
    login::check(&profile.login, &mut found);
    general::session(profile, &mut found);
    signals::shell(profile, &mut found);
    lists::check(profile, &mut found);
    document::check(profile, &mut found);
    found.0
}

impl Mistakes {
    fn add(&mut self, at: &str, what: impl Into<String>) {
        self.0.push(ProfileMistake { at: at.to_owned(), what: what.into() });
    }

    fn text(&mut self, at: &str, value: &str) {
        if value.trim().is_empty() {
            self.add(at, "is empty; give it a value");
        }
    }

    fn optional_text(&mut self, at: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.text(at, value);
        }
    }

    /// A selector is compiled by whoever uses it; here the slips are found that a compiler tells badly.
    fn selector(&mut self, at: &str, value: &str) {
        self.text(at, value);
        if value.starts_with('/') {
            self.add(at, "is a JSON pointer; a CSS selector is expected here");
        } else if let Some(open) = unbalanced(value) {
            self.add(at, format!("is no CSS selector: {open} is not closed, or closed twice"));
        }
    }

    fn selectors(&mut self, at: &str, values: &[String]) {
        for (index, value) in values.iter().enumerate() {
            self.selector(&format!("{at}[{index}]"), value);
        }
    }

    /// A selector, or a JSON pointer.
    fn spot(&mut self, at: &str, value: &str) {
        if value.starts_with('/') {
            self.pointer(at, value);
        } else {
            self.selector(at, value);
        }
    }

    /// RFC 6901: a tilde stands only as `~0` or `~1`.
    fn pointer(&mut self, at: &str, value: &str) {
        if !value.is_empty() && !value.starts_with('/') {
            self.add(at, "is no JSON pointer: it must begin with /, such as /patient/name");
        }
        if value.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1'])) {
            self.add(at, "is no JSON pointer: write ~0 for ~ and ~1 for / in a name");
        }
    }

    /// A path on the portal's own host.
    fn path(&mut self, at: &str, value: &str) {
        if !value.starts_with('/') || value.starts_with("//") {
            self.add(at, "must begin with one /: it is a path on the portal's own host");
        }
        if value.contains(char::is_whitespace) {
            self.add(at, "holds white space; write it as %20");
        }
    }

    fn positive(&mut self, at: &str, value: u64) {
        if value == 0 {
            self.add(at, "must be more than 0");
        }
    }
}

/// The first bracket or quote of a selector that has no partner.
fn unbalanced(selector: &str) -> Option<char> {
    let mut open = Vec::new();
    let mut letters = selector.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '"' | '\'' => {
                let mut escaped = false;
                let closed = letters.by_ref().any(|inner| {
                    let ends = inner == letter && !escaped;
                    escaped = inner == '\\' && !escaped;
                    ends
                });
                if !closed {
                    return Some(letter);
                }
            }
            '[' => open.push(']'),
            '(' => open.push(')'),
            ']' | ')' if open.pop() != Some(letter) => return Some(letter),
            _ => {}
        }
    }
    open.pop().map(|closing| if closing == ']' { '[' } else { '(' })
}

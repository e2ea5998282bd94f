//! Mistakes in requests: paths, fields, hidden fields, and the placeholders each place knows.

use super::Mistakes;
use crate::profile::{Act, Ask, Method};

/// The placeholders of one place.
#[derive(Clone, Copy)]
pub(super) struct Placeholders<'a> {
    /// Must be there, in the path or a field.
    pub(super) needed: &'a [&'a str],
    /// May be there besides.
    pub(super) known: &'a [&'a str],
}

impl<'a> Placeholders<'a> {
    pub(super) const fn none() -> Self {
        Self { needed: &[], known: &[] }
    }

    pub(super) const fn known(known: &'a [&'a str]) -> Self {
        Self { needed: &[], known }
    }

    fn knows(&self, name: &str) -> bool {
        self.needed.contains(&name) || self.known.contains(&name)
    }

    fn all(&self) -> String {
        let names = self.needed.iter().chain(self.known).map(|name| format!("{{{name}}}"));
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            "none is known here".to_owned()
        } else {
            format!("known here: {}", names.join(", "))
        }
    }
}

pub(super) fn act(at: &str, act: &Act, placeholders: Placeholders<'_>, found: &mut Mistakes) {
    match act {
        Act::Press(selector) => found.selector(&format!("{at}.press"), selector),
        Act::Ask(asked) => ask(&format!("{at}.ask"), asked, placeholders, found),
    }
}

pub(super) fn ask(at: &str, ask: &Ask, placeholders: Placeholders<'_>, found: &mut Mistakes) {
    found.path(&format!("{at}.path"), &ask.path);
    filled(&format!("{at}.path"), &ask.path, placeholders, found);
    for (name, value) in &ask.fields {
        found.text(&format!("{at}.fields"), name);
        filled(&format!("{at}.fields.{name}"), value, placeholders, found);
    }
    let texts = || ask.fields.values().chain(std::iter::once(&ask.path));
    for name in placeholders.needed {
        if !texts().any(|text| used(text).contains(name)) {
            found.add(&format!("{at}.path"), format!("lacks the placeholder {{{name}}}, also in its fields"));
        }
    }
    method(at, ask, found);
    found.selectors(&format!("{at}.frames"), &ask.frames);
    if let Some(hidden) = &ask.hidden_of {
        found.selector(&format!("{at}.hidden_of.form"), &hidden.form);
        if let Some(page) = &hidden.page {
            found.path(&format!("{at}.hidden_of.page"), page);
            filled(&format!("{at}.hidden_of.page"), page, placeholders, found);
        }
    }
    if let Some(drawn) = &ask.drawn {
        found.selector(&format!("{at}.drawn.ready"), &drawn.ready);
        if ask.method != Method::Get || ask.hidden_of.is_some() {
            found.add(
                &format!("{at}.drawn"),
                "needs method = \"get\" without hidden_of: a browser opens the address",
            );
        }
    }
}

fn method(at: &str, ask: &Ask, found: &mut Mistakes) {
    if ask.fields.is_empty() && ask.hidden_of.is_none() {
        return;
    }
    let way_out = match ask.method {
        Method::PostForm | Method::PostJson => return,
        Method::Get => "with method = \"get\"; write them into the path, or set method = \"post_form\"",
        Method::Post => "with method = \"post\", which has no body; set method = \"post_form\"",
    };
    let at = if ask.fields.is_empty() { format!("{at}.hidden_of") } else { format!("{at}.fields") };
    found.add(&at, format!("are not sent {way_out}"));
}

/// Every placeholder is one that is known here.
fn filled(at: &str, text: &str, placeholders: Placeholders<'_>, found: &mut Mistakes) {
    for name in used(text) {
        if !placeholders.knows(name) {
            found.add(at, format!("has the unknown placeholder {{{name}}}; {}", placeholders.all()));
        }
    }
}

/// The names in braces.
pub(super) fn used(text: &str) -> Vec<&str> {
    let ends = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    ends.map(|(name, _)| name)
        .filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .collect()
}

//! `{placeholders}` of a profile's paths and fields, filled in once and encoded for where they stand.

use crate::view::{Read, unexpected};

/// Characters of an id that stand in a path as they are (RFC 3986, unreserved).
const UNRESERVED: [u8; 4] = *b"-_.~";

/// What placeholders stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Vec<(&'static str, String)>);

impl Names {
    /// With one more; a name given again is another value.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.into()));
        self
    }

    /// A path and query. A value that would change the path is refused.
    pub(crate) fn path(&self, what: &str, at: &str, template: &str) -> Read<String> {
        self.fill(what, at, template, &|name, value| {
            // Only the first page of a list by cursor has nothing to say.
            let none =
                value.is_empty() && name != "cursor" || !value.is_empty() && value.bytes().all(|b| b == b'.');
            (!none).then(|| percent_encoded(value))
        })
    }

    /// A form field or a JSON member; whoever sends it encodes it.
    pub(crate) fn field(&self, what: &str, at: &str, template: &str) -> Read<String> {
        self.fill(what, at, template, &|name, value| {
            (!value.is_empty() || name == "cursor").then(|| value.to_owned())
        })
    }

    fn fill(
        &self,
        what: &str,
        at: &str,
        template: &str,
        encode: &dyn Fn(&str, &str) -> Option<String>,
    ) -> Read<String> {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, from)) = rest.split_once('{') {
            filled.push_str(before);
            let name = from.split_once('}').filter(|(name, _)| is_name(name));
            let Some((name, after)) = name else {
                filled.push('{');
                rest = from;
                continue;
            };
            let Some((_, value)) = self.0.iter().find(|(known, _)| *known == name) else {
                return Err(unexpected(what, format!("{at}: nothing is known here for {{{name}}}")));
            };
            let encoded = encode(name, value);
            filled.push_str(
                &encoded
                    .ok_or_else(|| unexpected(what, format!("{at}: {{{name}}} is an id that is none")))?,
            );
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

fn percent_encoded(value: &str) -> String {
    let one = |b: u8| {
        if b.is_ascii_alphanumeric() || UNRESERVED.contains(&b) {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    value.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn values_are_encoded_for_where_they_stand_and_never_filled_in_again() {
        let names = Names::default().with("message", "a b/{page}?").with("page", "2").with("cursor", "");
        let path = names.path("x", "messages.ask.path", "/m/{message}?p={page}&c={cursor}&j={}").unwrap();
        assert_eq!(path, "/m/a%20b%2F%7Bpage%7D%3F?p=2&c=&j={}");
        assert_eq!(names.field("x", "f", "{message}").unwrap(), "a b/{page}?");
    }

    #[test]
    fn what_is_no_id_is_refused_without_its_value() {
        for bad in ["", "..", "."] {
            let error = Names::default().with("document", bad).path("x", "document.viewer", "/d/{document}");
            assert!(
                error.unwrap_err().to_string().ends_with("document.viewer: {document} is an id that is none")
            );
        }
        let error = Names::default().path("x", "chart.ask", "/{chart}").unwrap_err().to_string();
        assert!(error.contains("nothing is known here for {chart}"), "{error}");
    }
}

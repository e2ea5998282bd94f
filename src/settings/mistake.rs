//! Mistakes of a configuration: each with the place it was written at, all of them reported together, and
//! for an unknown key the known one it most resembles. A mistake never shows the value: it may be a secret.

use std::fmt;

/// The prefix of settings in the environment.
pub const ENVIRONMENT_PREFIX: &str = "EPIC_CONNECTOR";

/// What `config` calls the environment as a source.
pub(super) const ENVIRONMENT_ORIGIN: &str = "the environment";

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file, or the environment; none for what is written nowhere.
    pub origin: Option<String>,
    /// Such as `portals.albany-med.url`.
    pub path: String,
    /// What is wrong and what is expected.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.origin.as_deref() {
            Some(ENVIRONMENT_ORIGIN) => {
                let name = self.path.replace('.', "__").to_uppercase();
                write!(f, "environment: {ENVIRONMENT_PREFIX}__{name}: {}", self.what)
            }
            Some(file) => write!(f, "{file}: {}: {}", self.path, self.what),
            None => write!(f, "{}: {}", self.path, self.what),
        }
    }
}

/// Every mistake of one configuration, in a stable order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

/// The known name that resembles the written one most, if any comes close: at most a third of its letters
/// may differ, two in short names.
pub(super) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (written.chars().count() / 3).max(2);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&written.to_lowercase(), name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// The text after "unknown …": the nearest name, or all of them.
pub(crate) fn hint<'a>(written: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = nearest(written, known.clone()) {
        return format!("did you mean `{name}`?");
    }
    let mut names: Vec<&str> = known.into_iter().collect();
    names.sort_unstable();
    if names.is_empty() { "none is known here".into() } else { format!("known: {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_close_or_none() {
        let known = ["store", "queue", "poll_interval", "blobs"];
        for (written, expected) in [
            ("stroe", Some("store")),
            ("Store", Some("store")),
            ("poll_intervall", Some("poll_interval")),
            ("pollinterval", Some("poll_interval")),
            ("elephant", None),
        ] {
            assert_eq!(nearest(written, known), expected, "{written}");
        }
    }

    #[test]
    fn a_mistake_names_the_variable_of_the_environment() {
        let mistake = Mistake {
            origin: Some(ENVIRONMENT_ORIGIN.into()),
            path: "portals.b.url".into(),
            what: "wrong".into(),
        };
        assert_eq!(mistake.to_string(), "environment: EPIC_CONNECTOR__PORTALS__B__URL: wrong");
    }
}

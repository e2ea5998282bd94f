//! Reading profiles: every mistake of a file at once, each with file, line and reason.

use super::{Knowledge, lines, shape};
use crate::error::Failure;
use domain::profile::{Profile, ProfileMistake};
use std::borrow::Cow;
use std::sync::Arc;

const WAY_OUT: &str = "mend the profile; docs/portals.md explains every key";

impl Knowledge {
    /// The profiles' names: those of the files in `portals/`.
    pub fn profile_names(&self) -> std::collections::BTreeSet<String> {
        let stem = |name: &String| Some(name.strip_prefix("portals/")?.strip_suffix(".toml")?.to_owned());
        self.names().iter().filter_map(stem).collect()
    }

    /// One profile, parsed and checked, its selectors and patterns compiled.
    ///
    /// # Errors
    /// There is no such profile, or it is not one: all its mistakes, each with its line.
    pub fn profile(&self, name: &str) -> Result<Profile, Failure> {
        let file = self.profile_file(name)?;
        let (profile, mistakes) = read(&file.text);
        match profile {
            Some(profile) if mistakes.is_empty() => Ok(profile),
            _ => Err(file.failure(&mistakes)),
        }
    }

    fn profile_file(&self, name: &str) -> Result<ProfileFile, Failure> {
        let path = format!("portals/{name}.toml");
        Ok(ProfileFile { text: self.text(&path)?, shown: self.shown(&path) })
    }
}

/// A profile as written.
struct ProfileFile {
    text: Cow<'static, str>,
    /// The file as a person finds it.
    shown: String,
}

impl ProfileFile {
    fn failure(&self, mistakes: &[ProfileMistake]) -> Failure {
        Failure::usage(format!("profile {}", self.shown), told(&self.shown, &self.text, mistakes), WAY_OUT)
    }
}

/// Each mistake on a line of its own, in the order of the file.
fn told(shown: &str, text: &str, mistakes: &[ProfileMistake]) -> String {
    let mut lines: Vec<(usize, String)> = mistakes
        .iter()
        .map(|mistake| (mistake_line(text, mistake), mistake))
        .map(|(line, mistake)| match mistake.at.as_str() {
            "" => (line, format!("{shown}:{line}: {}", mistake.what)),
            _ => (line, format!("{shown}:{line}: {mistake}")),
        })
        .collect();
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// A file that cannot be parsed at all tells where in bytes.
fn mistake_line(text: &str, mistake: &ProfileMistake) -> usize {
    match mistake.at.strip_prefix(BYTE).and_then(|byte| byte.parse().ok()) {
        Some(byte) => lines::line_at(text, byte),
        None => lines::line_of(text, &mistake.at),
    }
}

/// What the key of a mistake begins with that has a place and no key.
const BYTE: &str = "byte ";

/// Reads a profile; all its mistakes. Rules between keys are told as well as the shape of the file lets them be seen.
fn read(text: &str) -> (Option<Profile>, Vec<ProfileMistake>) {
    let mut table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => return (None, vec![unparsed(&error)]),
    };
    let mut mistakes = shape::mistakes(&mut table);
    match table.try_into::<Profile>() {
        Ok(profile) => {
            mistakes.extend(rules(&profile));
            (Some(profile), mistakes)
        }
        Err(_) if !mistakes.is_empty() => (None, mistakes),
        Err(_) => {
            let error = toml::from_str::<Profile>(text).err();
            (None, error.iter().map(unparsed).collect())
        }
    }
}

fn unparsed(error: &toml::de::Error) -> ProfileMistake {
    let byte = error.span().map_or(0, |span| span.start);
    ProfileMistake {
        at: format!("{BYTE}{byte}"),
        what: error.message().lines().collect::<Vec<_>>().join("; "),
    }
}

/// The profile's own rules; then what the reader of its pages finds, unless a rule has said it of the same key.
fn rules(profile: &Profile) -> Vec<ProfileMistake> {
    let mut mistakes = profile.validate();
    let compiled = http_portal::profile_mistakes(&Arc::new(profile.clone()));
    let new: Vec<ProfileMistake> = compiled
        .into_iter()
        .filter(|mistake| !mistakes.iter().any(|known| known.at.starts_with(&mistake.at)))
        .collect();
    mistakes.extend(new);
    mistakes
}

/// The mistakes of a text as a person reads them.
#[cfg(test)]
pub(super) fn mistakes_of(text: &str) -> String {
    told("profile.toml", text, &read(text).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const B: &str = include_str!("../../config/portals/hospital-b.toml");

    fn mistakes(text: &str) -> String {
        told("b.toml", text, &read(text).1)
    }

    /// The line on which a text stands.
    fn line(text: &str, part: &str) -> usize {
        lines::line_at(text, text.find(part).expect("there"))
    }

    #[test]
    fn the_shipped_profiles_have_no_mistakes() {
        let knowledge = Knowledge::new(None);
        let names = knowledge.profile_names();
        assert!(names.contains("hospital-a") && names.contains("hospital-b"));
        for name in names {
            let file = knowledge.profile_file(&name).expect("there");
            assert_eq!(told(&file.shown, &file.text, &read(&file.text).1), "");
        }
    }

    #[test]
    fn every_mistake_of_a_file_is_told_in_one_run_with_its_line() {
        let text = B
            .replace("stateless = true", "stateles = true")
            .replace("page = \"password_expired\"", "page = \"pasword_expired\"")
            .replace("by = \"number\"", "by = \"numbers\"")
            .replace("subject = \"/subject\"", "subjekt = \"/subject\"\nfrom_whom = 7")
            .replace("keep_alive_secs = 300", "keep_alive_secs = \"300\"")
            .replace("snapshot = \"snapshot\"", "facesheet = \"snapshot\"");
        let told = mistakes(&text);
        for (part, expected) in [
            ("stateles = true", "stateles: is unknown here; did you mean `stateless`?"),
            (
                "page = \"pasword_expired\"",
                "login.pages[5].page: \"pasword_expired\" is unknown; did you mean `password_expired`?",
            ),
            ("by = \"numbers\"", "messages.list.paging.by: \"numbers\" is unknown; did you mean `number`?"),
            ("subjekt", "messages.subjekt: is unknown here; did you mean `subject`?"),
            ("from_whom", "messages.from_whom: is unknown here; known: "),
            ("keep_alive_secs", "limits.keep_alive_secs: is a text, and a whole number is expected here"),
            ("facesheet", "sections[0].names.facesheet: is unknown here"),
        ] {
            let expected = format!("b.toml:{}: {expected}", line(&text, part));
            assert!(told.contains(&expected), "{expected}\nnot in\n{told}");
        }
        assert!(told.contains("b.toml:1: lacks stateless (`true` when requests name"), "{told}");
    }

    #[test]
    fn rules_selectors_and_unknown_keys_are_told_together() {
        let text = B
            .replace("zone = \"America/New_York\"", "zone = \"Mars\"\ncolour = 1")
            .replace("name = \"header.patient-header .patient-name\"", "name = \"header > > p\"")
            .replace(
                "rows = \"/folders\"",
                "rows = \"/folders\", total = { pointer = \"/n\", pattern = \"(\" }",
            );
        let told = mistakes(&text);
        for (part, expected) in [
            ("zone =", "zone: is no known IANA time zone"),
            ("colour", "colour: is unknown here"),
            ("header > > p", "document.header.patient.name: \"header > > p\" is no CSS selector"),
            ("total = { pointer = \"/n\"", "folders.list.total: \"(\" is no regular expression"),
        ] {
            let expected = format!("b.toml:{}: {expected}", line(&text, part));
            assert!(told.contains(&expected), "{expected}\nnot in\n{told}");
        }
        assert_eq!(told.lines().count(), 4, "{told}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_with_its_line() {
        let told = mistakes("title = \"x\"\nzone = \n");
        assert!(told.starts_with("b.toml:2: "), "{told}");
    }
}

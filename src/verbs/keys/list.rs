//! `keys list`: which keys there are, how old, and what wraps them. Opens none, so it also tells which wrapping key
//! a keyring needs whose own is lost.

use crate::error::{Exit, Failure, VerbResult};
use crate::output;
use crate::settings::Settings;
use domain::ports::ErrorClass;
use files::{KeyFacts, KeyPurpose, Keyring, KeyringFacts};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// A sealing key is to be replaced after a year: long before 2^32 random nonces, up to which AES-GCM is safe under
/// one key (NIST SP 800-38D, 8.3). Seals are not counted.
const SEALING_DAYS_MAX: i64 = 365;

/// The answer of `keys list --json`. Shows no key.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KeysList {
    /// Where the keyring lies.
    pub keyring: String,
    /// Names the key that wraps it: `file:` and a keyed hash, or the ARN of a KMS key.
    pub wrapped_by: String,
    /// Every key, in order of id.
    pub keys: Vec<KeyLine>,
    /// What should be done about them; empty when nothing.
    pub warnings: Vec<String>,
}

/// One key.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KeyLine {
    /// Its id, which stands in front of what is sealed under it.
    pub id: u32,
    /// What it is for.
    pub purpose: KeyUse,
    /// Whether it is in use.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it only opens.
    pub retired_at: Option<Timestamp>,
    /// Whole days since it was made.
    pub age_days: i64,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyUse {
    /// Hashes ids, blob addresses and the audit chain; never changes.
    Naming,
    /// Seals patient data.
    Sealing,
    /// Hashes search terms.
    Index,
}

/// Whether a key is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It is the one of its purpose.
    InUse,
    /// It opens what it sealed, and seals no more.
    OpensOnly,
}

pub(super) fn run(settings: &Settings, json: bool) -> VerbResult {
    let facts = Keyring::at(&settings.keyring).facts().map_err(|error| match error.class {
        ErrorClass::NotFound => {
            let cause = format!("there is no file {}", settings.keyring.display());
            Failure::failed(
                "the keyring",
                cause,
                "give the --config of the service, or start it once with `run`",
            )
        }
        _ => error.into(),
    })?;
    let list = report(settings.keyring.display().to_string(), facts, Timestamp::now());
    if json {
        output::print_json(&list)?;
    } else {
        output::print(&table(&list))?;
    }
    Ok(if list.warnings.is_empty() { Exit::Done } else { Exit::NeedsPerson })
}

fn report(keyring: String, facts: KeyringFacts, now: Timestamp) -> KeysList {
    let keys: Vec<KeyLine> = facts.keys.into_iter().map(|key| line(key, now)).collect();
    let old = keys.iter().filter(|key| {
        key.purpose == KeyUse::Sealing && key.state == KeyState::InUse && key.age_days > SEALING_DAYS_MAX
    });
    let warning = |key: &KeyLine| {
        format!("sealing key {} is {} days old; make a new one with `keys rotate`", key.id, key.age_days)
    };
    let warnings = old.map(warning).collect();
    KeysList { keyring, wrapped_by: facts.wrapped_by, keys, warnings }
}

fn line(key: KeyFacts, now: Timestamp) -> KeyLine {
    KeyLine {
        id: key.id,
        purpose: match key.purpose {
            KeyPurpose::Naming => KeyUse::Naming,
            KeyPurpose::Sealing => KeyUse::Sealing,
            KeyPurpose::Index => KeyUse::Index,
        },
        state: if key.retired_at.is_none() { KeyState::InUse } else { KeyState::OpensOnly },
        created_at: key.created_at,
        retired_at: key.retired_at,
        // A clock that was set back makes no key younger than new.
        age_days: (now.duration_since(key.created_at).as_hours() / 24).max(0),
    }
}

fn table(list: &KeysList) -> String {
    let mut table = output::table(&["key", "purpose", "state", "made", "days old"]);
    for key in &list.keys {
        table.add_row(vec![
            key.id.to_string(),
            match key.purpose {
                KeyUse::Naming => "names ids and contents",
                KeyUse::Sealing => "seals patient data",
                KeyUse::Index => "hashes search terms",
            }
            .to_owned(),
            match key.state {
                KeyState::InUse => "in use",
                KeyState::OpensOnly => "opens only",
            }
            .to_owned(),
            key.created_at.strftime("%Y-%m-%d").to_string(),
            key.age_days.to_string(),
        ]);
    }
    let mut text = format!("{table}\n{}, wrapped by {}", list.keyring, list.wrapped_by);
    for warning in &list.warnings {
        text.push_str("\nwarning: ");
        text.push_str(warning);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealing_key_in_use_is_called_old_after_a_year() {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().expect("a time");
        let days = |days: i64| now - jiff::SignedDuration::from_hours(24 * days);
        let key = |id, purpose, age, retired_at| KeyFacts { id, purpose, created_at: days(age), retired_at };
        let keys = vec![
            key(1, KeyPurpose::Naming, 900, None),
            key(2, KeyPurpose::Sealing, 900, Some(days(366))),
            key(3, KeyPurpose::Index, 900, None),
            key(4, KeyPurpose::Sealing, 366, None),
        ];
        let facts = KeyringFacts { wrapped_by: "file:x".to_owned(), keys };
        let list = report("keyring.json".to_owned(), facts.clone(), now);
        assert_eq!(list.warnings, ["sealing key 4 is 366 days old; make a new one with `keys rotate`"]);
        assert_eq!(list.keys[1].state, KeyState::OpensOnly);
        let text = table(&list);
        assert!(text.contains("wrapped by file:x") && text.contains("warning: sealing key 4"), "{text}");
        assert!(report(String::new(), facts, days(1)).warnings.is_empty());
    }
}

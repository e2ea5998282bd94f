//! The function's settings: environment variables by the names the service's own have, `EPIC_CONNECTOR__…`.
//!
//! Whoever runs the service can copy its variables; what the function has no use for is refused by name, so that
//! nobody believes it has an effect. Every mistake is told at once, and no value is repeated.

use domain::mfa::MailAccount;
use domain::redacted::Redacted;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The environment, as an argument, so that tests need no process of their own.
pub(crate) type Variables = BTreeMap<String, String>;

const PREFIX: &str = "EPIC_CONNECTOR__";

/// The database of an address that names none; the service's default.
const DATABASE_DEFAULT: &str = "epic_connector";

/// Everything the function has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where raw mails lie.
    pub(crate) mail: MailHome,
    /// Where codes go.
    pub(crate) store: Store,
    /// The service's keyring, as text: a function has no folder of the service's.
    pub(crate) keyring: Redacted<String>,
    /// What opens the keyring.
    pub(crate) wrapping: Wrapping,
    /// Whose codes are taken.
    pub(crate) accounts: Vec<MailAccount>,
    /// How AWS is reached.
    pub(crate) aws: Aws,
}

/// Where raw mails lie, each under its SES message id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MailHome {
    /// A folder, as `epic-connector simulate` fills one: events name no place in it.
    Folder(PathBuf),
    /// A bucket; the prefix is empty or ends with a slash.
    Bucket { bucket: String, prefix: String },
}

/// Where codes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    Sqlite(PathBuf),
    MongoDb {
        /// Connection string without a password.
        uri: String,
        database: String,
        password: Option<Redacted<String>>,
    },
}

/// What opens the keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// A key of AWS KMS, by its ARN.
    Kms(String),
    KeyFile(PathBuf),
}

/// How AWS is reached; what is absent is decided by AWS's own chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Aws {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    /// Whether the bucket's name is part of the path, as test servers need it.
    pub(crate) path_style: bool,
    /// The account the bucket must belong to.
    pub(crate) bucket_owner: Option<String>,
}

impl Settings {
    /// Whether anything of AWS is needed.
    pub(crate) fn on_aws(&self) -> bool {
        matches!(self.mail, MailHome::Bucket { .. }) || matches!(self.wrapping, Wrapping::Kms(_))
    }
}

impl MailHome {
    /// The key of the mail of an id.
    pub(crate) fn key_of(&self, id: &str) -> String {
        match self {
            Self::Folder(_) => id.to_owned(),
            Self::Bucket { prefix, .. } => format!("{prefix}{id}"),
        }
    }

    /// The id of the mail under a key; none when it lies elsewhere.
    pub(crate) fn id_of<'k>(&self, bucket: &str, key: &'k str) -> Option<&'k str> {
        match self {
            Self::Folder(_) => key.rsplit('/').next(),
            Self::Bucket { bucket: ours, prefix } => {
                key.strip_prefix(prefix.as_str()).filter(|_| bucket == ours)
            }
        }
    }
}

/// Reads the variables.
///
/// # Errors
/// Every mistake, a line each.
pub(crate) fn read(variables: &Variables) -> Result<Settings, String> {
    let mut reading = Reading { variables, mistakes: Vec::new(), known: Vec::new() };
    let mail = reading.required("MAIL", mail_home);
    let password = reading.optional("MONGODB__PASSWORD", |text| secret(text, variables));
    let store = reading.required("STORE", |text| store(text, password.clone()));
    let keyring = reading.required("KEYRING", |text| secret(text, variables));
    let kms = reading.optional("AWS__KMS_KEY", word).map(Wrapping::Kms);
    let key_file = reading.optional("KEY_FILE", word).map(|path| Wrapping::KeyFile(path.into()));
    let wrapping = kms.or(key_file);
    if wrapping.is_none() {
        reading
            .wrong("AWS__KMS_KEY", "is missing, and so is KEY_FILE; name the key the keyring is wrapped by");
    }
    let aws = Aws {
        region: reading.optional("AWS__REGION", word),
        endpoint: reading.optional("AWS__ENDPOINT", word),
        path_style: reading.optional("S3__PATH_STYLE", flag).unwrap_or_default(),
        bucket_owner: reading.optional("S3__BUCKET_OWNER", word),
    };
    let accounts = reading.accounts();
    reading.refuse_unknown();
    match (mail, store, keyring, wrapping) {
        (Some(mail), Some(store), Some(keyring), Some(wrapping)) if reading.mistakes.is_empty() => {
            Ok(Settings { mail, store, keyring, wrapping, accounts, aws })
        }
        _ => Err(reading.mistakes.join("\n")),
    }
}

struct Reading<'v> {
    variables: &'v Variables,
    mistakes: Vec<String>,
    known: Vec<String>,
}

impl Reading<'_> {
    fn wrong(&mut self, name: &str, what: &str) {
        self.mistakes.push(format!("{PREFIX}{name} {what}"));
    }

    fn optional<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.known.push(name.to_owned());
        let text = self.variables.get(&format!("{PREFIX}{name}"))?;
        parse(text).map_err(|what| self.wrong(name, &what)).ok()
    }

    fn required<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        if !self.variables.contains_key(&format!("{PREFIX}{name}")) {
            self.wrong(name, "is missing");
        }
        self.optional(name, parse)
    }

    /// `PORTALS__NAME__MFA_RECIPIENT` with `PORTALS__NAME__MFA_SENDER_DOMAIN`, in order of name.
    fn accounts(&mut self) -> Vec<MailAccount> {
        let names: Vec<String> = self
            .variables
            .keys()
            .filter_map(|key| {
                key.strip_prefix(PREFIX)?.strip_prefix("PORTALS__")?.strip_suffix("__MFA_RECIPIENT")
            })
            .map(str::to_owned)
            .collect();
        if names.is_empty() {
            self.wrong(
                "PORTALS__NAME__MFA_RECIPIENT",
                "is missing; name at least one account that gets codes",
            );
        }
        let account = |reading: &mut Self, name: &str| {
            let recipient = reading.required(&format!("PORTALS__{name}__MFA_RECIPIENT"), word);
            let sender_domain = reading.required(&format!("PORTALS__{name}__MFA_SENDER_DOMAIN"), word);
            let subject = reading.optional(&format!("PORTALS__{name}__MFA_SUBJECT"), words);
            Some(MailAccount { recipient: recipient?, sender_domain: sender_domain?, subject })
        };
        names.iter().filter_map(|name| account(self, name)).collect()
    }

    fn refuse_unknown(&mut self) {
        let unknown: Vec<String> = self
            .variables
            .keys()
            .filter_map(|key| key.strip_prefix(PREFIX))
            .filter(|name| !self.known.iter().any(|known| known == name))
            .map(str::to_owned)
            .collect();
        for name in unknown {
            self.wrong(&name, "has no effect in this function; remove it");
        }
    }
}

fn word(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.contains(char::is_whitespace) {
        return Err("must be one word".to_owned());
    }
    Ok(text.to_owned())
}

fn words(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("must not be empty".to_owned()) } else { Ok(text.to_owned()) }
}

fn flag(text: &str) -> Result<bool, String> {
    text.trim().parse().map_err(|_| "must be true or false".to_owned())
}

fn mail_home(text: &str) -> Result<MailHome, String> {
    match text.split_once(':') {
        Some(("dir", path)) if !path.is_empty() => Ok(MailHome::Folder(path.into())),
        Some(("s3", rest)) if rest.starts_with("//") && rest.len() > 2 => {
            let (bucket, prefix) = rest[2..].split_once('/').unwrap_or((&rest[2..], ""));
            let prefix = prefix.trim_matches('/');
            let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
            Ok(MailHome::Bucket { bucket: bucket.to_owned(), prefix })
        }
        _ => Err("must be s3://BUCKET/PREFIX, or dir:PATH".to_owned()),
    }
}

fn store(text: &str, password: Option<Redacted<String>>) -> Result<Store, String> {
    let wanted = || "must be mongodb://HOST/DATABASE, or sqlite:PATH".to_owned();
    let (scheme, rest) = text.split_once(':').ok_or_else(wanted)?;
    match scheme {
        "sqlite" if !rest.is_empty() => Ok(Store::Sqlite(rest.into())),
        "mongodb" | "mongodb+srv" => {
            let rest = rest.strip_prefix("//").ok_or_else(wanted)?;
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let user = authority.rsplit_once('@').map(|(user, _)| user);
            if user.is_some_and(|user| user.contains(':')) {
                let name = format!("{PREFIX}MONGODB__PASSWORD");
                return Err(format!("must hold no password; give it as a reference, env:NAME, in {name}"));
            }
            if authority.is_empty() || authority.ends_with('@') {
                return Err(wanted());
            }
            let (database, options) = path.split_once('?').unwrap_or((path, ""));
            let database = if database.is_empty() { DATABASE_DEFAULT } else { database };
            let mark = if options.is_empty() { "" } else { "?" };
            let uri = format!("{scheme}://{authority}/{mark}{options}");
            Ok(Store::MongoDb { uri, database: database.to_owned(), password })
        }
        _ => Err(wanted()),
    }
}

/// A text by reference, `env:NAME` or `file:PATH`; the reference may be a secret written by mistake and is never
/// repeated.
fn secret(text: &str, variables: &Variables) -> Result<Redacted<String>, String> {
    let found = match text.split_once(':') {
        Some(("env", name)) => variables.get(name).cloned().ok_or("names a variable that is not set")?,
        Some(("file", path)) => std::fs::read_to_string(path)
            .map_err(|error| format!("names a file that cannot be read: {error}"))?,
        _ => return Err("must be a reference, env:NAME or file:PATH".to_owned()),
    };
    let found = found.trim_end_matches(['\n', '\r']);
    if found.is_empty() {
        return Err("leads to an empty text".to_owned());
    }
    Ok(found.into())
}

#[cfg(test)]
mod tests;

//! Secrets stand in the configuration only as references; they are resolved once, at start, into a type that
//! does not print.

use secrecy::SecretString;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// More bytes than this are no password but the wrong file.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// Where a secret is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretReference {
    /// `env:NAME`
    Environment(String),
    /// `file:PATH`; one line end after the secret does not belong to it.
    File(PathBuf),
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl SecretReference {
    /// Reads a reference; the text itself is never repeated, since it may be a secret written by mistake.
    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Ok(Self::Environment(name.to_owned())),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(base.join(path))),
            Some(("aws-sm", _)) => Err("secrets of AWS Secrets Manager come with the AWS back ends, which \
                                        this release does not have; use env:NAME or file:PATH"
                .to_owned()),
            _ => Err("a secret is given by reference only: env:NAME or file:PATH".to_owned()),
        }
    }

    /// Fetches the secret.
    ///
    /// # Errors
    /// The cause, naming the reference and never the secret.
    pub fn resolve(&self, environment: &BTreeMap<String, String>) -> Result<SecretString, String> {
        let text = match self {
            Self::Environment(name) => environment
                .get(name)
                .cloned()
                .ok_or_else(|| format!("the variable {name} is not set; set it, or use file:PATH"))?,
            Self::File(path) => read_secret_file(path)?,
        };
        if text.is_empty() {
            return Err(format!("{self} is empty; put the secret there"));
        }
        Ok(SecretString::from(text))
    }
}

fn read_secret_file(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let trouble =
        |error: std::io::Error| format!("{shown} cannot be read: {error}; create it with the secret in it");
    let size = std::fs::metadata(path).map_err(trouble)?.len();
    if size > SECRET_BYTES_MAX {
        return Err(format!("{shown} is longer than {SECRET_BYTES_MAX} bytes, which is no secret of ours"));
    }
    let mut text = std::fs::read_to_string(path).map_err(trouble)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn a_secret_keeps_everything_but_one_line_end() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("password");
        for (written, expected) in [("p w\n", "p w"), ("pw\r\n", "pw"), ("pw\n\n", "pw\n"), (" pw ", " pw ")]
        {
            std::fs::write(&path, written).expect("written");
            let secret = SecretReference::File(path.clone()).resolve(&BTreeMap::new()).expect("resolved");
            assert_eq!(secret.expose_secret(), expected);
        }
    }

    #[test]
    fn what_is_no_reference_is_refused_without_being_shown() {
        for text in ["hunter2", "hunter2:hunter2", "env:", "file:", "aws-sm:hunter2"] {
            let error = SecretReference::parse(text, Path::new("/")).expect_err("refused");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}

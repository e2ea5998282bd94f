//! The files that let a connector find this hospital: `connector.toml`, the password, the truth.

use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::SimulatorError;
use crate::mail;
use crate::truth::Truth;

/// Name of the portal in configuration and truth.
pub(crate) const PORTAL: &str = "hospital-b";
/// The account's user id.
pub(crate) const USER: &str = "dme.supplier";
/// The password at the start.
pub(crate) const PASSWORD: &str = "Riverside-Demo-2026!";

/// Sha-256, in hex, of a text with runs of whitespace made single spaces and the ends trimmed.
pub(crate) fn text_hash(text: &str) -> String {
    let normalised = text.split_whitespace().collect::<Vec<_>>().join(" ");
    data_encoding::HEXLOWER.encode(&Sha256::digest(normalised.as_bytes()))
}

/// Makes the output folder with everything but the server's port.
///
/// # Errors
/// [`SimulatorError::Write`] naming the file or folder.
pub(crate) fn prepare(out: &Path, totp_secret: Option<&str>) -> Result<(), SimulatorError> {
    let mail = out.join("mail");
    std::fs::create_dir_all(&mail).map_err(|cause| SimulatorError::Write { path: mail, cause })?;
    write_secret(&out.join(format!("{PORTAL}.password")), PASSWORD)?;
    if let Some(secret) = totp_secret {
        write_secret(&out.join(format!("{PORTAL}.totp")), secret)?;
    }
    Ok(())
}

/// Writes `connector.toml` for a server at `url`.
///
/// # Errors
/// [`SimulatorError::Write`], or [`SimulatorError::Serialise`].
pub(crate) fn write_connector(
    out: &Path,
    url: &str,
    terms_hash: &str,
    totp: bool,
) -> Result<(), SimulatorError> {
    let portal = PortalSection {
        profile: PORTAL,
        url,
        username: USER,
        password: format!("file:{PORTAL}.password"),
        mfa: if totp { "totp" } else { "mail" },
        totp_secret: totp.then(|| format!("file:{PORTAL}.totp")),
        mfa_recipient: mail::RECIPIENT,
        mfa_sender_domain: mail::SENDER_DOMAIN,
        accepted_terms: [terms_hash],
        poll_interval: "2s",
    };
    let config = Connector {
        store: "sqlite:data/connector.db",
        queue: "sqlite:data/connector.db",
        blobs: "file:data/blobs",
        mail: "dir:mail",
        portals: [(PORTAL, portal)].into(),
        destinations: [("folder", Destination { path: "handover" })].into(),
    };
    let text = toml::to_string(&config)
        .map_err(|e| SimulatorError::Serialise { what: "connector.toml", cause: e.to_string() })?;
    write(&out.join("connector.toml"), text.as_bytes())
}

/// Writes `truth.json`.
///
/// # Errors
/// [`SimulatorError::Write`], or [`SimulatorError::Serialise`].
pub(crate) fn write_truth(out: &Path, truth: &Truth) -> Result<(), SimulatorError> {
    let text = serde_json::to_string_pretty(truth)
        .map_err(|e| SimulatorError::Serialise { what: "truth.json", cause: e.to_string() })?;
    write(&out.join("truth.json"), text.as_bytes())
}

/// By rename, so that a reader finds the old file or the new one.
fn write(path: &Path, bytes: &[u8]) -> Result<(), SimulatorError> {
    let failed = |cause| SimulatorError::Write { path: path.to_owned(), cause };
    let partial = path.with_added_extension("partial");
    std::fs::write(&partial, bytes).map_err(failed)?;
    std::fs::rename(&partial, path).map_err(failed)
}

/// Readable by the owner alone.
fn write_secret(path: &Path, secret: &str) -> Result<(), SimulatorError> {
    use std::io::Write;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

    let failed = |cause| SimulatorError::Write { path: path.to_owned(), cause };
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
    // The mode above counts for new files only.
    file.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    file.write_all(secret.as_bytes()).map_err(failed)
}

#[derive(Serialize)]
struct Connector<'a> {
    store: &'a str,
    queue: &'a str,
    blobs: &'a str,
    mail: &'a str,
    portals: std::collections::BTreeMap<&'a str, PortalSection<'a>>,
    destinations: std::collections::BTreeMap<&'a str, Destination<'a>>,
}

#[derive(Serialize)]
struct PortalSection<'a> {
    profile: &'a str,
    url: &'a str,
    username: &'a str,
    password: String,
    mfa: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    totp_secret: Option<String>,
    mfa_recipient: &'a str,
    mfa_sender_domain: &'a str,
    accepted_terms: [&'a str; 1],
    poll_interval: &'a str,
}

#[derive(Serialize)]
struct Destination<'a> {
    path: &'a str,
}

//! The files that let a connector find the hospitals: `connector.toml`, passwords, the truth.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::SimulatorError;
use crate::faults::FaultPlan;
use crate::kind::HospitalKind;
use crate::mail::Route;
use crate::portal::terms_text;
use crate::truth::Truth;

/// Sha-256, in hex, of a text with runs of whitespace made single spaces and the ends trimmed.
fn text_hash(text: &str) -> String {
    let normalised = text.split_whitespace().collect::<Vec<_>>().join(" ");
    data_encoding::HEXLOWER.encode(&Sha256::digest(normalised.as_bytes()))
}

/// Makes the output folder with everything but the servers' ports.
///
/// # Errors
/// [`SimulatorError::Write`] naming the file or folder.
pub(crate) fn prepare(
    out: &Path,
    kinds: &[HospitalKind],
    totp_secret: Option<&str>,
) -> Result<(), SimulatorError> {
    let mail = out.join("mail");
    std::fs::create_dir_all(&mail).map_err(|cause| SimulatorError::Write { path: mail, cause })?;
    for kind in kinds {
        let portal = kind.portal();
        write_secret(&out.join(format!("{portal}.password")), kind.password())?;
        if let Some(secret) = totp_secret {
            write_secret(&out.join(format!("{portal}.totp")), secret)?;
        }
    }
    Ok(())
}

/// Writes `connector.toml` for servers at their addresses.
///
/// # Errors
/// [`SimulatorError::Write`], or [`SimulatorError::Serialise`].
pub(crate) fn write_connector(
    out: &Path,
    addresses: &[(HospitalKind, &str)],
    faults: &FaultPlan,
) -> Result<(), SimulatorError> {
    let totp = faults.totp_secret.is_some();
    let section = |(kind, url): &(HospitalKind, &str)| {
        let portal = kind.portal();
        let section = PortalSection {
            profile: portal,
            url: (*url).to_owned(),
            username: kind.user(),
            password: format!("file:{portal}.password"),
            mfa: if totp { "totp" } else { "mail" },
            totp_secret: totp.then(|| format!("file:{portal}.totp")),
            mfa_recipient: Route::of(*kind, faults.shared_recipient).recipient,
            mfa_sender_domain: kind.mail_domain(),
            accepted_terms: [text_hash(&terms_text(*kind))],
            site: kind.site(),
            poll_interval: "2s",
            after_kick: "5s",
            permission: Permission {
                agreed_by: "Synthetic Hospital",
                role: "privacy officer",
                agreed_on: "2020-01-01",
                until: "2099-12-31",
                account: kind.user(),
                reference: "a hospital that does not exist agrees to everything",
            },
        };
        (portal, section)
    };
    let config = Connector {
        store: "sqlite:data/connector.db",
        queue: "sqlite:data/connector.db",
        blobs: "file:data/blobs",
        mail: "dir:mail",
        portals: addresses.iter().map(section).collect(),
        destinations: [("folder", Destination { path: "handover" })].into(),
        supplier: Supplier {
            name: "Synthetic Home Medical",
            address: ["100 Example Avenue", "Albany, NY 12208"],
            phone: "(518) 555-0100",
            fax: "(518) 555-0101",
            contact: "Intake Department",
        },
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
    portals: BTreeMap<&'a str, PortalSection>,
    destinations: BTreeMap<&'a str, Destination<'a>>,
    supplier: Supplier,
}

/// Who writes letters to the prescribers: nobody, at a number nobody has.
#[derive(Serialize)]
struct Supplier {
    name: &'static str,
    address: [&'static str; 2],
    phone: &'static str,
    fax: &'static str,
    contact: &'static str,
}

#[derive(Serialize)]
struct PortalSection {
    profile: &'static str,
    url: String,
    username: &'static str,
    password: String,
    mfa: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    totp_secret: Option<String>,
    mfa_recipient: &'static str,
    mfa_sender_domain: &'static str,
    accepted_terms: [String; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'static str>,
    poll_interval: &'static str,
    /// Nobody works at a synthetic hospital whom a quick return would throw out.
    after_kick: &'static str,
    // Last, since it is a table of its own.
    permission: Permission,
}

/// Who agreed to unattended use; without it a connector does not touch the portal.
#[derive(Serialize)]
struct Permission {
    agreed_by: &'static str,
    role: &'static str,
    agreed_on: &'static str,
    until: &'static str,
    account: &'static str,
    reference: &'static str,
}

#[derive(Serialize)]
struct Destination<'a> {
    path: &'a str,
}

//! Settings: `config/default.toml` (embedded) < `--config FILE` < environment
//! (`EPIC_CONNECTOR__SECTION__KEY`).
//!
//! Every key is typed, unknown ones are refused with the nearest known one, and all mistakes are reported at
//! once with their place. Secrets are references; [`Settings::load_with_secrets`] resolves them once.

mod address;
mod destinations;
mod duration;
mod mistake;
mod model;
mod operator;
mod portals;
mod secret;
mod section;
mod servers;
mod source;
mod supplier;
mod telemetry;
mod work;

#[cfg(test)]
mod tests;

pub use self::model::ModelSettings;
pub use address::{BlobAddress, FaxQueueAddress, MailAddress, MongoAddress, QueueAddress, StoreAddress};
pub use destinations::{DestinationKind, DestinationSettings, FaxSettings};
pub use duration::parse as parse_duration;
pub(crate) use mistake::hint;
pub use mistake::{ENVIRONMENT_PREFIX, Mistake, Mistakes};
pub use operator::operator_account;
pub use portals::{CareSettings, ChartSettings, MfaSettings, PortalSettings};
pub use secret::SecretReference;
pub use servers::{AwsSettings, MongoSettings, S3Settings, ServerSettings, SqsSettings};
pub use source::Variables;
pub use telemetry::{HealthSettings, LogFormat, TelemetrySettings};
pub use work::{OcrSettings, WorkSettings, signed};

use crate::knowledge::Knowledge;
use domain::ids::{DestinationName, PortalName};
use domain::redacted::Redacted;
use portals::{Portals, SecretUse};
use secrecy::{ExposeSecret, SecretString};
use section::{Reading, Section};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use understanding::Letterhead;

/// Days for which pages of failures are kept unless set: long enough for a person back from leave.
const EVIDENCE_DAYS: u32 = 14;

/// Everything a deployer can set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The installation's folder: lock, browser profiles.
    pub data: PathBuf,
    /// The installation key's file; made at first start.
    pub key_file: PathBuf,
    /// Days for which pages of failures are kept.
    pub evidence_retention_days: u32,
    /// The file of the keys that the installation key wraps; made at first start.
    pub keyring: PathBuf,
    /// Records.
    pub store: StoreAddress,
    /// Work queues.
    pub queue: QueueAddress,
    /// File contents.
    pub blobs: BlobAddress,
    /// Code mails.
    pub mail: MailAddress,
    /// What the servers behind the addresses need.
    pub servers: ServerSettings,
    /// A folder that takes the place of embedded profiles, rules and code lists, file by file.
    pub knowledge: Option<PathBuf>,
    /// Portals by name.
    pub portals: BTreeMap<PortalName, PortalSettings>,
    /// Destinations by name.
    pub destinations: BTreeMap<DestinationName, DestinationSettings>,
    /// The language model asked beside the rules; none: rules alone.
    pub model: Option<ModelSettings>,
    /// Page reading.
    pub ocr: OcrSettings,
    /// Work items.
    pub work: WorkSettings,
    /// Logs, traces, metrics.
    pub telemetry: TelemetrySettings,
    /// Health pages.
    pub health: HealthSettings,
    /// Who writes letters to prescribers.
    pub supplier: Option<Letterhead>,
}

/// One portal's secrets, resolved. `Debug` shows none.
#[derive(Clone, Debug)]
pub struct PortalSecrets {
    /// The account's password.
    pub password: SecretString,
    /// The shared secret of `mfa = "totp"`.
    pub totp: Option<SecretString>,
}

/// Secrets by portal.
pub type Secrets = BTreeMap<PortalName, PortalSecrets>;

impl Settings {
    /// Reads the settings, leaving secrets alone: enough for verbs that only look at data.
    ///
    /// # Errors
    /// Every mistake, each with its place.
    pub fn load(file: Option<&Path>, variables: &Variables) -> Result<Self, Mistakes> {
        let (draft, reading) = read(file, variables)?;
        draft.or_mistakes(reading)
    }

    /// Reads the settings as a running service needs them: with secrets, a portal and a destination.
    ///
    /// # Errors
    /// Every mistake, those of secrets included, each with its place.
    pub fn load_with_secrets(
        file: Option<&Path>,
        variables: &Variables,
    ) -> Result<(Self, Secrets), Mistakes> {
        let (mut draft, reading) = read(file, variables)?;
        let origin = file.map(|path| path.display().to_string());
        let origin = origin.as_deref();
        if !draft.portals_written {
            reading.note(origin, "portals", "no portal is configured; add a section [portals.NAME]");
        }
        if !draft.destinations_written {
            let what = "orders would have nowhere to go; add a section [destinations.NAME] with a path";
            reading.note(origin, "destinations", what);
        }
        let secrets = resolve(&draft.secrets, &reading, variables);
        if let Some(Err(Mistake { origin, path, what })) =
            draft.settings.model.as_mut().map(|model| model.resolve(variables))
        {
            reading.note(origin.as_deref(), path, what);
        }
        Ok((draft.or_mistakes(reading)?, secrets))
    }
}

impl Settings {
    /// The folders of folder destinations, in order of the destinations' names.
    pub fn folder_destinations(&self) -> Vec<PathBuf> {
        let folder = |destination: &DestinationSettings| match &destination.kind {
            DestinationKind::Folder { path } => Some(path.clone()),
            DestinationKind::FaxPipeline(_) => None,
        };
        self.destinations.values().filter_map(folder).collect()
    }

    /// The profiles, rules and code lists in force.
    pub fn knowledge(&self) -> Knowledge {
        Knowledge::new(self.knowledge.clone())
    }
}

/// Settings that may still hold mistakes.
struct Draft {
    settings: Settings,
    secrets: Vec<SecretUse>,
    portals_written: bool,
    destinations_written: bool,
}

impl Draft {
    fn or_mistakes(self, reading: Reading) -> Result<Settings, Mistakes> {
        let mistakes = reading.mistakes();
        if mistakes.is_empty() { Ok(self.settings) } else { Err(Mistakes(mistakes)) }
    }
}

fn read(file: Option<&Path>, variables: &Variables) -> Result<(Draft, Reading), Mistakes> {
    let merged = source::merge(file, variables)?;
    let reading = Reading::new(merged.base.clone());
    let base = merged.base.as_path();
    let mut root = Section::root(&reading, merged.root);
    let portals_written = root.has("portals");
    let destinations_written = root.has("destinations");
    let path = |text: &str| -> Result<PathBuf, String> {
        if text.is_empty() { Err("is empty".to_owned()) } else { Ok(base.join(text)) }
    };
    // A value that stands in for a mistaken one never gets out: the mistake is returned instead.
    let nowhere = PathBuf::new;
    let knowledge = root.parsed("knowledge", path);
    let profiles = Knowledge::new(knowledge.clone()).profile_names();
    let Portals { portals, secrets } = portals::read(root.section("portals"), &profiles);
    let settings = Settings {
        data: root.required("data", path).unwrap_or_else(nowhere),
        key_file: root.required("key_file", path).unwrap_or_else(nowhere),
        evidence_retention_days: root.count("evidence_retention_days", 1..=365).unwrap_or(EVIDENCE_DAYS),
        keyring: root.required("keyring", path).unwrap_or_else(nowhere),
        store: root
            .required("store", |text| StoreAddress::parse(text, base))
            .unwrap_or(StoreAddress::Sqlite(nowhere())),
        queue: root
            .required("queue", |text| QueueAddress::parse(text, base))
            .unwrap_or(QueueAddress::Sqlite(nowhere())),
        blobs: root
            .required("blobs", |text| BlobAddress::parse(text, base))
            .unwrap_or(BlobAddress::Folder(nowhere())),
        mail: root
            .required("mail", |text| MailAddress::parse(text, base))
            .unwrap_or(MailAddress::Folder(nowhere())),
        servers: servers::read(&mut root, variables),
        knowledge,
        portals,
        destinations: destinations::read(root.section("destinations")),
        model: model::read(root.section("model")),
        ocr: work::read_ocr(root.section("ocr"), cores()),
        work: work::read_work(root.section("work"), root.section("retry")),
        telemetry: telemetry::read(root.section("telemetry")),
        health: telemetry::read_health(root.section("health")),
        supplier: supplier::read(root.section("supplier")),
    };
    root.finish();
    Ok((Draft { settings, secrets, portals_written, destinations_written }, reading))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn resolve(uses: &[SecretUse], reading: &Reading, variables: &Variables) -> Secrets {
    let mut secrets = Secrets::new();
    for used in uses {
        match used.reference.resolve(variables) {
            Ok(secret) if used.totp => {
                if let Err(what) = mail::check_totp_secret(&Redacted::from(secret.expose_secret())) {
                    reading.note(used.origin.as_deref(), used.path.clone(), what.to_string());
                }
                if let Some(portal) = secrets.get_mut(&used.portal) {
                    portal.totp = Some(secret);
                }
            }
            Ok(password) => {
                secrets.insert(used.portal.clone(), PortalSecrets { password, totp: None });
            }
            Err(what) => reading.note(used.origin.as_deref(), used.path.clone(), what),
        }
    }
    secrets
}

//! What the whole-system tests share: a synthetic hospital, the connector as a process that can be killed, and
//! what became of every message.

use epic_connector::settings::Settings;
use epic_connector::verbs::demo::{Compared, compare_store};
use simulator::{FaultPlan, HospitalKind, PortalStats, Simulator, SimulatorOptions, Truth};
use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running hospital with a folder of its own.
pub(crate) struct Hospital {
    simulator: Option<Simulator>,
    folder: TempDir,
    /// A run with nothing to do for this long is over: what comes a day later at a hospital comes before.
    idle: Duration,
    /// Settings from the environment for everybody who works with it.
    pub(crate) variables: BTreeMap<String, String>,
}

impl Hospital {
    /// Starts one of the new style.
    pub(crate) async fn start(patients: usize, seed: u64, faults: FaultPlan) -> Self {
        Self::open(&[HospitalKind::B], patients, seed, faults).await
    }

    /// Starts some that share a mailbox and a configuration.
    pub(crate) async fn open(kinds: &[HospitalKind], patients: usize, seed: u64, faults: FaultPlan) -> Self {
        let folder = tempfile::Builder::new().prefix("epic-e2e").tempdir().expect("a folder");
        let options = SimulatorOptions {
            hospitals: kinds.to_vec(),
            port: 0,
            patients,
            seed,
            latency: Duration::from_millis(10),
            out: folder.path().to_owned(),
            faults,
            today: jiff::civil::date(2026, 11, 20),
        };
        // The simulator waits six times as long for a chart that was not read whole.
        let rough =
            options.faults != FaultPlan { latency_ms: options.faults.latency_ms, ..FaultPlan::default() };
        let late =
            Duration::from_secs(options.faults.late_after_secs.unwrap_or(5)) * if rough { 6 } else { 1 };
        let simulator = Simulator::start(options).await.expect("the hospital starts");
        let comes_late = simulator.truth().messages.iter().any(|message| message.appears_after.is_some());
        let idle =
            Duration::from_secs(2) + if comes_late { late + Duration::from_secs(6) } else { Duration::ZERO };
        Self { simulator: Some(simulator), folder, idle, variables: BTreeMap::new() }
    }

    /// What runs.
    pub(crate) fn simulator(&self) -> &Simulator {
        self.simulator.as_ref().expect("running until dropped")
    }

    /// What must become of each message.
    pub(crate) fn truth(&self) -> &Truth {
        self.simulator().truth()
    }

    /// What the portal has counted.
    pub(crate) fn stats(&self) -> PortalStats {
        self.simulator().stats()
    }

    /// Ends every session.
    pub(crate) fn expire_sessions(&self) {
        self.simulator().expire_sessions();
    }

    /// The hospital's folder, in which the connector works too.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The connector's configuration for this hospital.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder().join("connector.toml")
    }

    fn paces(&self) -> Vec<(String, &'static str)> {
        let portals = self.simulator().base_urls().into_iter().map(|(kind, _)| kind.portal().to_uppercase());
        let key = |portal: &str, key: &str| format!("EPIC_CONNECTOR__PORTALS__{portal}__{key}");
        portals.flat_map(|portal| PACES.map(|(name, value)| (key(&portal, name), value))).collect()
    }

    /// Every message of the truth beside what became of it.
    pub(crate) async fn compared(&self) -> Vec<Compared> {
        let settings = Settings::load(Some(&self.config()), &self.variables)
            .expect("the simulator's configuration loads");
        compare_store(&settings, self.truth()).await.expect("the store can be read")
    }

    /// Fails with every disagreement, if there is one.
    pub(crate) async fn assert_truth(&self) {
        let wrong: Vec<Compared> = self.compared().await.into_iter().filter(|one| !one.agrees()).collect();
        assert!(
            wrong.is_empty(),
            "{} of {} messages disagree with the truth:\n{wrong:#?}",
            wrong.len(),
            self.truth().messages.len()
        );
    }

    /// Deliveries in the hand-over folder, by name, with the bytes of their receipts.
    pub(crate) fn deliveries(&self) -> BTreeMap<String, Vec<u8>> {
        let folder = self.folder().join("handover");
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            // A name that begins with a dot is a delivery still being written.
            .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
            .filter(|entry| entry.path().join("receipt.json").exists())
            .map(|entry| {
                let receipt = std::fs::read(entry.path().join("receipt.json")).expect("a whole receipt");
                (entry.file_name().to_string_lossy().into_owned(), receipt)
            })
            .collect()
    }
}

/// What would take minutes of a real day, for each portal there is.
const PACES: [(&str, &str); 4] =
    [("LOOK_AGAIN", "1s"), ("AFTER_KICK", "1s"), ("KICKS_MAX", "100"), ("CHARTS_PER_HOUR", "100000")];

/// The connector as a process.
pub(crate) struct Connector {
    child: Child,
    log: PathBuf,
}

impl Connector {
    /// Starts `run --until-idle …` with short leases; its log is kept in the hospital's folder.
    pub(crate) fn start(hospital: &Hospital, variables: &[(&str, &str)]) -> Self {
        let log = hospital.folder().join(format!("connector-{}.log", nanos()));
        let file = std::fs::File::create(&log).expect("a log file");
        let child = Command::new(env!("CARGO_BIN_EXE_epic-connector"))
            .args(["run", "--until-idle", &format!("{}s", hospital.idle.as_secs()), "--config"])
            .arg(hospital.config())
            .env("EPIC_CONNECTOR__WORK__LEASE", "3s")
            .envs(hospital.paces())
            .envs(&hospital.variables)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a second handle"))
            .stderr(file)
            .process_group(0)
            .spawn()
            .expect("the program starts");
        Self { child, log }
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self, longest: Duration) -> ExitStatus {
        let give_up = Instant::now() + longest;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                return status;
            }
            assert!(Instant::now() < give_up, "the connector does not end:\n{}", self.log());
            pause();
        }
    }

    /// Waits until `condition` holds, and says whether the connector still runs.
    pub(crate) fn wait_until(&mut self, longest: Duration, mut condition: impl FnMut() -> bool) -> bool {
        let give_up = Instant::now() + longest;
        while !condition() {
            if self.child.try_wait().expect("a child of ours").is_some() {
                return false;
            }
            assert!(Instant::now() < give_up, "it does not come that far:\n{}", self.log());
            pause();
        }
        true
    }

    /// `kill -9`, and no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a running child");
        self.child.wait().expect("a dead child");
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child of ours")
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        let mut text = String::new();
        std::fs::File::open(&self.log)
            .and_then(|mut file| file.read_to_string(&mut text))
            .expect("a readable log");
        text
    }
}

impl Drop for Connector {
    fn drop(&mut self) {
        // Already ended is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Between two looks at something that happens in another process.
pub(crate) fn pause() {
    std::thread::park_timeout(Duration::from_millis(20));
}

fn nanos() -> u128 {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    u128::from(COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

/// Command lines of running processes that mention `needle`, without this test itself.
pub(crate) fn processes_with(needle: &str) -> Vec<String> {
    let own = std::process::id().to_string();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.chars().all(|c| c.is_ascii_digit()) && name != own
        })
        .filter_map(|entry| {
            let raw = std::fs::read(entry.path().join("cmdline")).ok()?;
            let line = String::from_utf8_lossy(&raw).replace('\0', " ");
            line.contains(needle).then_some(line)
        })
        .collect()
}

/// Files under `folder` that hold any of the texts, without those a predicate leaves out.
pub(crate) fn files_with(
    folder: &Path,
    texts: &[String],
    leave_out: impl Fn(&Path) -> bool + Copy,
) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if leave_out(&path) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path)
                .is_ok_and(|bytes| texts.iter().any(|text| contains(&bytes, text.as_bytes())))
            {
                found.push(path);
            }
        }
    }
    found
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

/// Names, MRNs and dates of birth that must not be seen in the open.
pub(crate) fn planted(truth: &Truth) -> Vec<String> {
    truth
        .messages
        .iter()
        .flat_map(|message| {
            let family = message.patient.name.split(',').next().unwrap_or_default().to_owned();
            [message.patient.name.clone(), family, message.patient.mrn.clone(), message.patient.dob.clone()]
        })
        .filter(|text| text.len() > 4)
        .collect()
}

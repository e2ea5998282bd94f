//! Starting and stopping the hospitals.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config;
use crate::error::SimulatorError;
use crate::faults::FaultPlan;
use crate::generator::{Hospital, HospitalPlan};
use crate::kind::HospitalKind;
use crate::layout::Fonts;
use crate::library::{Library, count_pages};
use crate::mail::Mailbox;
use crate::portal::{Portal, PortalState, PortalStats, ResetSwitch, Wire, router};
use crate::truth::Truth;

/// How long [`Simulator::stop`] waits for answers under way before it cuts them off.
const STOP_GRACE: Duration = Duration::from_secs(2);

/// How the hospitals shall be.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Which hospitals run; each one once, whatever is said.
    pub hospitals: Vec<HospitalKind>,
    /// Port on 127.0.0.1 of the first one, the second takes the next; 0 takes any free ones.
    pub port: u16,
    /// Number of patients of each; from a number of patients on, every story is told.
    pub patients: usize,
    /// Decides everything that is generated.
    pub seed: u64,
    /// Added to every request to a portal.
    pub latency: Duration,
    /// Folder for configuration, truth, passwords and mails; made if missing.
    pub out: PathBuf,
    /// What goes wrong, at each of them.
    pub faults: FaultPlan,
    /// The hospitals' today: all dates in the charts lie before it.
    pub today: Date,
}

/// Running hospitals; they end with [`Simulator::stop`] or when dropped.
pub struct Simulator {
    truth: Arc<Truth>,
    houses: Vec<House>,
}

/// One hospital's server.
struct House {
    base_url: String,
    portal: Arc<Portal>,
    shutdown: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Generates the hospitals, writes their files and starts serving.
    ///
    /// # Errors
    /// [`SimulatorError`]: fonts missing, port taken, output folder not writable, bad fault plan.
    pub async fn start(options: SimulatorOptions) -> Result<Self, SimulatorError> {
        options.faults.check()?;
        let mut kinds = options.hospitals.clone();
        kinds.sort_unstable();
        kinds.dedup();
        let hospitals = generate(&kinds, &options)?;
        let truth = Arc::new(Truth::merged(hospitals.iter().map(|(hospital, _)| hospital.truth())));

        let mut listeners = Vec::new();
        for number in 0..kinds.len() {
            listeners.push(listen(options.port, number).await?);
        }
        let urls: Vec<String> = listeners.iter().map(|(_, url)| url.clone()).collect();
        let addresses: Vec<(HospitalKind, &str)> =
            kinds.iter().copied().zip(urls.iter().map(String::as_str)).collect();
        config::prepare(&options.out, &kinds, options.faults.totp_secret.as_deref())?;
        config::write_truth(&options.out, &truth)?;
        config::write_connector(&options.out, &addresses, &options.faults)?;

        let houses = hospitals
            .into_iter()
            .zip(listeners)
            .map(|((hospital, fonts), (listener, base_url))| {
                let mailbox = Mailbox::new(&options.out.join("mail"));
                let state = PortalState::new(hospital.kind, options.faults.clone());
                let library = Library::new(hospital.clone(), fonts);
                let portal =
                    Arc::new(Portal::new(hospital, truth.clone(), library, mailbox, options.latency, state));
                House::open(listener, base_url, portal)
            })
            .collect();
        Ok(Self { truth, houses })
    }

    /// "http://127.0.0.1:PORT" of the first hospital.
    pub fn base_url(&self) -> &str {
        self.houses.first().map_or("", |house| &house.base_url)
    }

    /// The address of each hospital.
    pub fn base_urls(&self) -> Vec<(HospitalKind, &str)> {
        self.houses.iter().map(|house| (house.portal.kind, house.base_url.as_str())).collect()
    }

    /// The address of one hospital, if it runs.
    pub fn base_url_of(&self, kind: HospitalKind) -> Option<&str> {
        self.house(kind).map(|house| house.base_url.as_str())
    }

    /// What must become of each message, of all hospitals.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// The counts so far, of all hospitals together.
    pub fn stats(&self) -> PortalStats {
        PortalStats::merged(self.houses.iter().map(|house| house.portal.state().stats()))
    }

    /// The counts so far of one hospital; all zero when it does not run.
    pub fn stats_of(&self, kind: HospitalKind) -> PortalStats {
        self.house(kind).map(|house| house.portal.state().stats()).unwrap_or_default()
    }

    /// Ends all sessions of all hospitals in the fault plan's style.
    pub fn expire_sessions(&self) {
        self.houses.iter().for_each(|house| house.portal.state().expire_all(None));
    }

    /// Ends all sessions of all hospitals as if their accounts had logged in elsewhere.
    pub fn kick_sessions(&self) {
        self.houses.iter().for_each(|house| house.portal.state().kick_all());
    }

    /// Another fault plan for all hospitals from now on.
    ///
    /// # Errors
    /// [`SimulatorError::FaultPlan`], and nothing has changed.
    pub fn set_faults(&self, faults: &FaultPlan) -> Result<(), SimulatorError> {
        faults.check()?;
        self.houses.iter().for_each(|house| house.portal.state().set_faults(faults.clone()));
        Ok(())
    }

    /// Stops serving; answers under way get two seconds.
    pub async fn stop(mut self) {
        for house in &mut self.houses {
            if let Some(shutdown) = house.shutdown.take() {
                // The server may have ended by itself; then nobody listens.
                let _ = shutdown.send(());
            }
        }
        let ends = self.houses.iter_mut().map(|house| &mut house.server);
        // Those that are late are cut off when dropped.
        let _ = tokio::time::timeout(STOP_GRACE, futures::future::join_all(ends)).await;
    }

    fn house(&self, kind: HospitalKind) -> Option<&House> {
        self.houses.iter().find(|house| house.portal.kind == kind)
    }
}

impl House {
    fn open(listener: TcpListener, base_url: String, portal: Arc<Portal>) -> Self {
        let (shutdown, ended) = oneshot::channel::<()>();
        let app = router(portal.clone()).into_make_service_with_connect_info::<ResetSwitch>();
        let server = tokio::spawn(async move {
            let serving = axum::serve(Wire(listener), app).with_graceful_shutdown(async move {
                // A dropped sender means the same as a sent word.
                let _ = ended.await;
            });
            if let Err(cause) = serving.await {
                tracing::error!(%cause, "the simulated portal stopped serving");
            }
        });
        Self { base_url, portal, shutdown: Some(shutdown), server }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Each hospital with the fonts its papers are set in; messages are numbered through all of them.
fn generate(
    kinds: &[HospitalKind],
    options: &SimulatorOptions,
) -> Result<Vec<(Arc<Hospital>, Fonts)>, SimulatorError> {
    let mut first_message = 1;
    let mut hospitals = Vec::new();
    for kind in kinds {
        let fonts = Fonts::load()?;
        let mut hospital = Hospital::generate(&HospitalPlan {
            kind: *kind,
            seed: options.seed,
            patients: options.patients,
            today: options.today,
            first_message,
        });
        first_message += hospital.messages.len();
        count_pages(&fonts, &mut hospital);
        hospitals.push((Arc::new(hospital), fonts));
    }
    Ok(hospitals)
}

/// The `number`-th server's socket and address.
async fn listen(first: u16, number: usize) -> Result<(TcpListener, String), SimulatorError> {
    let above = if first == 0 { 0 } else { u16::try_from(number).unwrap_or(u16::MAX) };
    let port = first.saturating_add(above);
    let failed = |cause| SimulatorError::Listen { port, cause };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let url = format!("http://{}", listener.local_addr().map_err(failed)?);
    Ok((listener, url))
}

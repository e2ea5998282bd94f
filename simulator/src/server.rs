//! Starting and stopping the hospital.

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
use crate::portal::{Portal, PortalState, PortalStats, router, terms_text};
use crate::truth::Truth;

/// How long [`Simulator::stop`] waits for answers under way before it cuts them off.
const STOP_GRACE: Duration = Duration::from_secs(2);

/// How the hospital shall be.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// Number of patients; from six on, every story is told.
    pub patients: usize,
    /// Decides everything that is generated.
    pub seed: u64,
    /// Added to every request to the portal.
    pub latency: Duration,
    /// Folder for configuration, truth, password and mails; made if missing.
    pub out: PathBuf,
    /// What goes wrong.
    pub faults: FaultPlan,
    /// The hospital's today: all dates in the charts lie before it.
    pub today: Date,
}

/// A running hospital; it ends with [`Simulator::stop`] or when dropped.
pub struct Simulator {
    base_url: String,
    portal: Arc<Portal>,
    shutdown: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Generates the hospital, writes its files and starts serving.
    ///
    /// # Errors
    /// [`SimulatorError`]: fonts missing, port taken, output folder not writable, bad fault plan.
    pub async fn start(options: SimulatorOptions) -> Result<Self, SimulatorError> {
        options.faults.check()?;
        let fonts = Fonts::load()?;
        let plan = HospitalPlan {
            kind: HospitalKind::B,
            seed: options.seed,
            patients: options.patients,
            today: options.today,
            first_message: 1,
        };
        let mut hospital = Hospital::generate(&plan);
        count_pages(&fonts, &mut hospital);
        let hospital = Arc::new(hospital);
        let truth = hospital.truth();

        let listen = |cause| SimulatorError::Listen { port: options.port, cause };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(listen)?;
        let base_url = format!("http://{}", listener.local_addr().map_err(listen)?);

        let totp_secret = options.faults.totp_secret.as_deref();
        config::prepare(&options.out, totp_secret)?;
        config::write_truth(&options.out, &truth)?;
        let terms = config::text_hash(&terms_text());
        config::write_connector(&options.out, &base_url, &terms, totp_secret.is_some())?;

        let library = Library::new(hospital.clone(), fonts);
        let mailbox = Mailbox::new(&options.out.join("mail"));
        let state = PortalState::new(config::USER, config::PASSWORD, options.faults);
        let portal = Arc::new(Portal::new(hospital, truth, library, mailbox, options.latency, state));

        let (shutdown, ended) = oneshot::channel::<()>();
        let app = router(portal.clone());
        let server = tokio::spawn(async move {
            let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
                // A dropped sender means the same as a sent word.
                let _ = ended.await;
            });
            if let Err(cause) = serving.await {
                tracing::error!(%cause, "the simulated portal stopped serving");
            }
        });
        Ok(Self { base_url, portal, shutdown: Some(shutdown), server })
    }

    /// "http://127.0.0.1:PORT".
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What must become of each message.
    pub fn truth(&self) -> &Truth {
        &self.portal.truth
    }

    /// The counts so far.
    pub fn stats(&self) -> PortalStats {
        self.portal.state().stats()
    }

    /// Ends all sessions in the fault plan's style.
    pub fn expire_sessions(&self) {
        self.portal.state().expire_all(None);
    }

    /// Stops serving; answers under way get two seconds.
    pub async fn stop(mut self) {
        if let Some(shutdown) = self.shutdown.take() {
            // The server may have ended by itself; then nobody listens.
            let _ = shutdown.send(());
        }
        if tokio::time::timeout(STOP_GRACE, &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

//! A patient and careful visitor of hospital B gets everything although every fault is on.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use simulator::{FaultPlan, HospitalKind};

use crate::support::{Visit, between, code_in, location, mails_in};

/// Longest a request may take; slow pages take less, slow documents more.
const REQUEST_MAX: Duration = Duration::from_millis(1_500);
/// Largest document that is taken.
const DOCUMENT_BYTES_MAX: usize = 100 * 1024 * 1024;
/// Tries for anything before the visitor calls it stuck.
const TRIES_MAX: usize = 25;

/// Why something has to be done again.
#[derive(Debug)]
enum Trouble {
    /// A passing fault.
    Again,
    /// The session has ended.
    Login,
}

struct Patient {
    visit: Visit,
    csrf: String,
}

impl Patient {
    async fn call(&self, request: RequestBuilder) -> Result<Value, Trouble> {
        let text = String::from_utf8(self.bytes(request).await?).map_err(|_| Trouble::Again)?;
        serde_json::from_str(&text).map_err(|_| Trouble::Again)
    }

    /// The whole answer, unless it is a page that comes in place of others.
    async fn bytes(&self, request: RequestBuilder) -> Result<Vec<u8>, Trouble> {
        let reply = request.send().await.map_err(|_| Trouble::Again)?;
        match reply.status() {
            StatusCode::OK => {}
            StatusCode::FOUND if location(&reply).contains("/login") => return Err(Trouble::Login),
            _ => return Err(Trouble::Again),
        }
        let (mut pieces, mut bytes) = (reply.bytes_stream(), Vec::new());
        while let Some(piece) = pieces.next().await {
            bytes.extend(piece.map_err(|_| Trouble::Again)?);
            if bytes.len() > DOCUMENT_BYTES_MAX {
                return Err(Trouble::Again);
            }
        }
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_000)]).into_owned();
        if head.contains("id=\"login-form\"") {
            return Err(Trouble::Login);
        }
        if bytes.is_empty() || head.contains("class=\"stale\"") { Err(Trouble::Again) } else { Ok(bytes) }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.visit.client.get(format!("{}{path}", self.visit.base))
    }

    /// Logs in; asks for another code until one attempt brings exactly one honest and fresh one.
    async fn log_in(&mut self) {
        for mail in mails_in(self.visit.folder.path()) {
            std::fs::remove_file(mail).unwrap();
        }
        let mut next = location(&self.visit.password(&self.visit.stored_password()).await);
        if next.ends_with("/terms") {
            next = location(&self.visit.form("/terms", &[]).await);
        }
        assert_eq!(next, "/EpicCareLink/verify");
        for _ in 0..TRIES_MAX {
            let codes = self.honest_codes().await;
            if let [code] = &codes.iter().collect::<Vec<_>>()[..] {
                let entered = self.visit.form("/verify", &[("code", code)]).await;
                assert_eq!(location(&entered), "/EpicCareLink/home");
                self.visit.form("/whats-new", &[]).await;
                // A session that has been ended already is met by the next call.
                let home = self.visit.get("/home").await.text().await.unwrap();
                if home.contains("id=\"app\"") {
                    self.csrf = between(&home, "name=\"csrf-token\" content=\"", "\"").to_owned();
                }
                return;
            }
            for mail in mails_in(self.visit.folder.path()) {
                std::fs::remove_file(mail).unwrap();
            }
            self.visit.form("/verify/resend", &[]).await;
        }
        panic!("no login");
    }

    async fn honest_codes(&self) -> BTreeSet<String> {
        let honest = || -> BTreeSet<String> {
            let fresh = |text: &str| {
                let date = between(text, "\r\nDate: ", "\r\n");
                let sent = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
                jiff::Timestamp::now().as_second() - sent.as_second() < 60
            };
            mails_in(self.visit.folder.path())
                .iter()
                .filter(|mail| {
                    let text = std::fs::read_to_string(mail).unwrap();
                    text.contains("dkim=pass header.i=@riverside.example;") && fresh(&text)
                })
                .map(|mail| code_in(mail))
                .collect()
        };
        let wait = async || {
            while honest().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait()).await.expect("a code comes in the end");
        honest()
    }

    async fn pages(&self, path: &str) -> Result<Vec<Value>, Trouble> {
        let mut rows = Vec::new();
        for page in 1.. {
            let found = self.call(self.get(&format!("{path}?page={page}"))).await?;
            rows.extend(found["rows"].as_array().unwrap().iter().cloned());
            if page >= found["pageCount"].as_u64().unwrap() {
                break;
            }
        }
        Ok(rows)
    }

    async fn all_patients(&self) -> Result<Vec<Value>, Trouble> {
        let mut patients = Vec::new();
        let folders = self.call(self.get("/api/inbasket/folders")).await?;
        for folder in folders["folders"].as_array().unwrap() {
            let path = format!("/api/inbasket/folders/{}/messages", folder["id"].as_str().unwrap());
            patients.extend(self.pages(&path).await?.into_iter().map(|row| row["patient"].clone()));
        }
        Ok(patients)
    }

    /// Reads what is not yet in `have`.
    async fn read_chart(&self, patient: &Value, have: &mut BTreeSet<String>) -> Result<(), Trouble> {
        let open = self.visit.client.post(format!("{}/api/chart/open", self.visit.base));
        let body = json!({"patId": patient["patId"]});
        let opened = self.call(open.header("X-CSRF-Token", &self.csrf).json(&body)).await?;
        if opened["banner"].is_null() {
            return Ok(());
        }
        let is_right = |banner: &Value| banner["mrn"] == patient["mrn"];
        if !is_right(&opened["banner"]) {
            return Err(Trouble::Again);
        }
        for section in ["snapshot", "orders", "notes", "media", "encounters"] {
            for row in
                self.pages(&format!("/api/chart/{}/{section}", patient["patId"].as_str().unwrap())).await?
            {
                let id = row["id"].as_str().unwrap();
                if have.contains(id) {
                    continue;
                }
                let viewer = self.bytes(self.get(&format!("/viewer/{id}"))).await?;
                let viewer = String::from_utf8(viewer).unwrap();
                if between(&viewer, "class=\"patient-mrn\">", "<") != patient["mrn"] {
                    return Err(Trouble::Again);
                }
                self.bytes(self.get(&format!("/documents/{id}/content"))).await?;
                have.insert(id.to_owned());
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn with_every_fault_on_a_patient_visitor_still_gets_everything() {
    let seed = 6;
    // The same plan as anybody's, but for waits: a test has no time to lose.
    let plan = FaultPlan {
        slow_page_ms: 200,
        code_late_secs: 1,
        late_after_secs: Some(3_600),
        expire_session_after_requests: vec![90, 400],
        kick_after_requests: vec![250],
        login_as_pdf_every: 60,
        ..FaultPlan::all(seed)
    };
    let mut visit = Visit::begin(14, seed, plan).await;
    let redirects = reqwest::redirect::Policy::none();
    visit.client =
        Client::builder().cookie_store(true).redirect(redirects).timeout(REQUEST_MAX).build().unwrap();
    let mut visitor = Patient { visit, csrf: String::new() };
    visitor.log_in().await;
    let mut patients = Vec::new();
    for _ in 0..TRIES_MAX {
        match visitor.all_patients().await {
            Ok(found) => {
                patients = found;
                break;
            }
            Err(Trouble::Login) => visitor.log_in().await,
            Err(Trouble::Again) => {}
        }
    }
    assert!(patients.len() >= 14, "{} rows", patients.len());
    let mut have = BTreeSet::new();
    for patient in &patients {
        let mut tries = 0;
        while let Err(trouble) = visitor.read_chart(patient, &mut have).await {
            tries += 1;
            assert!(tries <= TRIES_MAX, "stuck at a chart");
            if matches!(trouble, Trouble::Login) {
                visitor.log_in().await;
            }
        }
    }
    let stats = visitor.visit.simulator.stats_of(HospitalKind::B);
    assert!(have.len() >= 100 && have.iter().all(|doc| stats.documents_served.contains_key(doc)));
    assert_eq!((stats.codes_wrong, stats.passwords_wrong, stats.btg_answered), (0, 0, 0));
    assert_eq!((stats.max_concurrent_sessions, stats.kicks, stats.documents_refused), (1, 1, 0));
    assert_eq!(stats.logins, 1 + stats.kicks + stats.sessions_expired);
    for fault in ["bad_gateway", "internal_error", "stale_page", "truncate", "login_as_pdf", "spoofed_code"] {
        assert!(stats.faults.contains_key(fault), "{fault} never struck: {:?}", stats.faults);
    }
}

//! A visitor of hospital B for the tests: logs in as a person would, reading the mailed code.

pub(crate) mod clement;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::LOCATION;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use simulator::{FaultPlan, HospitalKind, Simulator, SimulatorOptions};

/// A hospital in a folder of its own, and one browser.
pub(crate) struct Visit {
    pub(crate) simulator: Simulator,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) client: Client,
    pub(crate) base: String,
    csrf: String,
}

/// The options of a small, fast hospital.
pub(crate) fn options(
    folder: &tempfile::TempDir,
    patients: usize,
    seed: u64,
    faults: FaultPlan,
) -> SimulatorOptions {
    SimulatorOptions {
        hospitals: vec![HospitalKind::B],
        port: 0,
        patients,
        seed,
        latency: Duration::ZERO,
        out: folder.path().to_owned(),
        faults,
        today: jiff::civil::date(2026, 11, 22),
    }
}

pub(crate) fn browser() -> Client {
    Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

impl Visit {
    pub(crate) async fn begin(patients: usize, seed: u64, faults: FaultPlan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = Simulator::start(options(&folder, patients, seed, faults)).await.unwrap();
        let base = format!("{}/EpicCareLink", simulator.base_url());
        Self { simulator, folder, client: browser(), base, csrf: String::new() }
    }

    /// Begins and logs in.
    pub(crate) async fn logged_in(patients: usize, seed: u64, faults: FaultPlan) -> Self {
        let mut visit = Self::begin(patients, seed, faults).await;
        visit.log_in().await;
        visit
    }

    /// Password, terms if asked, mailed code, home page.
    pub(crate) async fn log_in(&mut self) {
        let before = self.mails();
        let mut next = location(&self.password(&self.stored_password()).await);
        if next.ends_with("/terms") {
            next = location(&self.form("/terms", &[]).await);
        }
        assert_eq!(next, "/EpicCareLink/verify");
        let mail = self.mails().difference(&before).next().cloned().expect("a code mail");
        let reply = self.form("/verify", &[("code", &code_in(&mail))]).await;
        assert_eq!(location(&reply), "/EpicCareLink/home");
        let home = self.get("/home").await.text().await.unwrap();
        self.csrf = between(&home, "name=\"csrf-token\" content=\"", "\"").to_owned();
    }

    pub(crate) async fn password(&self, password: &str) -> Response {
        self.form("/login", &[("userid", "dme.supplier"), ("password", password)]).await
    }

    pub(crate) fn stored_password(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("hospital-b.password")).unwrap()
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.client.post(format!("{}{path}", self.base)).form(fields).send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let reply = self.get(path).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        reply.json().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        let url = format!("{}{path}", self.base);
        self.client.post(url).header("X-CSRF-Token", &self.csrf).json(&body).send().await.unwrap()
    }

    pub(crate) async fn admin(&self, path: &str) -> Response {
        let url = format!("{}/_sim{path}", self.simulator.base_url());
        let reply = self.client.post(url).send().await.unwrap();
        assert!(reply.status().is_success(), "{path}");
        reply
    }

    pub(crate) async fn open(&self, pat_id: &str) -> Value {
        let reply = self.post("/api/chart/open", json!({"patId": pat_id})).await;
        assert_eq!(reply.status(), StatusCode::OK);
        reply.json().await.unwrap()
    }

    /// Every message row of every folder, following the pages.
    pub(crate) async fn all_rows(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for folder in self.json("/api/inbasket/folders").await["folders"].as_array().unwrap() {
            let path = format!("/api/inbasket/folders/{}/messages", folder["id"].as_str().unwrap());
            rows.extend(self.pages(&path).await);
        }
        rows
    }

    /// Every row of one list.
    pub(crate) async fn pages(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        for page in 1.. {
            let found = self.json(&format!("{path}?page={page}")).await;
            assert_eq!(found["page"], page);
            rows.extend(found["rows"].as_array().unwrap().iter().cloned());
            if page >= found["pageCount"].as_u64().unwrap() {
                break;
            }
        }
        rows
    }

    /// Mail files that are whole.
    pub(crate) fn mails(&self) -> BTreeSet<PathBuf> {
        mails_in(self.folder.path())
    }
}

/// Mail files that are whole.
pub(crate) fn mails_in(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder.join("mail")).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension().is_none() && !path.file_name().unwrap().to_str().unwrap().starts_with('.')
        })
        .collect()
}

/// The code as a person would read it out of the HTML part, where it is bold.
pub(crate) fn code_in(mail: &std::path::Path) -> String {
    between(&std::fs::read_to_string(mail).unwrap(), "<b>", "</b>").to_owned()
}

pub(crate) fn location(reply: &Response) -> String {
    assert_eq!(reply.status(), StatusCode::FOUND, "{}", reply.url());
    reply.headers()[LOCATION].to_str().unwrap().to_owned()
}

pub(crate) fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    &text[start..start + text[start..].find(to).unwrap()]
}

//! A patient and careful visitor of hospital A gets everything although every fault is on.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use reqwest::{Client, RequestBuilder, StatusCode};
use simulator::{FaultPlan, HospitalKind};

use crate::support::clement::{Clement, Row, all, message_rows, state_of, words};
use crate::support::{code_in, location, mails_in};

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
    visit: Clement,
}

impl Patient {
    async fn send(&self, request: RequestBuilder) -> Result<String, Trouble> {
        let reply = request.send().await.map_err(|_| Trouble::Again)?;
        match reply.status() {
            StatusCode::OK => {}
            StatusCode::FOUND if location(&reply).contains("default.asp") => return Err(Trouble::Login),
            _ => return Err(Trouble::Again),
        }
        let text = reply.text().await.map_err(|_| Trouble::Again)?;
        if text.contains("class=\"timeout\"") {
            return Err(Trouble::Login);
        }
        let instead = ["class=\"maint\"", "class=\"stale\"", "id=\"whatsnew\""];
        if instead.iter().any(|words| text.contains(words)) { Err(Trouble::Again) } else { Ok(text) }
    }

    async fn get(&self, page: &str) -> Result<String, Trouble> {
        self.send(self.visit.client.get(format!("{}/CareLink/{page}", self.visit.base))).await
    }

    async fn post(&self, page: &str, fields: &[(&str, &str)]) -> Result<String, Trouble> {
        self.send(self.visit.client.post(format!("{}/CareLink/{page}", self.visit.base)).form(fields)).await
    }

    /// Logs in; of the mails, only honest ones of this attempt count, and two different codes are none.
    async fn log_in(&self) {
        let mut next = self.visit.to_the_code().await;
        if next.ends_with("inuse.asp") {
            next = location(&self.visit.form("inuse.asp", &[("Continue", "x")]).await);
        }
        assert_eq!(next, "/CareLink/verify.asp");
        for _ in 0..TRIES_MAX {
            let codes = self.honest_codes().await;
            if let [code] = &codes.iter().collect::<Vec<_>>()[..] {
                self.visit.pass(code).await;
                return;
            }
            self.visit.forget_mails();
            self.visit.get("verify.asp?resend=1").await;
        }
        panic!("no login");
    }

    /// Waits for an honest mail. Of two codes the valid one comes first.
    async fn honest_codes(&self) -> BTreeSet<String> {
        let honest = || -> BTreeSet<String> {
            let fresh = |text: &str| {
                let date = text.split("\r\nDate: ").nth(1).unwrap().split("\r\n").next().unwrap();
                let sent = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
                jiff::Timestamp::now().as_second() - sent.as_second() < 60
            };
            mails_in(self.visit.folder.path())
                .iter()
                .filter(|mail| {
                    let text = std::fs::read_to_string(mail).unwrap();
                    text.contains("dkim=pass header.i=@stclement.example;") && fresh(&text)
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

    async fn all_rows(&self) -> Result<Vec<Row>, Trouble> {
        let mut rows = Vec::new();
        let mut basket = self.get("inbasket.asp").await?;
        if basket.contains("id=\"filter\"") {
            let fields = [("__STATE", state_of(&basket)), ("ClearFilter", "x".to_owned())];
            basket = self.post("inbasket.asp", &fields.each_ref().map(|(k, v)| (*k, v.as_str()))).await?;
        }
        for folder in all(&basket, "tr.fld a", |a| a.attr("href").unwrap().to_owned()) {
            let (mut page, mut seen) = (self.get(&folder).await?, 0);
            loop {
                // A page turned twice would leave a gap.
                let first = format!("Messages {} - ", seen + 1);
                if !words(&page, "td#pager").starts_with(&first) {
                    return Err(Trouble::Again);
                }
                let found = message_rows(&page);
                seen += found.len();
                rows.extend(found);
                if all(&page, "input[name=Next]", |_| ()).is_empty() {
                    break;
                }
                page = self.post("inbasket.asp", &[("__STATE", &state_of(&page)), ("Next", "x")]).await?;
            }
        }
        Ok(rows)
    }

    /// Reads what is not yet in `have`; says whether the chart could be opened at all.
    async fn read_chart(&self, row: &Row, have: &mut BTreeSet<String>) -> Result<bool, Trouble> {
        let opened = self.get(&format!("chart.asp?pt={}", row.pt)).await?;
        if opened.contains("Break-the-Glass") || opened.contains("class=\"msgbox\"") {
            return Ok(false);
        }
        let mrn = &row.cells["MRN"];
        if words(&self.get("banner.asp").await?, "span#ptmrn") != format!("MRN: {mrn}") {
            return Err(Trouble::Again);
        }
        for list in ["snapshot.asp", "orders.asp", "notes.asp?clear=1", "media.asp", "visits.asp"] {
            let mut address = Some(list.to_owned());
            while let Some(at) = address {
                let page = self.get(&at).await?;
                for doc in all(&page, "[data-doc]", |e| e.attr("data-doc").unwrap().to_owned()) {
                    if !have.contains(&doc) {
                        self.read_document(&page, &doc, mrn).await?;
                        have.insert(doc);
                    }
                }
                address = all(&page, "a.next, a.more", |a| a.attr("href").unwrap().to_owned()).pop();
            }
        }
        Ok(true)
    }

    async fn read_document(&self, list: &str, doc: &str, mrn: &str) -> Result<(), Trouble> {
        let viewer = self.post("document.asp", &[("doc", doc), ("__STATE", &state_of(list))]).await?;
        if words(&viewer, "span.ptmrn") != mrn {
            return Err(Trouble::Again);
        }
        for part in 1..=all(&viewer, "form.part", |_| ()).len() {
            let state = state_of(&viewer);
            let fields = [("doc", doc), ("part", &part.to_string()), ("__STATE", &state)];
            let url = format!("{}/CareLink/content.asp", self.visit.base);
            let sent = self.visit.client.post(url).form(&fields).send().await;
            let reply = sent.map_err(|_| Trouble::Again)?;
            if reply.status() != StatusCode::OK {
                return Err(Trouble::Again);
            }
            let (mut pieces, mut bytes) = (reply.bytes_stream(), Vec::new());
            while let Some(piece) = pieces.next().await {
                bytes.extend(piece.map_err(|_| Trouble::Again)?);
                if bytes.len() > DOCUMENT_BYTES_MAX {
                    return Err(Trouble::Again);
                }
            }
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4_000)]).into_owned();
            let page = ["name=\"UserID\"", "class=\"timeout\"", "class=\"stale\"", "class=\"maint\""];
            if bytes.is_empty() || page.iter().any(|words| text.contains(words)) {
                return Err(Trouble::Again);
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn with_every_fault_on_a_patient_visitor_still_gets_everything() {
    let seed = 5;
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
    let mut visit = Clement::begin(14, seed, plan).await;
    let redirects = reqwest::redirect::Policy::none();
    visit.client =
        Client::builder().cookie_store(true).redirect(redirects).timeout(REQUEST_MAX).build().unwrap();
    let patient = Patient { visit };
    patient.log_in().await;
    let mut rows = Vec::new();
    for _ in 0..TRIES_MAX {
        match patient.all_rows().await {
            Ok(found) => {
                rows = found;
                break;
            }
            Err(Trouble::Login) => patient.log_in().await,
            Err(Trouble::Again) => {}
        }
    }
    assert!(rows.len() >= 14, "{} rows", rows.len());
    let (mut have, mut opened) = (BTreeSet::new(), 0);
    for row in &rows {
        let mut tries = 0;
        loop {
            tries += 1;
            assert!(tries <= TRIES_MAX, "stuck at a chart");
            match patient.read_chart(row, &mut have).await {
                Ok(open) => {
                    opened += usize::from(open);
                    break;
                }
                Err(Trouble::Login) => patient.log_in().await,
                Err(Trouble::Again) => {}
            }
        }
    }
    assert!(opened >= 10);
    let stats = patient.visit.simulator.stats_of(HospitalKind::A);
    assert!(have.iter().all(|doc| stats.documents_served.contains_key(doc)));
    assert_eq!((stats.wrong_patient_served, stats.codes_wrong, stats.passwords_wrong), (0, 0, 0));
    assert_eq!((stats.btg_answered, stats.max_concurrent_sessions), (0, 1));
    assert_eq!(stats.kicks, 1);
    for fault in ["bad_gateway", "internal_error", "stale_page", "truncate", "login_as_pdf", "spoofed_code"] {
        assert!(stats.faults.contains_key(fault), "{fault} never struck: {:?}", stats.faults);
    }
}

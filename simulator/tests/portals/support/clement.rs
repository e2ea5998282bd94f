//! A visitor of hospital A for the tests: follows redirects by hand, submits the forms it finds.

use reqwest::{Client, Response, StatusCode};
use scraper::{ElementRef, Html, Selector};
use simulator::{FaultPlan, HospitalKind, Simulator, SimulatorOptions};

use super::{browser, code_in, location, mails_in, options};

/// A hospital in a folder of its own, and one browser.
pub(crate) struct Clement {
    pub(crate) simulator: Simulator,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) client: Client,
    pub(crate) base: String,
}

/// One row of the In Basket.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) message: String,
    pub(crate) pt: String,
    pub(crate) cells: std::collections::BTreeMap<String, String>,
}

impl Clement {
    pub(crate) async fn begin(patients: usize, seed: u64, faults: FaultPlan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options =
            SimulatorOptions { hospitals: vec![HospitalKind::A], ..options(&folder, patients, seed, faults) };
        let simulator = Simulator::start(options).await.unwrap();
        let base = simulator.base_url().to_owned();
        Self { simulator, folder, client: browser(), base }
    }

    /// Begins and logs in.
    pub(crate) async fn logged_in(patients: usize, seed: u64, faults: FaultPlan) -> Self {
        let visit = Self::begin(patients, seed, faults).await;
        visit.log_in().await;
        visit
    }

    /// All steps; the first time the terms, when asked the news, always the right department.
    pub(crate) async fn log_in(&self) {
        let mut next = self.to_the_code().await;
        if next == "/CareLink/inuse.asp" {
            next = location(&self.form("inuse.asp", &[("Continue", "x")]).await);
        }
        assert_eq!(next, "/CareLink/verify.asp");
        let code = self.newest_code();
        self.enter(&code).await;
    }

    /// User, password, terms; where that leads.
    pub(crate) async fn to_the_code(&self) -> String {
        self.forget_mails();
        assert_eq!(
            location(&self.form("login.asp", &[("UserID", "clementhme")]).await),
            "/CareLink/password.asp"
        );
        let next = location(&self.form("password.asp", &[("Password", &self.stored_password())]).await);
        if next != "/CareLink/agree.asp" {
            return next;
        }
        location(&self.form("agree.asp", &[("Accept", "Accept")]).await)
    }

    /// The code, what comes after it, and the shell is there.
    pub(crate) async fn enter(&self, code: &str) {
        self.pass(code).await;
        assert!(self.text("shell.asp").await.contains("<frame name=\"work\" src=\"inbasket.asp\">"));
    }

    /// The code, the department and, when they come, the news.
    pub(crate) async fn pass(&self, code: &str) {
        assert_eq!(location(&self.form("verify.asp", &[("Code", code)]).await), "/CareLink/site.asp");
        let mut next = location(&self.form("site.asp", &[("Dept", "101"), ("Go", "Go")]).await);
        if next == "/CareLink/whatsnew.asp" {
            next = location(&self.form("whatsnew.asp", &[("Close", "Close")]).await);
        }
        assert_eq!(next, "/CareLink/shell.asp");
    }

    pub(crate) fn stored_password(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("hospital-a.password")).unwrap()
    }

    /// The code of the only mail.
    pub(crate) fn newest_code(&self) -> String {
        let mails = mails_in(self.folder.path());
        assert_eq!(mails.len(), 1);
        code_in(mails.first().unwrap())
    }

    pub(crate) fn forget_mails(&self) {
        for mail in mails_in(self.folder.path()) {
            std::fs::remove_file(mail).unwrap();
        }
    }

    pub(crate) async fn get(&self, page: &str) -> Response {
        let path = page.strip_prefix("/CareLink/").unwrap_or(page);
        self.client.get(format!("{}/CareLink/{path}", self.base)).send().await.unwrap()
    }

    pub(crate) async fn form(&self, page: &str, fields: &[(&str, &str)]) -> Response {
        self.client.post(format!("{}/CareLink/{page}", self.base)).form(fields).send().await.unwrap()
    }

    pub(crate) async fn text(&self, page: &str) -> String {
        let reply = self.get(page).await;
        assert_eq!(reply.status(), StatusCode::OK, "{page}");
        reply.text().await.unwrap()
    }

    pub(crate) async fn admin(&self, path: &str) {
        let reply = self.client.post(format!("{}/_sim{path}", self.base)).send().await.unwrap();
        assert!(reply.status().is_success(), "{path}");
    }

    /// Every row of every folder, following the pages.
    pub(crate) async fn all_rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let folders = all(&self.text("inbasket.asp").await, "table#folders tr.fld a", |a| {
            a.attr("href").unwrap().to_owned()
        });
        for folder in folders {
            let mut page = self.text(&folder).await;
            loop {
                rows.extend(message_rows(&page));
                if all(&page, "input[name=Next]", |_| ()).is_empty() {
                    break;
                }
                let state = state_of(&page);
                page = self
                    .form("inbasket.asp", &[("__STATE", &state), ("Next", "Next")])
                    .await
                    .text()
                    .await
                    .unwrap();
            }
        }
        rows
    }

    /// Ids of every document of a list, following its pages.
    pub(crate) async fn documents(&self, list: &str) -> Vec<String> {
        let (mut ids, mut address) = (Vec::new(), Some(list.to_owned()));
        while let Some(at) = address {
            let page = self.text(&at).await;
            ids.extend(all(&page, "[data-doc]", |e| e.attr("data-doc").unwrap().to_owned()));
            address = all(&page, "a.next, a.more", |a| a.attr("href").unwrap().to_owned()).pop();
        }
        ids
    }

    /// The viewer's page of a document of the open chart.
    pub(crate) async fn viewer(&self, list: &str, doc: &str) -> String {
        let state = state_of(&self.text(list).await);
        self.form("document.asp", &[("doc", doc), ("__STATE", &state)]).await.text().await.unwrap()
    }

    /// The bytes behind one of a viewer's forms.
    pub(crate) async fn part(&self, viewer: &str, part: usize) -> Response {
        let fields: Vec<Vec<(String, String)>> = all(viewer, "form.part", |form| {
            let inputs = Selector::parse("input[type=hidden]").unwrap();
            form.select(&inputs)
                .map(|input| (input.attr("name").unwrap().into(), input.attr("value").unwrap().into()))
                .collect()
        });
        let url = format!("{}/CareLink/content.asp", self.base);
        self.client.post(url).form(&fields[part - 1]).send().await.unwrap()
    }
}

/// Applies `read` to every element a selector finds.
pub(crate) fn all<T>(page: &str, selector: &str, read: impl Fn(ElementRef<'_>) -> T) -> Vec<T> {
    Html::parse_document(page).select(&Selector::parse(selector).unwrap()).map(read).collect()
}

/// The text of the first element a selector finds.
pub(crate) fn words(page: &str, selector: &str) -> String {
    let mut found = all(page, selector, |e| e.text().collect::<String>().trim().to_owned());
    assert!(!found.is_empty(), "no {selector} in {page}");
    found.remove(0)
}

/// The page's `__STATE`.
pub(crate) fn state_of(page: &str) -> String {
    all(page, "input[name=__STATE]", |e| e.attr("value").unwrap().to_owned()).remove(0)
}

/// The rows of one page of the In Basket, by the headers shown.
pub(crate) fn message_rows(page: &str) -> Vec<Row> {
    let headers = all(page, "table#msgs tr.hdr th", |th| th.text().collect::<String>());
    let cells = Selector::parse("td").unwrap();
    let link = Selector::parse("a").unwrap();
    all(page, "table#msgs tr.msg", |row| Row {
        message: row.select(&link).next().unwrap().attr("href").unwrap().replace("message.asp?id=", ""),
        pt: row.attr("data-pt").unwrap().to_owned(),
        cells: headers.iter().cloned().zip(row.select(&cells).map(|td| td.text().collect())).collect(),
    })
}

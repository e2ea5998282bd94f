//! A browser at the hospital's login pages, showing just what the profile's signals ask about.

use super::portal::{Portal, TERMS};
use async_trait::async_trait;
use domain::ports::{
    FrameQuestion, FrameView, LoginAct, LoginBrowser, LoginSecret, PagePicture, PageSnapshot, PortalError,
    SnapshotField,
};
use domain::redacted::Redacted;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Wrong codes after which the portal starts over.
const WRONG_CODES_MAX: u32 = 3;

enum Page {
    Login { alert: Option<&'static str> },
    ChangePassword,
    Terms,
    Code { code: String, wrong: u32 },
    Home { cookie: String },
}

/// The browser.
pub(super) struct Browser {
    portal: Arc<Portal>,
    page: Page,
    typed: BTreeMap<String, String>,
}

impl Browser {
    pub(super) fn open(portal: Arc<Portal>) -> Self {
        portal.browser_opened();
        Self { portal, page: Page::Login { alert: None }, typed: BTreeMap::new() }
    }

    /// The elements of the page with their texts.
    fn elements(&self) -> Vec<(&'static str, String)> {
        let shown = |selectors: &[&'static str]| {
            selectors.iter().map(|selector| (*selector, String::new())).collect()
        };
        let mut elements: Vec<(&'static str, String)> = match &self.page {
            Page::Login { .. } => shown(&["#login-form"]),
            Page::ChangePassword => shown(&["form#change-password"]),
            Page::Terms => vec![("#terms-text", TERMS.to_owned()), ("#accept-terms", String::new())],
            Page::Code { .. } => shown(&["input[name=code]", "#resend"]),
            Page::Home { .. } => shown(&["main#app", "nav[role=navigation]"]),
        };
        let alert = match &self.page {
            Page::Login { alert } => *alert,
            Page::Code { wrong: 1.., .. } => Some("The code you entered is incorrect."),
            _ => None,
        };
        elements.extend(alert.map(|words| ("div[role=alert]", words.to_owned())));
        elements.push(("body", "Riverside".to_owned()));
        elements
    }

    fn press(&mut self, selector: &str) -> Result<(), PortalError> {
        match (&mut self.page, selector) {
            (Page::Login { .. }, "#login-form button[type=submit]") => self.page = self.submit(),
            (Page::Terms, "#accept-terms") => {
                self.portal.state().terms_accepted = true;
                self.page = self.code_page();
            }
            (Page::Code { code, wrong }, "#verify") => {
                if self.typed.get("input[name=code]") == Some(code) {
                    self.page = Page::Home { cookie: self.portal.begin_stay() };
                } else if self.portal.wrong_code(*wrong) + 1 >= WRONG_CODES_MAX {
                    self.page = Page::Login { alert: Some("Too many incorrect codes.") };
                } else {
                    *wrong += 1;
                }
            }
            (Page::Code { code, .. }, "#resend") => *code = self.portal.mail_code(),
            _ => return Err(gone()),
        }
        Ok(())
    }

    fn submit(&self) -> Page {
        let good = self.portal.password_submitted();
        let account = self.portal.state().account;
        let filled = self.typed.len() >= 2;
        match (account.locked, good && filled) {
            (true, _) => Page::Login { alert: Some("Your account has been locked.") },
            (false, false) => Page::Login { alert: Some("Invalid user ID or password.") },
            (false, true) if account.expired => Page::ChangePassword,
            (false, true) if !self.portal.state().terms_accepted => Page::Terms,
            (false, true) => self.code_page(),
        }
    }

    fn code_page(&self) -> Page {
        Page::Code { code: self.portal.mail_code(), wrong: 0 }
    }
}

#[async_trait]
impl LoginBrowser for Browser {
    async fn snapshot(&mut self, questions: &[FrameQuestion]) -> Result<PageSnapshot, PortalError> {
        self.portal.think().await;
        let elements = self.elements();
        let field = |selector: &String| {
            let found = elements.iter().find(|(shown, _)| shown == selector);
            let text = found.map(|(_, text)| Redacted::new(text.clone()));
            SnapshotField { selector: selector.clone(), text }
        };
        let home = matches!(self.page, Page::Home { .. });
        let view = |question: &FrameQuestion| FrameView {
            frames: Vec::new(),
            path: if home { "/EpicCareLink/home" } else { "/EpicCareLink/login" }.to_owned(),
            status: 200,
            title: "EpicCare Link".to_owned(),
            fields: question.selectors.iter().map(field).collect(),
        };
        // This hospital has no frames.
        let top = questions.iter().filter(|question| question.frames.is_empty());
        Ok(PageSnapshot { views: top.map(view).collect() })
    }

    async fn act(&mut self, act: &LoginAct) -> Result<(), PortalError> {
        self.portal.think().await;
        match act {
            LoginAct::Fill { at, secret, .. } => {
                let text = match secret {
                    LoginSecret::UserName => "supplier".to_owned(),
                    LoginSecret::Password => "secret".to_owned(),
                    LoginSecret::Code(code) => code.reveal().clone(),
                };
                self.typed.insert(at.selector.clone(), text);
                Ok(())
            }
            LoginAct::Choose { .. } => Err(gone()),
            LoginAct::Press { at, .. } => self.press(&at.selector),
        }
    }

    async fn cookies(&mut self) -> Result<Redacted<String>, PortalError> {
        match &self.page {
            Page::Home { cookie } => Ok(Redacted::new(cookie.clone())),
            _ => Err(PortalError::SessionLost),
        }
    }

    async fn picture(&mut self) -> Result<PagePicture, PortalError> {
        Ok(PagePicture { html: Some(Redacted::from("<html>EpicCare Link</html>")), png: None })
    }

    async fn close(self: Box<Self>) {}
}

fn gone() -> PortalError {
    PortalError::UnexpectedPage { page: "login".to_owned(), signal: "no such element".to_owned() }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.portal.browser_closed();
    }
}

//! How the pages before the shell are told apart and walked: signals, fields and buttons.

use serde::{Deserialize, Serialize};

/// The pages between the login address and the shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginPages {
    /// Where a login begins.
    pub path: String,
    /// Field for the account's name.
    pub user_field: String,
    /// Field for the password.
    pub password_field: String,
    /// The button that submits both.
    pub submit: String,
    /// Field for the code.
    pub code_field: String,
    /// The button that submits the code.
    pub code_submit: String,
    /// The button that has a new code mailed.
    pub code_resend: String,
    /// The element that holds the terms' text.
    pub terms_text: String,
    /// The button that accepts the terms.
    pub terms_accept: String,
    /// How pages are recognised; the first whose signals all hold is the page.
    pub pages: Vec<PageSignals>,
}

impl LoginPages {
    /// Every selector the signals ask about, each once.
    pub fn selectors(&self) -> Vec<String> {
        let mut all: Vec<String> = vec![self.terms_text.clone()];
        for page in &self.pages {
            all.extend(page.present.iter().cloned());
            all.extend(page.absent.iter().cloned());
            all.extend(page.says.iter().map(|says| says.selector.clone()));
        }
        all.sort();
        all.dedup();
        all
    }
}

/// A page that a profile can recognise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecognisedPage {
    /// The login form, with nothing refused.
    Login,
    /// The login form, saying that name or password is wrong.
    LoginRefused,
    /// The portal says that the account is locked.
    AccountLocked,
    /// A new password is demanded.
    PasswordExpired,
    /// Terms to be accepted.
    Terms,
    /// A code that was mailed is asked for.
    MailedCode,
    /// A code of an authenticator app is asked for.
    AuthenticatorCode,
    /// The last code was wrong; another may be typed.
    CodeRefused,
    /// Too many codes were wrong; the portal starts over.
    CodesExhausted,
    /// The shell.
    Home,
    /// The login form, saying that the session has ended.
    SessionEnded,
}

/// The signals by which one page is recognised. All of them must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSignals {
    /// Which page it is.
    pub page: RecognisedPage,
    /// The path begins like this.
    #[serde(default)]
    pub path: Option<String>,
    /// The title holds this, in any case of letters.
    #[serde(default)]
    pub title: Option<String>,
    /// These elements are there.
    #[serde(default)]
    pub present: Vec<String>,
    /// These elements are not there.
    #[serde(default)]
    pub absent: Vec<String>,
    /// These elements hold these words.
    #[serde(default)]
    pub says: Vec<Says>,
}

/// An element and words in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// The element.
    pub selector: String,
    /// Words its text holds, in any case of letters.
    pub words: String,
}

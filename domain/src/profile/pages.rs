//! How the pages before the shell are told apart and walked: signals, and the steps done on each.

use super::Signals;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The pages between the login address and the shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginPages {
    /// Where a login begins.
    pub path: String,
    /// How pages are recognised and walked; the first whose signals all hold is the page.
    pub pages: Vec<LoginPage>,
}

/// A page that a profile can recognise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecognisedPage {
    /// Asks for the account's name alone; nothing is at stake yet. May come twice (name, then organisation).
    UserName,
    /// Asks for the password, with the name or after it, and refuses nothing: submitting it is the attempt.
    Login,
    /// Says that name or password is wrong.
    LoginRefused,
    /// The portal says that the account is locked.
    AccountLocked,
    /// The account may not log in, though its password is right.
    NotAllowed,
    /// A new password is demanded.
    PasswordExpired,
    /// Terms to be accepted.
    Terms,
    /// The account is at work elsewhere. Never answered by us: going on would throw a person out.
    InUse,
    /// A code that was mailed is asked for.
    MailedCode,
    /// A code of an authenticator app is asked for.
    AuthenticatorCode,
    /// The last code was wrong; another may be typed.
    CodeRefused,
    /// Too many codes were wrong; the portal starts over.
    CodesExhausted,
    /// A site, department or organisation is to be chosen.
    SiteChoice,
    /// A page in the way ("what's new"): its steps take it away.
    Overlay,
    /// Down on purpose.
    Maintenance,
    /// The shell.
    Home,
    /// The login form, saying that the session has ended.
    SessionEnded,
}

/// One page of the login: by what it is known, and what is done on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginPage {
    /// Which page it is.
    pub page: RecognisedPage,
    /// The frames in which it stands, outermost first; signals and steps are about that frame.
    #[serde(default)]
    pub frames: Vec<String>,
    /// By what it is known. All must hold.
    pub when: Signals,
    /// What is done on it, in order; the last presses something.
    #[serde(default)]
    pub steps: Vec<LoginStep>,
    /// On a code page: has a new code mailed.
    #[serde(default)]
    pub resend: Option<String>,
    /// On a terms page: the element that holds their text.
    #[serde(default)]
    pub terms_text: Option<String>,
}

/// One thing done on a page of the login: exactly one of `fill`, `choose` and `press`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginStep {
    /// Type into this element what `with` says.
    #[serde(default)]
    pub fill: Option<String>,
    /// What is typed.
    #[serde(default)]
    pub with: Option<Typed>,
    /// With `fill`: one character into each element that matches.
    #[serde(default)]
    pub boxes: bool,
    /// In this list choose the option `option`.
    #[serde(default)]
    pub choose: Option<String>,
    /// The option's text; `{site}` is the portal's `site` in the settings.
    #[serde(default)]
    pub option: Option<String>,
    /// Press this element.
    #[serde(default)]
    pub press: Option<String>,
    /// With `press`: of several that match, the one that holds these words; `{site}` as above.
    #[serde(default)]
    pub says: Option<String>,
    /// Left out where the page has no such element.
    #[serde(default)]
    pub optional: bool,
}

/// What a login step types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Typed {
    /// The account's name.
    UserName,
    /// Its password.
    Password,
    /// The code.
    Code,
}

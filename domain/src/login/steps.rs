//! From a page's steps in the profile to acts in the browser.

use super::LoginEffect;
use crate::ports::{Locator, LoginAct, LoginSecret};
use crate::profile::{LoginPage, LoginStep, RecognisedPage, Typed};
use crate::redacted::Redacted;

/// The steps of a page, cut in two: what may be done without consequence, and the submission.
pub(super) struct Steps {
    pub(super) before: Vec<LoginEffect>,
    pub(super) submission: Vec<LoginEffect>,
}

impl Steps {
    /// All of them, where nothing is at stake.
    pub(super) fn whole(self) -> Vec<LoginEffect> {
        self.before.into_iter().chain(self.submission).collect()
    }
}

/// What a page's steps come to. A step that types a code when there is none is left out, and so is one that types
/// the password on a page that is no login page: it goes out where the ledger knows of it, and nowhere else.
pub(super) fn of(page: &LoginPage, site: &str, code: Option<&Redacted<String>>) -> Steps {
    let (before, submission) = page.steps.split_at(cut(&page.steps));
    let effects =
        |steps: &[LoginStep]| steps.iter().filter_map(|step| effect(page, step, site, code)).collect();
    Steps { before: effects(before), submission: effects(submission) }
}

/// Where the submission begins: at the first step after the password that is more than typing, for anything pressed
/// or chosen then may send the form; without a password, at the last press.
fn cut(steps: &[LoginStep]) -> usize {
    let typed = steps.iter().position(|step| step.with == Some(Typed::Password));
    let found = match typed {
        Some(typed) => {
            steps.iter().skip(typed).position(|step| step.fill.is_none()).map(|after| typed + after)
        }
        None => steps.iter().rposition(|step| step.press.is_some()),
    };
    found.unwrap_or(steps.len())
}

/// The press that has a new code sent, where the page has one.
pub(super) fn resend(page: &LoginPage) -> Option<LoginEffect> {
    let selector = page.resend.as_ref()?;
    Some(LoginEffect::Act(LoginAct::Press { at: locator(page, selector), says: None }))
}

fn effect(
    page: &LoginPage,
    step: &LoginStep,
    site: &str,
    code: Option<&Redacted<String>>,
) -> Option<LoginEffect> {
    let act = if let Some(selector) = &step.fill {
        let asks_password = matches!(page.page, RecognisedPage::Login | RecognisedPage::SessionEnded);
        let secret = match step.with? {
            Typed::UserName => LoginSecret::UserName,
            Typed::Password if asks_password => LoginSecret::Password,
            Typed::Password => return None,
            Typed::Code => LoginSecret::Code(code?.clone()),
        };
        LoginAct::Fill { at: locator(page, selector), secret, boxes: step.boxes }
    } else if let Some(selector) = &step.choose {
        LoginAct::Choose { at: locator(page, selector), option: with_site(step.option.as_ref()?, site) }
    } else {
        let says = step.says.as_ref().map(|says| with_site(says, site));
        LoginAct::Press { at: locator(page, step.press.as_ref()?), says }
    };
    Some(if step.optional { LoginEffect::TryAct(act) } else { LoginEffect::Act(act) })
}

fn locator(page: &LoginPage, selector: &str) -> Locator {
    Locator { frames: page.frames.clone(), selector: selector.to_owned() }
}

fn with_site(text: &str, site: &str) -> String {
    text.replace("{site}", site)
}

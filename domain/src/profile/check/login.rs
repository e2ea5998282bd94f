//! Mistakes in the pages before the shell: pages that are missing or never reached, and steps that would do something
//! we do not do, above all with the password.

use super::{Mistakes, asks, signals};
use crate::profile::{LoginPage, LoginPages, LoginStep, RecognisedPage as Page, Typed};

/// Pages without which no login can end well.
const NEEDED: [Page; 4] = [Page::Login, Page::LoginRefused, Page::AccountLocked, Page::Home];

pub(super) fn check(login: &LoginPages, found: &mut Mistakes) {
    found.path("login.path", &login.path);
    for needed in NEEDED {
        if !login.pages.iter().any(|page| page.page == needed) {
            found.add("login.pages", format!("lacks the page {}", named(needed)));
        }
    }
    for (index, page) in login.pages.iter().enumerate() {
        let at = format!("login.pages[{index}]");
        signals::check(&format!("{at}.when"), &page.when, false, found);
        found.selectors(&format!("{at}.frames"), &page.frames);
        let hides =
            |other: &LoginPage| other.frames == page.frames && signals::covers(&other.when, &page.when);
        if let Some(hiding) = login.pages[..index].iter().position(hides) {
            let hiding_page = named(login.pages[hiding].page);
            found.add(
                &at,
                format!("is never reached: login.pages[{hiding}] ({hiding_page}) holds whenever it does; put it before that"),
            );
        }
        for (step_index, step) in page.steps.iter().enumerate() {
            one_step(&format!("{at}.steps[{step_index}]"), step, page.page, found);
        }
        steps(&at, page, found);
        extras(&at, page, found);
    }
}

/// A page as the profile writes it.
fn named(page: Page) -> String {
    serde_json::to_value(page).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn one_step(at: &str, step: &LoginStep, page: Page, found: &mut Mistakes) {
    let ways = [("fill", &step.fill), ("choose", &step.choose), ("press", &step.press)];
    let given: Vec<&str> = ways.iter().filter_map(|(key, way)| way.as_ref().map(|_| *key)).collect();
    if given.len() != 1 {
        found.add(at, "needs exactly one of fill, choose and press");
    }
    for (key, way) in ways {
        if let Some(selector) = way {
            found.selector(&format!("{at}.{key}"), selector);
        }
    }
    let belongs = [
        ("with", step.with.is_some(), "fill", step.fill.is_some(), true),
        ("boxes", step.boxes, "fill", step.fill.is_some(), false),
        ("option", step.option.is_some(), "choose", step.choose.is_some(), true),
        ("says", step.says.is_some(), "press", step.press.is_some(), false),
    ];
    for (key, is_given, owner, owner_given, needed) in belongs {
        if is_given && !owner_given {
            found.add(&format!("{at}.{key}"), format!("belongs to {owner}, which is not there"));
        } else if owner_given && needed && !is_given {
            found.add(at, format!("lacks {key}, which {owner} needs"));
        }
    }
    for (key, text) in [("option", &step.option), ("says", &step.says)] {
        let Some(text) = text else { continue };
        let at = format!("{at}.{key}");
        found.text(&at, text);
        if asks::used(text).iter().any(|name| *name != "site") {
            found.add(&at, "has an unknown placeholder; known here: {site}");
        }
    }
    if let Some(with) = step.with {
        typed(at, with, page, found);
    }
}

/// Secrets are typed on the pages that ask for them, and nowhere else.
fn typed(at: &str, with: Typed, page: Page, found: &mut Mistakes) {
    let at = format!("{at}.with");
    let asks_password = matches!(page, Page::Login | Page::SessionEnded);
    let asks_code = matches!(page, Page::MailedCode | Page::AuthenticatorCode | Page::CodeRefused);
    match with {
        Typed::Password if !asks_password => {
            found.add(&at, "types the password, which is typed on login and session_ended pages alone");
        }
        Typed::Code if !asks_code => {
            found.add(&at, "types a code, which is typed on code pages alone");
        }
        Typed::UserName if !asks_password && page != Page::UserName => {
            found.add(
                &at,
                "types the user name, which is typed on user_name, login and session_ended pages alone",
            );
        }
        _ => {}
    }
}

/// What a page's steps must come to.
fn steps(at: &str, page: &LoginPage, found: &mut Mistakes) {
    let at = format!("{at}.steps");
    let presses = page.steps.iter().any(|step| step.press.is_some() || step.choose.is_some());
    let types = |what: Typed| page.steps.iter().filter(|step| step.with == Some(what)).count();
    match page.page {
        Page::LoginRefused
        | Page::AccountLocked
        | Page::NotAllowed
        | Page::PasswordExpired
        | Page::InUse
        | Page::CodesExhausted
        | Page::Maintenance
        | Page::Home => nothing(&at, page, found),
        Page::Login | Page::SessionEnded => password(&at, page, types(Typed::Password), found),
        Page::MailedCode | Page::AuthenticatorCode if types(Typed::Code) != 1 => {
            found.add(&at, "must type the code once and press what sends it");
        }
        // Often the page that asks for the code, again.
        Page::CodeRefused if page.steps.is_empty() => {}
        Page::CodeRefused if types(Typed::Code) != 1 => {
            found.add(&at, "must type the code once and press what sends it, or be left out");
        }
        Page::UserName if types(Typed::UserName) == 0 => {
            found.add(&at, "must type the user name and press what sends it");
        }
        _ if !presses => {
            found.add(&at, "must press or choose something: nothing else leads on from this page")
        }
        _ => {}
    }
}

/// A page that ends the login.
fn nothing(at: &str, page: &LoginPage, found: &mut Mistakes) {
    if !page.steps.is_empty() {
        let page = named(page.page);
        found.add(at, format!("must be empty: a page {page} ends the login, and a person goes on"));
    }
}

/// The password is typed once, and one press sends it: the last step. Anything pressed between could send it before
/// the attempt is written down, and a second press after it would send it again.
fn password(at: &str, page: &LoginPage, typed: usize, found: &mut Mistakes) {
    if typed != 1 {
        found.add(at, "must type the password exactly once");
        return;
    }
    let after = page.steps.iter().skip_while(|step| step.with != Some(Typed::Password)).skip(1);
    let doing: Vec<&LoginStep> = after.filter(|step| step.fill.is_none()).collect();
    let last_presses = page.steps.last().is_some_and(|step| step.press.is_some());
    if doing.len() != 1 || !last_presses {
        found.add(
            at,
            "must press once after the password, as the last step: every other press could send it again",
        );
    }
    for (index, step) in page.steps.iter().enumerate() {
        if step.optional && (step.with == Some(Typed::Password) || index + 1 == page.steps.len()) {
            found
                .add(&format!("{at}[{index}].optional"), "must not be set: without this step it is no login");
        }
    }
}

/// What belongs to one kind of page alone.
fn extras(at: &str, page: &LoginPage, found: &mut Mistakes) {
    let code = matches!(page.page, Page::MailedCode | Page::CodeRefused);
    match &page.resend {
        Some(selector) if code => found.selector(&format!("{at}.resend"), selector),
        Some(_) => found.add(&format!("{at}.resend"), "belongs to pages that ask for a mailed code"),
        None => {}
    }
    match (&page.terms_text, page.page) {
        (Some(selector), Page::Terms) => found.selector(&format!("{at}.terms_text"), selector),
        (None, Page::Terms) => {
            found.add(at, "lacks terms_text: terms whose text cannot be read are never accepted");
        }
        (Some(_), _) => found.add(&format!("{at}.terms_text"), "belongs to a terms page"),
        (None, _) => {}
    }
}

//! Tables and properties of the login.

use super::*;
use crate::ports::{AttemptEnd, CodeAddress, CodeWindow, Locator, LoginAct, LoginSecret};
use crate::profile::{LoginPage, LoginPages, LoginStep, RecognisedPage, Says, Signals, Typed};
use crate::session::LockCause;
use jiff::{SignedDuration, Timestamp};

mod any_order;
mod classified;

const TERMS: &str = "You agree   to\n these terms. ";

/// The frame of the pages that stand in one.
const FRAME: &str = "frame[name=main]";

fn described(page: RecognisedPage, when: Signals, steps: Vec<LoginStep>) -> LoginPage {
    LoginPage { page, frames: vec![], when, steps, resend: None, terms_text: None }
}

fn present(selector: &str) -> Signals {
    Signals { present: vec![selector.into()], ..Signals::default() }
}

fn step_fill(selector: &str, with: Typed) -> LoginStep {
    LoginStep { fill: Some(selector.into()), with: Some(with), ..LoginStep::default() }
}

fn step_press(selector: &str) -> LoginStep {
    LoginStep { press: Some(selector.into()), ..LoginStep::default() }
}

/// Every kind of page once; [`index`] finds it again.
fn pages() -> LoginPages {
    let alert = |words: &str| Says { selector: "#alert".into(), words: words.into() };
    let code = || vec![step_fill("#code", Typed::Code), step_press("#verify")];
    let choose = LoginStep {
        choose: Some("#dept".into()),
        option: Some("{site} Home".into()),
        ..LoginStep::default()
    };
    let login = vec![
        step_fill("#user", Typed::UserName),
        step_fill("#pw", Typed::Password),
        LoginStep { optional: true, ..step_press("#show") },
        step_press("#go"),
    ];
    let home = Signals { path: Some("/home".into()), title: Some("carelink".into()), ..Signals::default() };
    let form = Signals { absent: vec!["#alert".into()], ..present("#form") };
    let refused = Signals { says: vec![alert("invalid user")], ..present("#form") };
    LoginPages {
        path: "/login".into(),
        pages: vec![
            described(RecognisedPage::Maintenance, present("#maint"), vec![]),
            described(RecognisedPage::LoginRefused, refused, vec![]),
            LoginPage {
                terms_text: Some("#terms".into()),
                ..described(RecognisedPage::Terms, present("#terms"), vec![step_press("#accept")])
            },
            described(RecognisedPage::Home, home, vec![]),
            described(RecognisedPage::Login, form, login),
            LoginPage {
                frames: vec![FRAME.into()],
                // A password has no business here, and is not typed.
                ..described(
                    RecognisedPage::UserName,
                    present("#user"),
                    vec![
                        step_fill("#user", Typed::UserName),
                        step_fill("#pw", Typed::Password),
                        step_press("#next"),
                    ],
                )
            },
            LoginPage {
                resend: Some("#resend".into()),
                ..described(RecognisedPage::MailedCode, present("#code"), code())
            },
            described(RecognisedPage::AuthenticatorCode, present("#app-code"), code()),
            described(RecognisedPage::SiteChoice, present("#dept"), vec![choose, step_press("#site")]),
            described(RecognisedPage::Overlay, present("#news"), vec![step_press("#close")]),
        ],
    }
}

fn index(page: RecognisedPage) -> Option<usize> {
    pages().pages.iter().position(|described| described.page == page)
}

#[test]
fn the_terms_hash_sees_words_and_not_layout() {
    assert_eq!(terms_hash(TERMS), terms_hash("You agree to these terms."));
    assert_ne!(terms_hash(TERMS), terms_hash("You agree to those terms."));
    assert_eq!(terms_hash("a\u{a0}b"), terms_hash("a b"), "every kind of white space is one space");
    assert_eq!(terms_hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

fn mail() -> CodeAddress {
    CodeAddress::Mail {
        recipient: "codes@x.example".into(),
        sender_domain: "h.example".into(),
        subject: None,
    }
}

fn policy(codes: CodeSource) -> LoginPolicy {
    LoginPolicy {
        pages: pages(),
        site: "Clement".into(),
        accepted_terms: vec![terms_hash(TERMS)],
        codes,
        code_wait: CODE_WAIT,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_790_000_000 + second, 700_000_000).unwrap()
}

/// Feeds events a second apart; gives the effects of the last one.
fn after(codes: CodeSource, events: &[LoginEvent]) -> (LoginFlow, Vec<LoginEffect>) {
    let mut step = LoginFlow::start(policy(codes), at(0));
    for (event, second) in events.iter().zip(1..) {
        step = step.0.on(event.clone(), at(second));
    }
    step
}

fn seen(kind: PageKind) -> LoginEvent {
    let page = match &kind {
        PageKind::Terms { .. } => RecognisedPage::Terms,
        PageKind::Code { authenticator: true } => RecognisedPage::AuthenticatorCode,
        PageKind::Code { .. } => RecognisedPage::MailedCode,
        PageKind::UserName => RecognisedPage::UserName,
        PageKind::SiteChoice => RecognisedPage::SiteChoice,
        PageKind::Overlay => RecognisedPage::Overlay,
        PageKind::Home => RecognisedPage::Home,
        PageKind::Login | PageKind::SessionEnded => RecognisedPage::Login,
        _ => RecognisedPage::LoginRefused,
    };
    LoginEvent::PageSeen(PageSeen { kind, index: index(page) })
}

fn mailed_code() -> LoginEvent {
    seen(PageKind::Code { authenticator: false })
}

fn code() -> LoginEvent {
    LoginEvent::CodeArrived("482913".into())
}

fn submitted() -> Vec<LoginEvent> {
    vec![seen(PageKind::Login), LoginEvent::AttemptBegun]
}

fn then(before: &[LoginEvent], more: &[LoginEvent]) -> Vec<LoginEvent> {
    [before, more].concat()
}

fn locator(selector: &str) -> Locator {
    Locator { frames: vec![], selector: selector.into() }
}

fn press(selector: &str) -> LoginEffect {
    LoginEffect::Act(LoginAct::Press { at: locator(selector), says: None })
}

fn fill(selector: &str, secret: LoginSecret) -> LoginEffect {
    LoginEffect::Act(LoginAct::Fill { at: locator(selector), secret, boxes: false })
}

const LOOK: LoginEffect = LoginEffect::Look { after: SignedDuration::ZERO };

#[test]
fn a_login_fills_writes_the_ledger_and_only_then_presses() {
    let (flow, effects) = after(CodeSource::Mailbox(mail()), &[seen(PageKind::Login)]);
    assert_eq!(
        effects,
        vec![
            fill("#user", LoginSecret::UserName),
            fill("#pw", LoginSecret::Password),
            LoginEffect::BeginAttempt
        ]
    );
    let (_, effects) = flow.on(LoginEvent::AttemptBegun, at(2));
    // Whatever is pressed once the password stands there may send it.
    let show = LoginEffect::TryAct(LoginAct::Press { at: locator("#show"), says: None });
    assert_eq!(effects, vec![show, press("#go"), LOOK]);
}

#[test]
fn a_name_asked_for_alone_is_typed_once_and_never_with_the_password() {
    let (flow, effects) = after(CodeSource::Mailbox(mail()), &[seen(PageKind::UserName)]);
    let framed = |selector: &str| Locator { frames: vec![FRAME.into()], selector: selector.into() };
    let typed = LoginAct::Fill { at: framed("#user"), secret: LoginSecret::UserName, boxes: false };
    let next = LoginAct::Press { at: framed("#next"), says: None };
    assert_eq!(effects, vec![LoginEffect::Act(typed), LoginEffect::Act(next), LOOK]);
    let (_, effects) = flow.on(seen(PageKind::UserName), at(2));
    assert_eq!(effects, vec![LoginEffect::Look { after: PAUSE_BETWEEN_LOOKS }], "slow, not new");
    let back = then(&submitted(), &vec![seen(PageKind::UserName); LOOKS_MAX as usize + 1]);
    let (_, effects) = after(CodeSource::Mailbox(mail()), &back);
    assert_eq!(effects, vec![LoginEffect::GiveUp { end: None, why: GaveUp::NoProgress }]);
}

#[test]
fn a_code_is_never_typed_into_the_login_page() {
    // Its steps would send the password, unknown to the ledger or a second time.
    let refused = seen(PageKind::CodeRefused);
    for before in [vec![seen(PageKind::Login)], submitted()] {
        let events = then(&before, &[refused.clone(), code()]);
        assert_eq!(after(CodeSource::Mailbox(mail()), &events).1, vec![], "{events:?}");
    }
}

#[test]
fn a_site_is_chosen_and_pages_in_the_way_are_taken_away_but_not_for_ever() {
    let (flow, effects) =
        after(CodeSource::Mailbox(mail()), &then(&submitted(), &[seen(PageKind::SiteChoice)]));
    let choose = LoginAct::Choose { at: locator("#dept"), option: "Clement Home".into() };
    assert_eq!(effects, vec![LoginEffect::Act(choose), press("#site"), LOOK]);
    let mut step = (flow, effects);
    for second in 3..7 {
        step = step.0.on(seen(PageKind::Overlay), at(second));
        assert_eq!(step.1, vec![press("#close"), LOOK]);
    }
    for second in 0..=i64::from(LOOKS_MAX) {
        step = step.0.on(seen(PageKind::Overlay), at(10 + second));
    }
    assert_eq!(step.1, vec![LoginEffect::Lock(LockCause::UnknownPage)]);
}

#[test]
fn a_mailed_code_counts_from_the_second_of_the_press_and_is_typed_once() {
    let events = then(&submitted(), &[mailed_code()]);
    let (flow, effects) = after(CodeSource::Mailbox(mail()), &events);
    let window = CodeWindow {
        address: mail(),
        not_before: Timestamp::from_second(at(2).as_second()).unwrap(),
        oldest: at(3) - CODE_LIFE,
        sent_from: None,
    };
    assert_eq!(effects, vec![LoginEffect::AwaitCode { window: Some(window), until: at(3) + CODE_WAIT }]);
    let (flow, effects) = flow.on(code(), at(4));
    assert_eq!(effects.len(), 3, "fill, press, look: {effects:?}");
    assert_eq!(flow.clone().on(code(), at(5)).1, vec![], "a second code is not typed");
    assert_eq!(flow.on(seen(PageKind::Home), at(5)).1, vec![LoginEffect::Succeeded]);
}

#[test]
fn every_page_has_its_end() {
    let lock = |cause| vec![LoginEffect::Lock(cause)];
    let give_up = |end| vec![LoginEffect::GiveUp { end, why: GaveUp::NoProgress }];
    let given_up = |end, why| vec![LoginEffect::GiveUp { end, why }];
    let unaccepted = PageKind::Terms { hash: "00".into() };
    let accepted = PageKind::Terms { hash: terms_hash(TERMS) };
    let typed = then(&submitted(), &[mailed_code(), code()]);
    let resent = then(&typed, &[seen(PageKind::CodeRefused), mailed_code(), code()]);
    let unknown = vec![seen(PageKind::Unknown); LOOKS_MAX as usize + 1];
    let still_login = vec![seen(PageKind::Login); LOOKS_MAX as usize + 1];
    for (events, expected) in [
        (vec![seen(PageKind::LoginRefused)], lock(LockCause::WrongPassword)),
        (then(&submitted(), &[seen(PageKind::LoginRefused)]), lock(LockCause::WrongPassword)),
        (then(&submitted(), &[seen(PageKind::AccountLocked)]), lock(LockCause::AccountLocked)),
        (then(&submitted(), &[seen(PageKind::PasswordExpired)]), lock(LockCause::PasswordExpired)),
        (then(&submitted(), &[seen(unaccepted)]), lock(LockCause::TermsChanged)),
        (then(&submitted(), &[seen(accepted.clone())]), vec![press("#accept"), LOOK]),
        (
            then(&submitted(), &[seen(accepted), mailed_code(), LoginEvent::ActFailed]),
            give_up(Some(AttemptEnd::Abandoned)),
        ),
        (unknown.clone(), lock(LockCause::UnknownPage)),
        (then(&submitted(), &unknown), lock(LockCause::UnknownPage)),
        (then(&typed, &[seen(PageKind::CodesExhausted)]), lock(LockCause::CodesRefused)),
        // What was refused may have been a late mail: our own is awaited before one is asked for.
        (
            then(&typed, &[seen(PageKind::CodeRefused), LoginEvent::Deadline]),
            vec![LoginEffect::VoidCodes, press("#resend"), LOOK],
        ),
        (then(&resent, &[seen(PageKind::CodeRefused)]), lock(LockCause::CodesRefused)),
        (then(&resent, &[seen(PageKind::Home)]), vec![LoginEffect::Succeeded]),
        // Nobody has refused anything: try again later.
        (vec![LoginEvent::ActFailed], give_up(None)),
        (vec![seen(PageKind::Login), LoginEvent::ActFailed], give_up(None)),
        // The answer to a pressed button was never seen: the ledger keeps the attempt open.
        (then(&submitted(), &[LoginEvent::ActFailed]), give_up(None)),
        (then(&submitted(), &still_login), give_up(None)),
        (vec![seen(PageKind::Maintenance)], given_up(None, GaveUp::Maintenance)),
        (then(&submitted(), &[seen(PageKind::Broken)]), give_up(None)),
        (then(&submitted(), &[seen(PageKind::NotAllowed)]), lock(LockCause::NotAllowed)),
        // Nobody is thrown out; whoever is told so had the right password.
        (then(&submitted(), &[seen(PageKind::InUse)]), given_up(Some(AttemptEnd::Abandoned), GaveUp::InUse)),
        // Behind the code page the password was certainly right.
        (then(&typed, &[LoginEvent::ActFailed]), give_up(Some(AttemptEnd::Abandoned))),
    ] {
        assert_eq!(after(CodeSource::Mailbox(mail()), &events).1, expected, "{events:?}");
    }
}

#[test]
fn a_code_that_does_not_come_is_asked_for_once_more() {
    let waiting = then(&submitted(), &[mailed_code(), LoginEvent::Deadline]);
    let (_, effects) = after(CodeSource::Mailbox(mail()), &waiting);
    assert_eq!(effects, vec![LoginEffect::VoidCodes, press("#resend"), LOOK]);
    let again = then(&waiting, &[mailed_code()]);
    let (flow, effects) = after(CodeSource::Mailbox(mail()), &again);
    let LoginEffect::AwaitCode { window: Some(window), .. } = &effects[0] else { panic!("{effects:?}") };
    assert_eq!(window.not_before.as_second(), at(4).as_second(), "older codes are not ours any more");
    let (_, effects) = flow.on(LoginEvent::Deadline, at(300));
    assert_eq!(
        effects,
        vec![LoginEffect::GiveUp { end: Some(AttemptEnd::Abandoned), why: GaveUp::NoProgress }]
    );
}

#[test]
fn an_authenticator_is_asked_for_the_next_code_and_never_for_a_mail() {
    let page = seen(PageKind::Code { authenticator: true });
    let (flow, effects) = after(CodeSource::Authenticator, &then(&submitted(), std::slice::from_ref(&page)));
    assert!(matches!(effects[..], [LoginEffect::AwaitCode { window: None, .. }]), "{effects:?}");
    let (flow, _) = flow.on(code(), at(4));
    let (flow, effects) = flow.on(seen(PageKind::CodeRefused), at(5));
    assert!(matches!(effects[..], [LoginEffect::AwaitCode { window: None, .. }]), "{effects:?}");
    let (flow, _) = flow.on(code(), at(35));
    let (_, effects) = flow.on(seen(PageKind::CodeRefused), at(36));
    assert_eq!(effects, vec![LoginEffect::Lock(LockCause::CodesRefused)]);

    let wrong_way_round = [(CodeSource::Mailbox(mail()), page), (CodeSource::Authenticator, mailed_code())];
    for (source, page) in wrong_way_round {
        let (_, effects) = after(source, &then(&submitted(), &[page]));
        assert_eq!(effects, vec![LoginEffect::Lock(LockCause::UnknownPage)]);
    }
}

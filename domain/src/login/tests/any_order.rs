//! The invariants of a login, whatever happens in whatever order.

use super::*;
use proptest::prelude::*;

fn any_event() -> impl Strategy<Value = LoginEvent> {
    prop_oneof![
        Just(seen(PageKind::Login)),
        Just(seen(PageKind::SessionEnded)),
        Just(seen(PageKind::UserName)),
        Just(seen(PageKind::SiteChoice)),
        Just(seen(PageKind::Overlay)),
        Just(seen(PageKind::InUse)),
        Just(seen(PageKind::Terms { hash: terms_hash(TERMS) })),
        Just(mailed_code()),
        Just(seen(PageKind::Code { authenticator: true })),
        Just(seen(PageKind::CodeRefused)),
        Just(seen(PageKind::Unknown)),
        Just(LoginEvent::AttemptBegun),
        Just(code()),
        Just(LoginEvent::Deadline),
        prop_oneof![
            Just(seen(PageKind::Home)),
            Just(seen(PageKind::LoginRefused)),
            Just(seen(PageKind::AccountLocked)),
            Just(seen(PageKind::CodesExhausted)),
            Just(LoginEvent::ActFailed),
        ],
    ]
}

proptest! {
    #[test]
    fn whatever_happens_the_password_goes_out_once_and_an_end_stays_an_end(
        events in proptest::collection::vec(any_event(), 0..60),
        authenticator in any::<bool>(),
    ) {
        let source = if authenticator { CodeSource::Authenticator } else { CodeSource::Mailbox(mail()) };
        let (mut flow, mut effects) = LoginFlow::start(policy(source), at(0));
        let (mut begun, mut confirmed, mut typed) = (0, false, 0);
        let (mut pressed, mut asked, mut ends) = (0, 0, 0);
        for (event, second) in events.into_iter().zip(1..) {
            let was_over = flow.ended();
            confirmed |= begun == 1 && event == LoginEvent::AttemptBegun;
            (flow, effects) = flow.on(event, at(second));
            prop_assert!(!was_over || effects.is_empty());
            for effect in &effects {
                match effect {
                    LoginEffect::BeginAttempt => begun += 1,
                    LoginEffect::Act(LoginAct::Press { at, .. })
                    | LoginEffect::TryAct(LoginAct::Press { at, .. }) => match at.selector.as_str() {
                        "#go" | "#show" => {
                            prop_assert!(confirmed, "pressed before the ledger knew");
                            pressed += u32::from(at.selector == "#go");
                        }
                        "#resend" => asked += 1,
                        _ => {}
                    },
                    LoginEffect::Act(LoginAct::Fill { secret: LoginSecret::Password, at, .. }) => {
                        prop_assert_eq!(at, &locator("#pw"));
                        typed += 1;
                    }
                    LoginEffect::GiveUp { end, .. } => {
                        ends += 1;
                        prop_assert!(end.is_none() || confirmed, "an attempt that never began is not taken back");
                    }
                    LoginEffect::Succeeded | LoginEffect::Lock(_) => ends += 1,
                    _ => {}
                }
            }
        }
        prop_assert!(begun <= 1 && typed <= 1 && pressed <= 1 && asked <= 1 && ends <= 1);
        prop_assert_eq!(ends == 1, flow.ended());
        drop(effects);
    }
}

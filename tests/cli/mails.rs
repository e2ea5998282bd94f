//! Mails that ask the operator something: taken in, shown, dismissed; and never in an error or a log.

use crate::program::Place;
use crate::records::stores_of;

const CONFIG: &str = r#"
[portals.hospital-b]
profile = "hospital-b"
url = "https://carelink.example"
username = "u"
password = "file:password"
mfa = "mail"
mfa_recipient = "dme.codes+hospital-b@gmail.com"
mfa_sender_domain = "riverside.example"
[portals.hospital-b.permission]
agreed_by = "R. Oakes"
role = "privacy officer"
agreed_on = "2020-01-01"
until = "2099-12-31"
account = "u"
reference = "contract 17"
"#;

const LINK: &str = "https://mail-settings.google.com/mail/vf-%5BANGjdJ8%5D-abc";

/// Gmail's question whether `account` may forward, signed by `signer`.
fn question(account: &str, signer: &str) -> String {
    format!(
        "Received: by inbound-smtp.us-east-1.amazonaws.com; Fri, 20 Nov 2026 14:14:05 +0000\n\
         Authentication-Results: amazonses.com; dkim=pass header.i=@{signer}\n\
         From: Gmail Team <forwarding-noreply@google.com>\n\
         To: epic-codes@intake.dme.example\n\
         Subject: (#123456789) Gmail Forwarding Confirmation - Receive Mail from {account}\n\n\
         Confirmation code: 123456789\n\n{LINK}\n"
    )
}

#[tokio::test]
async fn gmails_question_is_shown_until_it_is_dismissed() {
    let place = Place::new();
    let stores = stores_of(&place, CONFIG).await;
    let run = |args: &[&str]| place.run(&[&["--config", "connector.toml"], args].concat());
    place.write("ours", question("dmecodes@gmail.com", "google.com"));
    place.write("stranger", question("someone@gmail.com", "google.com"));
    place.write("forged", question("dmecodes@gmail.com", "evil.example"));

    let taken = run(&["mail", "ours"]);
    assert_eq!(taken.code, 3, "a question waits for a person: {}", taken.stderr);
    for wanted in ["dmecodes@gmail.com", "123456789", LINK, "portal dismiss ours"] {
        assert!(taken.stdout.contains(wanted), "{wanted}: {}", taken.stdout);
        assert!(!taken.stderr.contains(wanted), "{}", taken.stderr);
    }
    assert_eq!(run(&["mail", "ours"]).code, 0, "seen before");
    assert_eq!(run(&["mail", "stranger"]).code, 3);
    let forged = run(&["mail", "forged"]);
    forged.fails(1, "mail forged", "no valid signature of google.com", "the mail itself");
    assert!(!forged.stderr.contains(LINK), "{}", forged.stderr);
    assert_eq!(stores.mailbox.notices().await.expect("notices").len(), 2);

    let status = run(&["portal", "status", "--json"]);
    assert_eq!(status.code, 3, "{}", status.stderr);
    let notices = status.json("portal-status")["notices"].clone();
    for (id, ours, way_out) in [("ours", true, "open the link"), ("stranger", false, "confirm nothing")] {
        let found = notices.as_array().and_then(|list| list.iter().find(|notice| notice["id"] == id));
        let notice = found.unwrap_or_else(|| panic!("{id}: {notices}"));
        assert_eq!((&notice["account_configured"], &notice["link"]), (&ours.into(), &LINK.into()));
        assert!(notice["way_out"].as_str().is_some_and(|text| text.contains(way_out)), "{notice}");
    }
    let text = run(&["portal", "status"]);
    assert!(text.stdout.contains(LINK) && text.stdout.contains("someone@gmail.com"), "{}", text.stdout);

    for id in ["ours", "stranger"] {
        assert_eq!(run(&["portal", "dismiss", id]).code, 0);
        run(&["portal", "dismiss", id]).fails(1, &format!("mail {id}"), "waits for nobody", "portal status");
    }
    assert_eq!(run(&["portal", "status"]).code, 0);
    assert_eq!(run(&["mail", "ours"]).code, 0, "a dismissed question does not come back");
}

//! Gmail's question in the forms it is known in, and mails that only look like it.

use super::*;
use crate::mfa::{MailMatter, accept};
use jiff::Timestamp;

const SUBJECT: &str = "(#123456789) Gmail Forwarding Confirmation - Receive Mail from dme.codes@gmail.com";

const CONFIRM: &str = "https://mail-settings.google.com/mail/vf-%5BANGjdJ8%5D-abc_1";

fn body() -> String {
    format!(
        "dme.codes@gmail.com has requested to automatically forward mail to your email\n\
         address codes@intake.example.\nConfirmation code: 123456789\n\n\
         To allow it, please click the link below to confirm the request:\n\n{CONFIRM}\n\n\
         If you accidentally clicked the link, click this link to cancel this verification:\n\
         https://mail-settings.google.com/mail/uf-%5BANGjdJ8%5D-abc_1\n"
    )
}

fn question() -> ReceivedMail {
    ReceivedMail {
        id: "m1".into(),
        arrived_at: Timestamp::UNIX_EPOCH,
        sent_at: None,
        authentication_results: Some("amazonses.com; dkim=pass header.i=@google.com".into()),
        from: Some("Forwarding-NoReply@google.com".into()),
        recipients: vec!["codes@intake.example".into()],
        subject: SUBJECT.into(),
        text: body().into(),
    }
}

type Answer = Result<(String, Option<String>, Option<String>), MailRefusal>;

fn answer(change: impl FnOnce(&mut ReceivedMail)) -> Answer {
    let mut mail = question();
    change(&mut mail);
    match accept(&mail, &[])? {
        MailMatter::Notice(notice) => {
            let NoticeKind::ForwardingConfirmation { account, code, link } = notice.kind;
            Ok((account.into_inner(), code.map(Redacted::into_inner), link.map(Redacted::into_inner)))
        }
        MailMatter::Code(_) => panic!("no code for anybody"),
    }
}

fn told(code: Option<&str>, link: Option<&str>) -> Answer {
    Ok(("dme.codes@gmail.com".into(), code.map(str::to_owned), link.map(str::to_owned)))
}

#[test]
fn account_code_and_the_confirming_link_are_told() {
    let (code, link) = (Some("123456789"), Some(CONFIRM));
    assert_eq!(answer(|_| {}), told(code, link));
    // Newer mails carry no code; a subject in another language is as good.
    let text = |text: String| move |mail: &mut ReceivedMail| mail.text = text.into();
    let subject = |text: &'static str| move |mail: &mut ReceivedMail| mail.subject = text.into();
    let codeless = body().replace("Confirmation code: 123456789\n", "");
    let newer = answer(|mail| {
        text(codeless)(mail);
        subject("Gmail Forwarding Confirmation - Receive Mail from dme.codes@gmail.com")(mail);
    });
    assert_eq!(newer, told(None, link));
    assert_eq!(answer(subject("(#123456789) Bestätigung: von <dme.codes@gmail.com>")), told(code, link));
    assert_eq!(answer(subject("(#123456789) Gmail")), told(code, link));
    assert_eq!(answer(text("no words".into())), told(code, None));
    assert_eq!(answer(text(format!("<a href=\"{CONFIRM}\">"))), told(code, link));
    assert_eq!(answer(text(format!("click {CONFIRM}."))), told(code, link));
}

#[test]
fn what_disagrees_or_leads_elsewhere_is_not_told() {
    let text = |text: String| move |mail: &mut ReceivedMail| mail.text = text.into();
    let code = Some("123456789");
    for elsewhere in [
        "https://mail-settings.google.com/mail/uf-abc".to_owned(),
        "https://mail-settings.google.com.evil.example/mail/vf-abc".to_owned(),
        "http://mail-settings.google.com/mail/vf-abc".to_owned(),
        "https://evil.example/?https://mail.google.com/mail/vf-abc".to_owned(),
        "https://mail.google.com@evil.example/mail/vf-abc".to_owned(),
        format!("https://mail.google.com/mail/vf-{}", "a".repeat(LINK_BYTES_MAX)),
        "https://mail.google.com/mail/vf-\u{1b}[2J".to_owned(),
        format!("{CONFIRM} or https://mail.google.com/mail/vf-second"),
    ] {
        assert_eq!(answer(text(elsewhere.clone())), told(code, None), "{elsewhere}");
    }
    assert_eq!(answer(text(body().replace("code: 123456789", "code: 987654321"))), told(None, Some(CONFIRM)));
}

#[test]
fn a_forged_question_and_one_of_unknown_form_are_refused() {
    for (results, refusal) in [
        ("amazonses.com; dkim=fail header.i=@google.com", MailRefusal::ForgedConfirmation),
        ("amazonses.com; dkim=pass header.i=@gmail.com", MailRefusal::ForgedConfirmation),
        ("amazonses.com; spf=pass (dkim=pass header.i=@google.com)", MailRefusal::ForgedConfirmation),
        ("amazonses.com", MailRefusal::ForgedConfirmation),
        ("mx.google.com; dkim=pass header.i=@google.com", MailRefusal::NotFromMailSystem),
    ] {
        let got = answer(|mail| mail.authentication_results = Some(results.into()));
        assert_eq!(got, Err(refusal), "{results}");
    }
    let unknown = Err(MailRefusal::UnknownConfirmation);
    for (subject, text) in [("Hello", ""), ("(#12) a@b.example", ""), ("(#123456789) x", "y")] {
        let got = answer(|mail| (mail.subject, mail.text) = (subject.into(), text.into()));
        assert_eq!(got, unknown, "{subject}");
    }
    // Anybody else's mail of this look is no question at all.
    let other = answer(|mail| mail.from = Some("forwarding-noreply@google.com.evil.example".into()));
    assert_eq!(other, Err(MailRefusal::UnknownRecipient));
}

#[test]
fn an_account_is_ours_whatever_its_dots_and_pluses() {
    let account = |recipient: &str| MailAccount {
        recipient: recipient.into(),
        sender_domain: "h.example".into(),
        subject: None,
    };
    let accounts = [account("DME.codes+hospital-b@gmail.com"), account("codes+b@intake.example")];
    for (text, ours) in [
        ("dmecodes@googlemail.com", true),
        ("dme.codes@gmail.com", true),
        ("codes@intake.example", true),
        ("co.des@intake.example", false),
        ("other@gmail.com", false),
        ("", false),
    ] {
        assert_eq!(is_ours(text, &accounts), ours, "{text}");
    }
}

#[test]
fn neither_debug_nor_display_shows_account_code_or_link() {
    let matter = accept(&question(), &[]).unwrap();
    let text = format!("{matter:?}");
    for secret in ["dme.codes", "123456789", "vf-"] {
        assert!(!text.contains(secret), "{text}");
    }
}

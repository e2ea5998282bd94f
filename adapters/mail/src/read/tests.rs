//! Mails as Gmail forwards them and Amazon SES stores them, with either line end, and mails that are none.

use super::*;
use domain::ports::{CodeAddress, CodeEntry, NoticeKind};

/// A forwarded mail with `plain` and `html` as its two bodies; empty ones are left out.
pub(crate) fn forwarded(plain: &str, html: &str) -> String {
    let part = |kind: &str, text: &str| match text {
        "" => String::new(),
        text => format!("--b1\nContent-Type: {kind}; charset=UTF-8\n\n{text}\n\n"),
    };
    let bodies = part("text/plain", plain) + &part("text/html", html);
    format!(
        "Return-Path: <dme.codes+caf_=epic-codes=intake.dme.example@gmail.com>
Received: from mail-qv1-f46.google.com (mail-qv1-f46.google.com [209.85.219.46])
 by inbound-smtp.us-east-1.amazonaws.com with SMTP id 81fu1unjk93bm5cb0jlk23fll33spcvf3633l8qg
 for epic-codes@intake.dme.example;
 Fri, 20 Nov 2026 14:14:05 +0000 (UTC)
X-SES-Spam-Verdict: PASS
X-SES-Virus-Verdict: PASS
Received-SPF: pass (spfCheck: domain of gmail.com designates 209.85.219.46 as permitted sender) client-ip=209.85.219.46;
Authentication-Results: amazonses.com;
 spf=pass (spfCheck: domain of gmail.com designates 209.85.219.46 as permitted sender) client-ip=209.85.219.46;
 dkim=pass header.i=@riverside.example;
 dmarc=pass header.from=riverside.example;
X-SES-RECEIPT: AEFBQUFBQUFBQUFHb2
Received: by mail-qv1-f46.google.com with SMTP id 6a1803df; Fri, 20 Nov 2026 06:14:04 -0800 (PST)
X-Forwarded-To: epic-codes@intake.dme.example
X-Forwarded-For: dme.codes@gmail.com epic-codes@intake.dme.example
Delivered-To: dme.codes@gmail.com
Authentication-Results: mx.google.com;
 dkim=pass header.i=@evil.example header.s=s1;
DKIM-Signature: v=1; a=rsa-sha256; d=riverside.example; s=s1; h=from:to:subject; bh=x; b=y
From: EpicCare Link <no-reply@riverside.example>
To: dme.codes+hospital-b@gmail.com
Subject: Your verification code
Date: Fri, 20 Nov 2026 09:14:02 -0500
Message-ID: <1@riverside.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b1

{bodies}--b1--
"
    )
}

pub(crate) fn account() -> MailAccount {
    MailAccount {
        recipient: "DME.codes+hospital-b@gmail.com".into(),
        sender_domain: "riverside.example".into(),
        subject: None,
    }
}

const PLAIN: &str = "Your verification code is 482913.\n(c) 2026 Riverside, Albany NY 12208, (518) 555-0142";

fn code_of(raw: &str) -> Result<String, MailRefusal> {
    read_mail(raw.as_bytes(), "m1", &[account()], None).map(|matter| entry(matter).code.into_inner())
}

fn entry(matter: MailMatter) -> CodeEntry {
    let MailMatter::Code(entry) = matter else { panic!("a code") };
    entry
}

/// Gmail's question whether `account` may forward, with `plain` and `html` as its bodies.
pub(crate) fn confirmation(account: &str, plain: &str, html: &str) -> String {
    let subject = format!("(#123456789) Gmail Forwarding Confirmation - Receive Mail from\n {account}");
    forwarded(plain, html)
        .replace("header.i=@riverside.example", "header.i=@google.com")
        .replace("EpicCare Link <no-reply@riverside.example>", "Gmail Team <forwarding-noreply@google.com>")
        .replace("To: dme.codes+hospital-b@gmail.com", "To: epic-codes@intake.dme.example")
        .replace("Your verification code", &subject)
}

#[test]
fn either_line_end_gives_the_same_code_and_time() {
    let lf = forwarded(PLAIN, "<p>Your verification code is <b>482913</b></p>");
    for raw in [lf.replace('\n', "\r\n"), lf] {
        let entry = entry(read_mail(raw.as_bytes(), "m1", &[account()], None).unwrap());
        assert_eq!(entry.code.reveal(), "482913");
        assert_eq!(entry.arrived_at, "2026-11-20T14:14:05Z".parse().unwrap());
        let CodeAddress::Mail { recipient, .. } = entry.address else { panic!("a mail") };
        assert_eq!(recipient, "dme.codes+hospital-b@gmail.com");
    }
}

#[test]
fn html_is_read_as_a_person_sees_it() {
    let seen = |html: &str| code_of(&forwarded("", html));
    assert_eq!(seen("<p>Use code <b>K7M</b>2QX to log in</p>"), Ok("K7M2QX".into()));
    let cells = "<style>.code{color:#482910}</style><table><tr><td>Code</td><td>482913</td></tr></table>";
    assert_eq!(seen(cells), Ok("482913".into()));
    assert_eq!(
        seen("<title>code 111111</title><script>var code='222222'</script>"),
        Err(MailRefusal::NoCode)
    );
    assert_eq!(seen("<p>code 482&#8203;913</p>"), Ok("482913".into()));
    let deep = format!("{}code 482913{}", "<div>".repeat(5_000), "</div>".repeat(5_000));
    assert_eq!(seen(&deep), Ok("482913".into()));
}

#[test]
fn plain_text_without_a_code_leaves_the_word_to_the_html() {
    let raw = forwarded("Please view this mail as HTML.", "<p>Your code is 482913</p>");
    assert_eq!(code_of(&raw), Ok("482913".into()));
}

#[test]
fn encodings_are_undone() {
    let raw = forwarded(PLAIN, "").replace(
        "Content-Type: text/plain; charset=UTF-8\n\n",
        "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n",
    );
    assert_eq!(code_of(&raw.replace("code is 482913", "code=20is=\n 482913")), Ok("482913".into()));
}

#[test]
fn a_verdict_below_the_mail_systems_own_is_not_believed() {
    let good = forwarded(PLAIN, "");
    let top = "Authentication-Results: amazonses.com;";
    let forged = good.replacen(top, "Authentication-Results: mx.evil.example;", 1).replacen(
        "From: EpicCare",
        "Authentication-Results: amazonses.com; dkim=pass header.i=@riverside.example\nFrom: EpicCare",
        1,
    );
    assert_eq!(code_of(&forged), Err(MailRefusal::NotFromMailSystem));
    let unreadable = good.replacen(top, "Authentication-Results: amazonses.com; x=\u{fffd}", 1);
    let mut bytes = unreadable.into_bytes();
    let at = bytes.windows(3).position(|w| w == "\u{fffd}".as_bytes()).unwrap();
    bytes[at] = 0xff;
    assert_eq!(read_mail(&bytes, "m1", &[account()], None), Err(MailRefusal::NotFromMailSystem));
}

#[test]
fn two_authors_are_nobody() {
    let good = forwarded(PLAIN, "");
    let second = "\nFrom: Other <no-reply@evil.example>\nTo: dme";
    assert_eq!(code_of(&good.replacen("\nTo: dme", second, 1)), Err(MailRefusal::ForeignSender));
    let list = "<no-reply@riverside.example>, <x@evil.example>";
    assert_eq!(
        code_of(&good.replacen("<no-reply@riverside.example>", list, 1)),
        Err(MailRefusal::ForeignSender)
    );
}

#[test]
fn gmails_question_is_read_from_text_and_from_links() {
    let link = "https://mail-settings.google.com/mail/vf-%5BANG%5D-abc?a=1&b=2";
    let plain = format!("Confirmation code: 123456789\n\n{link}\n");
    let html = format!("<p>Click <a href='{}'>here</a></p>", link.replace('&', "&amp;"));
    for raw in
        [confirmation("dme.codes@gmail.com", &plain, ""), confirmation("dme.codes@gmail.com", "", &html)]
    {
        for raw in [raw.replace('\n', "\r\n"), raw] {
            let matter = read_mail(raw.as_bytes(), "m1", &[account()], None).unwrap();
            let MailMatter::Notice(notice) = matter else { panic!("a notice") };
            let kind = NoticeKind::ForwardingConfirmation {
                account: "dme.codes@gmail.com".into(),
                code: Some("123456789".into()),
                link: Some(link.into()),
            };
            assert_eq!(notice.kind, kind);
            assert_eq!(notice.arrived_at, "2026-11-20T14:14:05Z".parse().unwrap());
        }
    }
}

#[test]
fn what_a_signature_need_not_cover_is_not_read() {
    let second =
        |raw: &str, subject: &str| raw.replacen("Subject: ", &format!("Subject: {subject}\nSubject: "), 1);
    let code = forwarded("Hello", "");
    assert_eq!(code_of(&second(&code, "Your code is 111111")), Err(MailRefusal::NoCode));
    let question = second(&confirmation("a@b.example", "", ""), "(#987654321) from x@y.example");
    assert_eq!(code_of(&question), Err(MailRefusal::UnknownConfirmation));
    let forged = confirmation("a@b.example", "", "").replacen("@google.com;", "@evil.example;", 1);
    assert_eq!(code_of(&forged), Err(MailRefusal::ForgedConfirmation));
}

#[test]
fn a_mail_without_a_time_takes_that_of_its_storing() {
    let good = forwarded(PLAIN, "");
    let timeless = good.replace(" Fri, 20 Nov 2026 14:14:05 +0000 (UTC)\n", " some day\n");
    assert_eq!(code_of(&timeless), Err(MailRefusal::NoArrivalTime));
    let stored_at = Some(Timestamp::UNIX_EPOCH);
    let entry = entry(read_mail(timeless.as_bytes(), "m1", &[account()], stored_at).unwrap());
    assert_eq!(entry.arrived_at, Timestamp::UNIX_EPOCH);
}

#[test]
fn whatever_is_no_mail_is_refused_without_a_panic() {
    let good = forwarded(PLAIN, "<p>code 482913</p>").into_bytes();
    for cut in (0..good.len()).step_by(7) {
        let _ = read_mail(&good[..cut], "m1", &[account()], None);
    }
    for raw in [&b""[..], b"\0\0\0\0", b"\r\n\r\n", b":::\n:::", b"%PDF-1.7\n\xff\xfe", b"From"] {
        assert!(read_mail(raw, "m1", &[account()], None).is_err());
    }
}

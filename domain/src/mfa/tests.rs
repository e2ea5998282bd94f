//! Tables of mails and sentences: what is accepted, and the named reason for what is not.

use super::*;

const PASSED: &str = "amazonses.com;\r\n spf=pass (spfCheck: domain of x@gmail.com designates 1.2.3.4) \
    client-ip=1.2.3.4;\r\n dkim=pass header.i=@riverside.example;\r\n dmarc=pass header.from=riverside.example;";

fn mail() -> ReceivedMail {
    ReceivedMail {
        id: "m1".into(),
        arrived_at: Timestamp::UNIX_EPOCH,
        sent_at: None,
        authentication_results: Some(PASSED.into()),
        from: Some("no-reply@Riverside.example".into()),
        recipients: vec!["epic-codes@intake.example".into(), "DME.codes+b@gmail.com".into()],
        subject: "Your verification code".into(),
        text: "Your verification code is 482913. © 2026 Riverside, Albany NY 12208, (518) 555-0142".into(),
    }
}

fn accounts() -> Vec<MailAccount> {
    let account = |recipient: &str, sender_domain: &str| MailAccount {
        recipient: recipient.into(),
        sender_domain: sender_domain.into(),
        subject: None,
    };
    vec![
        account("other@gmail.com", "riverside.example"),
        account("dme.codes+b@gmail.com", "Riverside.example"),
    ]
}

#[test]
fn a_signed_mail_of_the_hospital_gives_its_code_verbatim() {
    let MailMatter::Code(entry) = accept(&mail(), &accounts()).unwrap() else { panic!("a code") };
    assert_eq!(entry.code.reveal(), "482913");
    assert_eq!(entry.id, "m1");
    let expected = CodeAddress::Mail {
        recipient: "dme.codes+b@gmail.com".into(),
        sender_domain: "riverside.example".into(),
        subject: None,
    };
    assert_eq!(entry.address, expected);
}

#[test]
fn every_other_mail_is_refused_by_name() {
    let with = |change: &dyn Fn(&mut ReceivedMail)| {
        let mut changed = mail();
        change(&mut changed);
        accept(&changed, &accounts()).map(|matter| match matter {
            MailMatter::Code(entry) => entry.code.into_inner(),
            MailMatter::Notice(_) => panic!("a code"),
        })
    };
    let results =
        |text: &'static str| move |mail: &mut ReceivedMail| mail.authentication_results = Some(text.into());
    let from = |text: &'static str| move |mail: &mut ReceivedMail| mail.from = Some(text.into());
    type Change<'a> = &'a dyn Fn(&mut ReceivedMail);
    let cases: Vec<(Change<'_>, MailRefusal)> = vec![
        (&|mail| mail.authentication_results = None, MailRefusal::NotFromMailSystem),
        (&|mail| mail.from = None, MailRefusal::ForeignSender),
        (&|mail| mail.recipients.clear(), MailRefusal::UnknownRecipient),
        (&|mail| mail.text = "See you at 9.".into(), MailRefusal::NoCode),
        (
            &|mail| mail.text = "Use code K7M2QX. The code 482913 is void.".into(),
            MailRefusal::AmbiguousCode { candidates: 2 },
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(with(change), Err(expected));
    }
    for (text, expected) in [
        ("mx.google.com; dkim=pass header.i=@riverside.example", MailRefusal::NotFromMailSystem),
        ("amazonses.com; dkim=fail header.i=@riverside.example", MailRefusal::DkimNotPassed),
        ("amazonses.com; dkim=pass header.i=@evil.example", MailRefusal::DkimNotPassed),
        ("amazonses.com; dkim=pass header.i=@xriverside.example", MailRefusal::DkimNotPassed),
        ("amazonses.com; spf=pass (dkim=pass header.i=@riverside.example)", MailRefusal::DkimNotPassed),
        ("amazonses.com; spf=pass (x; dkim=pass header.i=@riverside.example", MailRefusal::NotFromMailSystem),
        ("amazonses.com", MailRefusal::DkimNotPassed),
        ("", MailRefusal::NotFromMailSystem),
    ] {
        assert_eq!(with(&results(text)), Err(expected), "{text}");
    }
    for (address, expected) in [
        ("no-reply@evil.example", Err(MailRefusal::ForeignSender)),
        ("no-reply@evilriverside.example", Err(MailRefusal::ForeignSender)),
        ("riverside.example", Err(MailRefusal::ForeignSender)),
        ("no-reply@link.riverside.example", Ok("482913".to_owned())),
    ] {
        assert_eq!(with(&from(address)), expected, "{address}");
    }
}

#[test]
fn signatures_are_read_around_comments_versions_and_case() {
    let domains = |header: &str| passed_dkim_domains(header, TRUSTED_AUTHSERV_ID);
    let some = |list: &[&str]| Some(list.iter().map(|d| (*d).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        domains("AmazonSES.com 1; DKIM=Pass (good (really)) header.d=A.Example"),
        some(&["a.example"])
    );
    assert_eq!(
        domains(
            "amazonses.com; dkim=pass header.i=@mail.a.example header.d=a.example; dkim=pass header.i=x@b.example"
        ),
        some(&["a.example", "b.example"])
    );
    assert_eq!(
        domains("amazonses.com; dkim=pass reason=\"a; dkim=pass header.d=e.example\" header.d=a.example"),
        some(&["a.example"])
    );
    assert_eq!(domains("amazonses.com; dkim=none; dkim=passed header.d=a.example"), some(&[]));
    assert_eq!(
        domains("amazonses.com; dkim=pass (a\\) ; dkim=pass header.d=e.example) header.d=a.example"),
        some(&["a.example"])
    );
    assert_eq!(domains("amazonses.com.evil.example; dkim=pass header.d=a.example"), None);
}

#[test]
fn codes_are_whole_words_near_their_cue() {
    let none: &[&str] = &[];
    for (text, expected) in [
        ("Your verification code is 482913.", &["482913"][..]),
        ("Use code K7M2QX to verify your identity. It expires in 10 minutes.", &["K7M2QX"]),
        ("482913 is your verification code", &["482913"]),
        ("Verify Your Identity\n\nVerification code\n\n   482913\n\nThis code expires", &["482913"]),
        ("Your code: \u{200b}482913—valid 10 minutes", &["482913"]),
        ("Your one-time passcode is QWKMHX.", &["QWKMHX"]),
        ("To verify your identity enter 482913 on the page", &["482913"]),
        ("QWKMHX is your one-time verification code", &["QWKMHX"]),
        ("code 482913 and again: code 482913", &["482913"]),
        ("code A1B2C3 or code D4E5F6", &["A1B2C3", "D4E5F6"]),
        // Cut, spaced or joined codes are not completed.
        ("Your code is 48291", none),
        ("Your code is 482 913", none),
        ("Your code is 482-913", none),
        ("Your code is 4829130", none),
        ("Your code is k7m2qx", none),
        ("https://h.example/verify?code=482913", none),
        // Words.
        ("PLEASE VERIFY YOUR CODE WITHIN 10 MINUTES", none),
        ("Your verification code is below. NOTICE to users", none),
        ("Do not share this code. NEVER1 we ask", &["NEVER1"]),
        // Years, zip codes, phones, other numbers.
        ("Verification code sent. © 2026, Albany NY 12208-0001, call (518) 555-0142", none),
        ("postal code K1A0B1", none),
        ("Your code has been sent. Reference 482913", none),
        ("The code expires. Ticket: 482913.", none),
        // No cue.
        ("Invoice total 482913", none),
        ("", none),
    ] {
        assert_eq!(candidates(text), expected, "{text:?}");
    }
}

#[test]
fn debug_shows_neither_text_nor_code() {
    let text = format!("{:?} {:?}", mail(), accept(&mail(), &accounts()));
    assert!(!text.contains("482913"), "{text}");
}

#[test]
fn accounts_that_share_recipient_and_sender_are_told_apart_by_the_subject() {
    let account = |recipient: &str, domain: &str, subject: Option<&str>| MailAccount {
        recipient: recipient.into(),
        sender_domain: domain.into(),
        subject: subject.map(str::to_owned),
    };
    let (shared, domain) = ("dme.codes+b@gmail.com", "riverside.example");
    let (north, south) =
        (account(shared, domain, Some("North  campus")), account(shared, domain, Some("South")));
    let (plain, link) = (account(shared, domain, None), account(shared, "link.riverside.example", None));
    let with = |subject: &str| ReceivedMail { subject: format!("{subject}: your code").into(), ..mail() };
    let subject_of = |mail: &ReceivedMail, accounts: &[MailAccount]| match accept(mail, accounts)? {
        MailMatter::Code(CodeEntry { address: CodeAddress::Mail { subject, .. }, .. }) => Ok(subject),
        other => panic!("{other:?}"),
    };
    let both = [north.clone(), south.clone()];
    assert_eq!(subject_of(&with("NORTH campus"), &both), Ok(Some("north campus".to_owned())));
    assert_eq!(subject_of(&with("South"), &both), Ok(Some("south".to_owned())));
    assert_eq!(subject_of(&with("East"), &both), Err(MailRefusal::ForeignSubject));
    assert_eq!(subject_of(&with("North campus and South"), &both), Err(MailRefusal::AmbiguousAccount));
    assert_eq!(subject_of(&with("South"), &[plain.clone(), south]), Err(MailRefusal::AmbiguousAccount));
    assert_eq!(subject_of(&with("East"), &[plain.clone(), plain.clone()]), Ok(None), "they take turns");
    // One signs below the other's domain: whose signature passed decides.
    let from_link = ReceivedMail { from: Some("no-reply@link.riverside.example".into()), ..mail() };
    assert_eq!(subject_of(&from_link, &[plain, link]), Ok(None));
}

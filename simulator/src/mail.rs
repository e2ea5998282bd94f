//! The mailbox: verification codes as raw mails, the way SES stores what Gmail forwarded.
//!
//! One file per mail, named by the SES message id and put in place by rename, so that a reader never
//! sees half a mail. Ids and codes come from the system's randomness, not from the seed: a second run
//! must not look like a repetition of the first.

use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};
use rand::RngExt;

/// Where the hospital sends codes.
pub(crate) const RECIPIENT: &str = "dme.codes+hospital-b@gmail.com";
/// The hospital's own mail domain.
pub(crate) const SENDER_DOMAIN: &str = "riverside.example";

/// Subjects and sentences around the code: `{}` is the code.
const WORDINGS: [(&str, &str); 4] = [
    ("Your verification code", "Your verification code is {}."),
    ("EpicCare Link verification code", "Use code {} to verify your identity. It expires in 10 minutes."),
    ("Verify your identity", "Enter {} on the Verify Your Identity page to finish logging in."),
    ("Your one-time code for EpicCare Link", "Here is the one-time passcode you asked for: {}"),
];

/// Upper case without the look-alikes 0, O, 1 and I.
const ALPHANUMERIC: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A folder that receives mails.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox {
    folder: PathBuf,
}

impl Mailbox {
    /// Delivers into `folder`, which must exist.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Writes the mail with a code, by rename.
    ///
    /// # Errors
    /// What the file system said.
    pub(crate) async fn deliver(&self, code: &str, now: Timestamp) -> std::io::Result<()> {
        let id = random_text(b"abcdefghijklmnopqrstuvwxyz0123456789", 40);
        let wording = WORDINGS[rand::rng().random_range(0..WORDINGS.len())];
        let partial = self.folder.join(format!(".{id}.partial"));
        tokio::fs::write(&partial, raw_mail(&id, code, wording, now)).await?;
        tokio::fs::rename(&partial, self.folder.join(&id)).await
    }
}

/// A new code: six digits mostly, letters and digits at times.
pub(crate) fn new_code() -> String {
    if rand::rng().random_bool(0.7) {
        return random_text(b"0123456789", 6);
    }
    // At least one letter and one digit, or it would read as a word or as a number.
    loop {
        let code = random_text(ALPHANUMERIC, 6);
        let digits = code.bytes().filter(u8::is_ascii_digit).count();
        if (1..6).contains(&digits) {
            return code;
        }
    }
}

/// Random text over an alphabet, also for session keys.
pub(crate) fn random_text(alphabet: &[u8], length: usize) -> String {
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(alphabet[rng.random_range(0..alphabet.len())])).collect()
}

fn raw_mail(id: &str, code: &str, (subject, sentence): (&str, &str), now: Timestamp) -> String {
    let date = now.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    let year = now.to_zoned(TimeZone::UTC).year();
    let boundary = format!("b_{}", &id[..16]);
    let sentence = sentence.replace("{}", code);
    let headers =
        format!("{}{}", ses_headers(id, &date), hospital_headers(&id[20..], subject, &date, &boundary));
    let text = format!(
        "{sentence}\n\nIf you did not try to log in to EpicCare Link, call the Riverside help desk at (518) 555-0134.\n\n\
         Riverside Regional Hospital\n1200 River Road, Riverside, NY 12309\n(c) {year} Riverside Regional Hospital\n"
    );
    let html = format!(
        "<html><body style=\"color:#222222\"><p>{}</p><p>If you did not try to log in to EpicCare Link, call the \
         Riverside help desk at (518) 555-0134.</p><p style=\"font-size:11px;color:#999999\">Riverside Regional Hospital<br>\
         1200 River Road, Riverside, NY 12309<br>&copy; {year}</p></body></html>\n",
        sentence.replace(code, &format!("<b>{code}</b>"))
    );
    let body = format!(
        "--{boundary}\nContent-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: 7bit\n\n{text}\n\
         --{boundary}\nContent-Type: text/html; charset=\"UTF-8\"\nContent-Transfer-Encoding: 7bit\n\n{html}\n--{boundary}--\n"
    );
    format!("{headers}\n{body}").replace('\n', "\r\n")
}

/// What SES and Gmail put on top, newest first.
fn ses_headers(id: &str, date: &str) -> String {
    format!(
        "Return-Path: <dme.codes+caf_=epic-codes=intake.dme.example@gmail.com>\n\
         Received: from mail-qt1-f171.google.com (mail-qt1-f171.google.com [209.85.160.171])\n\
         \u{20}by inbound-smtp.us-east-1.amazonaws.com with SMTP id {id}\n\
         \u{20}for epic-codes@intake.dme.example;\n\
         \u{20}{date}\n\
         X-SES-Spam-Verdict: PASS\n\
         X-SES-Virus-Verdict: PASS\n\
         Received-SPF: pass (spfCheck: domain of _spf.google.com designates 209.85.160.171 as permitted sender) \
         client-ip=209.85.160.171; envelope-from=dme.codes+caf_=epic-codes=intake.dme.example@gmail.com; \
         helo=mail-qt1-f171.google.com;\n\
         Authentication-Results: amazonses.com;\n\
         \u{20}spf=pass (spfCheck: domain of _spf.google.com designates 209.85.160.171 as permitted sender) \
         client-ip=209.85.160.171; envelope-from=dme.codes+caf_=epic-codes=intake.dme.example@gmail.com; \
         helo=mail-qt1-f171.google.com;\n\
         \u{20}dkim=pass header.i=@{SENDER_DOMAIN};\n\
         \u{20}dmarc=pass header.from={SENDER_DOMAIN};\n\
         X-SES-RECEIPT: AEFBQUFBQUFBQUFI{id}\n\
         X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b=Zm9yd2FyZGVk; c=relaxed/simple; s=ses; d=amazonses.com; v=1;\n\
         Received: by mail-qt1-f171.google.com with SMTP id {}\n\
         \u{20}for <epic-codes@intake.dme.example>; {date}\n\
         X-Forwarded-To: epic-codes@intake.dme.example\n\
         X-Forwarded-For: {RECIPIENT} epic-codes@intake.dme.example\n\
         Delivered-To: {RECIPIENT}\n\
         Received: by 2002:a05:622a:1a8b with SMTP id s11csp; {date}\n\
         Return-Path: <bounce@{SENDER_DOMAIN}>\n\
         Received: from mta2.{SENDER_DOMAIN} (mta2.{SENDER_DOMAIN} [192.0.2.25])\n\
         \u{20}by mx.google.com with ESMTPS id d75a77b69052e\n\
         \u{20}for <{RECIPIENT}>; {date}\n\
         Authentication-Results: mx.google.com;\n\
         \u{20}dkim=pass header.i=@{SENDER_DOMAIN} header.s=mail1 header.b=QWxsR29v;\n\
         \u{20}spf=pass (google.com: domain of bounce@{SENDER_DOMAIN} designates 192.0.2.25 as permitted sender) \
         smtp.mailfrom=bounce@{SENDER_DOMAIN};\n\
         \u{20}dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from={SENDER_DOMAIN}\n",
        &id[..12]
    )
}

/// What the hospital wrote itself.
fn hospital_headers(token: &str, subject: &str, date: &str, boundary: &str) -> String {
    format!(
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={SENDER_DOMAIN}; s=mail1;\n\
         \u{20}h=from:to:subject:date:message-id:mime-version:content-type;\n\
         \u{20}bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=QWxsR29vZE5vdGhpbmdUb1NlZUhlcmU=\n\
         From: EpicCare Link <no-reply@{SENDER_DOMAIN}>\n\
         To: {RECIPIENT}\n\
         Subject: {subject}\n\
         Date: {date}\n\
         Message-ID: <{token}@mta2.{SENDER_DOMAIN}>\n\
         MIME-Version: 1.0\n\
         Content-Type: multipart/alternative; boundary=\"{boundary}\"\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_six_characters_and_never_a_look_alike_letter() {
        for _ in 0..500 {
            let code = new_code();
            assert_eq!(code.len(), 6);
            assert!(code.bytes().any(|b| b.is_ascii_digit()));
            assert!(!code.contains(['O', 'I']), "{code}");
        }
    }

    #[test]
    fn a_mail_is_crlf_throughout_and_carries_the_code_in_both_parts() {
        let now: Timestamp = "2026-11-20T14:20:00Z".parse().unwrap();
        for wording in WORDINGS {
            let mail = raw_mail(&"a1b2c3d4e5".repeat(4), "K7M2QX", wording, now);
            assert_eq!(mail.matches('\n').count(), mail.matches("\r\n").count());
            assert_eq!(mail.matches("K7M2QX").count(), 2);
            let first = mail.find("Authentication-Results: amazonses.com").unwrap();
            assert!(first < mail.find("Authentication-Results: mx.google.com").unwrap());
            assert!(mail.contains("Fri, 20 Nov 2026 14:20:00 +0000"));
        }
    }
}

//! One raw mail: RFC 5322 with CRLF, with the headers SES, Gmail and the hospital put on it.

use jiff::{Timestamp, tz::TimeZone};
use rand::RngExt;

use super::{Route, random_text};
use crate::kind::HospitalKind;

/// Subjects and sentences around the code: `{}` is the code.
const WORDINGS_B: [(&str, &str); 4] = [
    ("Your verification code", "Your verification code is {}."),
    ("EpicCare Link verification code", "Use code {} to verify your identity. It expires in 10 minutes."),
    ("Verify your identity", "Enter {} on the Verify Your Identity page to finish logging in."),
    ("Your one-time code for EpicCare Link", "Here is the one-time passcode you asked for: {}"),
];

const WORDINGS_A: [(&str, &str); 4] = [
    ("CareLink Identity Verification", "Your CareLink security code: {}"),
    (
        "Security code for CareLink",
        "A login to CareLink was requested. Enter {} in the boxes shown. The code is good for 10 minutes.",
    ),
    ("Your CareLink verification code", "Use {} as your verification code for St. Clement's CareLink."),
    ("CareLink login", "Your login code is {}. Do not give it to anybody, not even to the Help Desk."),
];

/// How a hospital signs its mails: who it says it is, and distractors for those who look for codes.
struct Sender {
    from_name: &'static str,
    from_user: &'static str,
    product: &'static str,
    desk: &'static str,
    desk_phone: &'static str,
    address: [&'static str; 2],
    wordings: [(&'static str, &'static str); 4],
}

fn sender(hospital: HospitalKind) -> Sender {
    match hospital {
        HospitalKind::A => Sender {
            from_name: "CareLink",
            from_user: "noreply",
            product: "CareLink",
            desk: "St. Clement's Help Desk",
            desk_phone: "(312) 555-0176",
            address: ["St. Clement's Hospital", "4400 Lake Shore Avenue, Evanston, IL 60201"],
            wordings: WORDINGS_A,
        },
        HospitalKind::B => Sender {
            from_name: "EpicCare Link",
            from_user: "no-reply",
            product: "EpicCare Link",
            desk: "Riverside help desk",
            desk_phone: "(518) 555-0134",
            address: ["Riverside Regional Hospital", "1200 River Road, Riverside, NY 12309"],
            wordings: WORDINGS_B,
        },
    }
}

/// A mail before SES gives it an id.
#[derive(Clone)]
pub(super) struct Letter {
    route: Route,
    code: String,
    /// The hospital's own message id; a second delivery of the same mail has the same.
    token: String,
    wording: (&'static str, &'static str),
    /// The domain whose signature passed; the hospital's own on honest mails.
    signed_by: &'static str,
    /// What the hospital's `Date` says.
    sent: Timestamp,
    /// What the servers on the way say.
    received: Timestamp,
}

impl Letter {
    /// The hospital's own mail.
    pub(super) fn honest(route: Route, code: &str, sent: Timestamp, received: Timestamp) -> Self {
        let wordings = sender(route.hospital).wordings;
        let wording = wordings[rand::rng().random_range(0..wordings.len())];
        let signed_by = route.hospital.mail_domain();
        let token = random_text(b"abcdefghijklmnopqrstuvwxyz0123456789", 20);
        Self { route, code: code.to_owned(), token, wording, signed_by, sent, received }
    }

    /// Looks like the hospital's, but another domain signed it.
    pub(super) fn forged(route: Route, code: &str, signed_by: &'static str, now: Timestamp) -> Self {
        Self { signed_by, ..Self::honest(route, code, now, now) }
    }

    /// The file's content under an SES message id of forty characters.
    pub(super) fn raw(&self, id: &str) -> String {
        let who = sender(self.route.hospital);
        let (subject, sentence) = self.wording;
        let year = self.sent.to_zoned(TimeZone::UTC).year();
        let boundary = format!("b_{}", &id[..16]);
        let sentence = sentence.replace("{}", &self.code);
        let headers = format!("{}{}", self.servers_headers(id), self.hospital_headers(subject, &boundary));
        let Sender { product, desk, desk_phone, address: [house, street], .. } = who;
        let text = format!(
            "{sentence}\n\nIf you did not try to log in to {product}, call the {desk} at {desk_phone}.\n\n\
             {house}\n{street}\n(c) {year} {house}\n"
        );
        let html = format!(
            "<html><body style=\"color:#222222\"><p>{}</p><p>If you did not try to log in to {product}, call the \
             {desk} at {desk_phone}.</p><p style=\"font-size:11px;color:#999999\">{house}<br>\
             {street}<br>&copy; {year}</p></body></html>\n",
            sentence.replace(&self.code, &format!("<b>{}</b>", self.code))
        );
        let body = format!(
            "--{boundary}\nContent-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: 7bit\n\n{text}\n\
             --{boundary}\nContent-Type: text/html; charset=\"UTF-8\"\nContent-Transfer-Encoding: 7bit\n\n{html}\n--{boundary}--\n"
        );
        format!("{headers}\n{body}").replace('\n', "\r\n")
    }

    /// What SES and Gmail put on top, newest first. A forged mail fails DMARC: the domain that signed
    /// is not the one it says it is from.
    fn servers_headers(&self, id: &str) -> String {
        let date = date_line(self.received);
        let (recipient, domain, signer) =
            (self.route.recipient, self.route.hospital.mail_domain(), self.signed_by);
        let honest = domain == signer;
        let dmarc = if honest { "pass" } else { "fail" };
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
             \u{20}dkim=pass header.i=@{signer};\n\
             \u{20}dmarc={dmarc} header.from={domain};\n\
             X-SES-RECEIPT: AEFBQUFBQUFBQUFI{id}\n\
             X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b=Zm9yd2FyZGVk; c=relaxed/simple; s=ses; d=amazonses.com; v=1;\n\
             Received: by mail-qt1-f171.google.com with SMTP id {}\n\
             \u{20}for <epic-codes@intake.dme.example>; {date}\n\
             X-Forwarded-To: epic-codes@intake.dme.example\n\
             X-Forwarded-For: {recipient} epic-codes@intake.dme.example\n\
             Delivered-To: {recipient}\n\
             Received: by 2002:a05:622a:1a8b with SMTP id s11csp; {date}\n\
             Return-Path: <bounce@{signer}>\n\
             Received: from mta2.{signer} (mta2.{signer} [192.0.2.25])\n\
             \u{20}by mx.google.com with ESMTPS id d75a77b69052e\n\
             \u{20}for <{recipient}>; {date}\n\
             Authentication-Results: mx.google.com;\n\
             \u{20}dkim=pass header.i=@{signer} header.s=mail1 header.b=QWxsR29v;\n\
             \u{20}spf=pass (google.com: domain of bounce@{signer} designates 192.0.2.25 as permitted sender) \
             smtp.mailfrom=bounce@{signer};\n\
             \u{20}dmarc={dmarc} (p=REJECT sp=REJECT dis=NONE) header.from={domain}\n",
            &id[..12]
        )
    }

    /// What the hospital wrote itself.
    fn hospital_headers(&self, subject: &str, boundary: &str) -> String {
        let Sender { from_name, from_user, .. } = sender(self.route.hospital);
        let (recipient, domain, signer) =
            (self.route.recipient, self.route.hospital.mail_domain(), self.signed_by);
        let date = date_line(self.sent);
        format!(
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={signer}; s=mail1;\n\
             \u{20}h=from:to:subject:date:message-id:mime-version:content-type;\n\
             \u{20}bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=QWxsR29vZE5vdGhpbmdUb1NlZUhlcmU=\n\
             From: {from_name} <{from_user}@{domain}>\n\
             To: {recipient}\n\
             Subject: {subject}\n\
             Date: {date}\n\
             Message-ID: <{}@mta2.{signer}>\n\
             MIME-Version: 1.0\n\
             Content-Type: multipart/alternative; boundary=\"{boundary}\"\n",
            self.token
        )
    }
}

fn date_line(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_crlf_throughout_and_carries_the_code_in_both_parts() {
        let now: Timestamp = "2026-11-20T14:20:00Z".parse().unwrap();
        for hospital in HospitalKind::BOTH {
            for wording in sender(hospital).wordings {
                let letter =
                    Letter { wording, ..Letter::honest(Route::of(hospital, false), "K7M2QX", now, now) };
                let mail = letter.raw(&"a1b2c3d4e5".repeat(4));
                assert_eq!(mail.matches('\n').count(), mail.matches("\r\n").count());
                assert_eq!(mail.matches("K7M2QX").count(), 2);
                let first = mail.find("Authentication-Results: amazonses.com").unwrap();
                assert!(first < mail.find("Authentication-Results: mx.google.com").unwrap());
                assert!(mail.contains("Fri, 20 Nov 2026 14:20:00 +0000"));
                assert!(mail.contains(&format!("dkim=pass header.i=@{}", hospital.mail_domain())));
            }
        }
    }

    #[test]
    fn a_forged_mail_fails_where_the_hospitals_passes() {
        let now: Timestamp = "2026-11-20T14:20:00Z".parse().unwrap();
        let route = Route::of(HospitalKind::A, false);
        let forged = Letter::forged(route, "K7M2QX", "elsewhere.example", now).raw(&"a1b2c3d4e5".repeat(4));
        assert!(forged.contains("From: CareLink <noreply@stclement.example>"));
        assert!(forged.contains("dkim=pass header.i=@elsewhere.example"));
        assert!(!forged.contains("header.i=@stclement.example") && forged.contains("dmarc=fail"));
    }
}

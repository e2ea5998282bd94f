//! Raw mails as Gmail forwards and SES stores them, and the events that tell of them. All of it is made up.

use serde_json::{Value, json};

pub(crate) const RECIPIENT: &str = "dme.codes+hospital-b@gmail.com";
pub(crate) const SENDER_DOMAIN: &str = "riverside.example";

/// A bucket that is nobody's.
pub(crate) const BUCKET: &str = "code-mails";

/// A mail of the hospital with a code.
pub(crate) fn code_mail(code: &str) -> String {
    let sender = format!("EpicCare Link <no-reply@{SENDER_DOMAIN}>");
    let body = format!("Your verification code is {code}.\n\nRiverside Regional Hospital, NY 12309\n");
    stored(SENDER_DOMAIN, &sender, RECIPIENT, "Your verification code", &body)
}

/// Gmail's question whether an account may forward, signed by `signer`.
pub(crate) fn confirmation(signer: &str) -> String {
    let subject = "(#987123456) Gmail Forwarding Confirmation - Receive Mail from dme.codes@gmail.com";
    let body = "dme.codes@gmail.com has requested to automatically forward mail to your email\n\
                address epic-codes@intake.dme.example.\nConfirmation code: 987123456\n\n\
                https://mail-settings.google.com/mail/vf-%5BANGjdJ9%5D-planted\n";
    let sender = "Gmail Team <forwarding-noreply@google.com>";
    stored(signer, sender, "epic-codes@intake.dme.example", subject, body)
}

fn stored(signer: &str, from: &str, to: &str, subject: &str, body: &str) -> String {
    let mail = format!(
        "Return-Path: <dme.codes+caf_=epic-codes=intake.dme.example@gmail.com>
Received: from mail-qv1-f46.google.com (mail-qv1-f46.google.com [209.85.219.46])
 by inbound-smtp.us-east-1.amazonaws.com with SMTP id 81fu1unjk93bm5cb0jlk23fll33spcvf3633l8qg
 for epic-codes@intake.dme.example;
 Fri, 20 Nov 2026 14:14:05 +0000 (UTC)
X-SES-Spam-Verdict: PASS
X-SES-Virus-Verdict: PASS
Received-SPF: pass (spfCheck: domain of gmail.com designates 209.85.219.46) client-ip=209.85.219.46;
Authentication-Results: amazonses.com;
 spf=pass (spfCheck: domain of gmail.com designates 209.85.219.46) client-ip=209.85.219.46;
 dkim=pass header.i=@{signer};
 dmarc=pass header.from={signer};
X-SES-RECEIPT: AEFBQUFBQUFBQUFHb2
X-Forwarded-To: epic-codes@intake.dme.example
Delivered-To: dme.codes@gmail.com
From: {from}
To: {to}
Subject: {subject}
Date: Fri, 20 Nov 2026 09:14:02 -0500
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8

{body}"
    );
    mail.replace('\n', "\r\n")
}

/// SES's own event for a mail.
pub(crate) fn told_by_ses(id: &str) -> Value {
    let pass = json!({ "status": "PASS" });
    json!({ "Records": [{
        "eventSource": "aws:ses",
        "eventVersion": "1.0",
        "ses": {
            "mail": {
                "timestamp": "2026-11-20T14:14:05.000Z",
                "source": "dme.codes@gmail.com",
                "messageId": id,
                "destination": ["epic-codes@intake.dme.example"],
                "headersTruncated": false,
                "headers": [{ "name": "Subject", "value": "planted words" }],
                "commonHeaders": { "from": ["planted words"], "subject": "planted words" }
            },
            "receipt": {
                "timestamp": "2026-11-20T14:14:05.000Z",
                "processingTimeMillis": 574,
                "recipients": ["epic-codes@intake.dme.example"],
                "spamVerdict": pass, "virusVerdict": pass, "spfVerdict": pass, "dkimVerdict": pass,
                "dmarcVerdict": pass,
                "action": { "type": "Lambda", "functionArn": "arn:aws:lambda:us-east-1:1:function:mail",
                            "invocationType": "Event" }
            }
        }
    }] })
}

/// S3's event for a mail below `inbox/`.
pub(crate) fn told_by_s3(bucket: &str, id: &str) -> Value {
    json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-11-20T14:14:06.001Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": { "name": bucket, "arn": format!("arn:aws:s3:::{bucket}") },
            "object": { "key": format!("inbox/{id}"), "size": 4711, "sequencer": "0055AED6DCD90281E5" }
        }
    }] })
}

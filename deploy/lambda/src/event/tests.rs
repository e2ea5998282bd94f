//! Events as AWS documents them, and what is none.

use super::*;
use domain::ports::ErrorClass;
use serde_json::json;

const ID: &str = "o3vrnil0e2ic28trm7dfhrc2v0cnbeccl4nbp0g1";

fn bucket() -> MailHome {
    MailHome::Bucket { bucket: "mails".into(), prefix: "in box/".into() }
}

/// SES developer guide, "Event data: top level", shortened to one header.
fn ses() -> Value {
    let pass = || json!({ "status": "PASS" });
    json!({ "Records": [{
        "eventSource": "aws:ses",
        "eventVersion": "1.0",
        "ses": {
            "mail": {
                "timestamp": "2026-11-20T14:14:05.123Z",
                "source": "0000014fbe1c09cf-7cb9f704-7531-4e53-89a1-5fa9744f5eb6-000000@amazonses.com",
                "messageId": ID,
                "destination": ["codes@intake.example"],
                "headersTruncated": false,
                "headers": [{ "name": "Subject", "value": "Your verification code is 482913" }],
                "commonHeaders": { "returnPath": "x@amazonses.com", "subject": "Your verification code is 482913" }
            },
            "receipt": {
                "timestamp": "2026-11-20T14:14:05.123Z",
                "processingTimeMillis": 574,
                "recipients": ["codes@intake.example"],
                "spamVerdict": pass(), "virusVerdict": pass(), "spfVerdict": pass(), "dkimVerdict": pass(),
                "dmarcVerdict": pass(),
                "action": { "type": "Lambda", "functionArn": "arn:aws:lambda:us-east-1:1:function:x",
                            "invocationType": "Event" }
            }
        }
    }] })
}

/// S3 user guide, "Event message structure".
fn s3_record(name: &str, bucket: &str, key: &str) -> Value {
    json!({
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-11-20T14:14:06.001Z",
        "eventName": name,
        "userIdentity": { "principalId": "AWS:AROA:ses" },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": { "x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8" },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "code mails",
            "bucket": { "name": bucket, "ownerIdentity": { "principalId": "A3NL1KOZZKExample" },
                        "arn": format!("arn:aws:s3:::{bucket}") },
            "object": { "key": key, "size": 4711, "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                        "sequencer": "0055AED6DCD90281E5" }
        }
    })
}

fn s3(records: &[Value]) -> Value {
    json!({ "Records": records })
}

fn created(key: &str) -> Value {
    s3_record("ObjectCreated:Put", "mails", key)
}

fn ids(event: &Value, home: &MailHome) -> (Vec<String>, usize) {
    let plan = plan(event, home).unwrap();
    (plan.mails.into_iter().map(|mail| mail.id).collect(), plan.passed_over)
}

#[test]
fn one_mail_has_one_id_and_one_place_whoever_tells_of_it() {
    let by_ses = plan(&ses(), &bucket()).unwrap().mails.remove(0);
    let by_s3 = plan(&s3(&[created(&format!("in+box/{ID}"))]), &bucket()).unwrap().mails.remove(0);
    assert_eq!((by_ses.id.as_str(), by_ses.key.as_str()), (ID, format!("in box/{ID}").as_str()));
    assert_eq!((&by_ses.id, &by_ses.key), (&by_s3.id, &by_s3.key));
    assert_eq!((by_ses.told_by, by_s3.told_by), (ToldBy::Ses, ToldBy::S3));
    assert_eq!(by_ses.stored_at, Some("2026-11-20T14:14:05.123Z".parse().unwrap()));
    assert_eq!(by_s3.stored_at, Some("2026-11-20T14:14:06.001Z".parse().unwrap()));
    // A folder stands for any bucket.
    let folder = MailHome::Folder("/mails".into());
    assert_eq!(plan(&ses(), &folder).unwrap().mails[0].key, ID);
    let in_a_bucket = s3(&[s3_record("ObjectCreated:Put", "any", &format!("a/b/{ID}"))]);
    assert_eq!(plan(&in_a_bucket, &folder).unwrap().mails[0].key, ID);
}

#[test]
fn records_are_taken_in_order_and_each_mail_once() {
    let put = |id: &str| created(&format!("in%20box/{id}"));
    let event = s3(&[
        put("b"),
        put("a"),
        put("b"),
        s3_record("s3:ObjectCreated:CompleteMultipartUpload", "mails", "in+box/c"),
    ]);
    assert_eq!(ids(&event, &bucket()), (vec!["b".into(), "a".into(), "c".into()], 0));
}

#[test]
fn what_is_no_new_mail_of_ours_is_passed_over() {
    let event = s3(&[
        s3_record("ObjectRemoved:Delete", "mails", "in+box/a"),
        s3_record("ObjectCreated:Put", "charts", "in+box/a"),
        created("a"),
        created("in+box/"),
        created("in+box/folder/a"),
        created("in+box/.hidden"),
        created("in+box/two%20words"),
        created("in+box/%zz"),
        created("in+box/%ff"),
    ]);
    assert_eq!(ids(&event, &bucket()), (vec![], 9));
    let mut odd = ses();
    odd["Records"][0]["ses"]["mail"]["messageId"] = "../../etc/passwd".into();
    assert_eq!(ids(&odd, &bucket()), (vec![], 1));
}

#[test]
fn an_odd_mails_event_is_taken_and_one_of_no_shape_is_refused_unshown() {
    // A mail without sender, date and verdicts.
    let bare = json!({ "Records": [{ "ses": { "mail": { "messageId": ID } } }] });
    assert_eq!(ids(&bare, &bucket()).0, [ID]);
    let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "mails" });
    assert_eq!(ids(&test, &bucket()), (vec![], 0));
    for event in [
        json!(null),
        json!([]),
        json!({}),
        json!({ "Records": [] }),
        json!({ "Records": "482913" }),
        json!({ "Records": [{ "Sns": { "Message": "482913" } }] }),
        json!({ "Records": [{ "ses": { "mail": { "messageId": 482913 } } }] }),
        json!({ "Records": [{ "eventName": "ObjectCreated:Put", "s3": { "bucket": {} } }] }),
        json!({ "Event": "482913" }),
    ] {
        let error = plan(&event, &bucket()).unwrap_err();
        assert_eq!(error.class, ErrorClass::Permanent, "{event}");
        assert!(!error.to_string().contains("482913"), "{error}");
    }
}

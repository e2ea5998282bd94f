//! Variables that are read, and every mistake at once.

use super::*;

fn variables(pairs: &[(&str, &str)]) -> Variables {
    let ours = [
        ("MAIL", "s3://mails/in"),
        ("STORE", "mongodb://connector@db.example/codes?tls=true"),
        ("MONGODB__PASSWORD", "env:PASSWORD"),
        ("KEYRING", "env:RING"),
        ("AWS__KMS_KEY", "arn:aws:kms:us-east-1:1:key/k"),
        ("PORTALS__ALBANY_MED__MFA_RECIPIENT", "codes+a@intake.example"),
        ("PORTALS__ALBANY_MED__MFA_SENDER_DOMAIN", "albany.example"),
    ];
    let mut variables: Variables =
        ours.iter().map(|(name, value)| (format!("{PREFIX}{name}"), (*value).to_owned())).collect();
    variables.insert("PASSWORD".into(), "hunter2".into());
    variables.insert("RING".into(), "{}\n".into());
    for (name, value) in pairs {
        let name = format!("{PREFIX}{name}");
        match *value {
            "" => variables.remove(&name),
            value => variables.insert(name, value.to_owned()),
        };
    }
    variables
}

#[test]
fn the_services_own_variables_are_read() {
    let settings = read(&variables(&[])).unwrap();
    assert_eq!(settings.mail, MailHome::Bucket { bucket: "mails".into(), prefix: "in/".into() });
    let store = Store::MongoDb {
        uri: "mongodb://connector@db.example/?tls=true".into(),
        database: "codes".into(),
        password: Some("hunter2".into()),
    };
    assert_eq!(settings.store, store);
    assert_eq!(settings.keyring.reveal(), "{}");
    assert_eq!(settings.wrapping, Wrapping::Kms("arn:aws:kms:us-east-1:1:key/k".into()));
    let account = MailAccount {
        recipient: "codes+a@intake.example".into(),
        sender_domain: "albany.example".into(),
        subject: None,
    };
    assert_eq!(settings.accounts, [account]);
    assert!(!format!("{settings:?}").contains("hunter2"));

    let local = [("MAIL", "dir:mails"), ("STORE", "sqlite:a.db"), ("AWS__KMS_KEY", ""), ("KEY_FILE", "k")];
    let settings = read(&variables(&local)).unwrap();
    assert_eq!(settings.mail, MailHome::Folder("mails".into()));
    assert_eq!(settings.store, Store::Sqlite("a.db".into()));
    assert_eq!(settings.wrapping, Wrapping::KeyFile("k".into()));
}

#[test]
fn every_mistake_is_told_at_once_and_no_value_is_shown() {
    for (pairs, words) in [
        (&[("MAIL", ""), ("STORE", "")][..], &["MAIL is missing", "STORE is missing"][..]),
        (
            &[("MAIL", "hunter2"), ("KEYRING", "hunter2")],
            &["MAIL must be s3://", "KEYRING must be a reference"],
        ),
        (&[("STORE", "mongodb://connector:hunter2@h/db")], &["MONGODB__PASSWORD"]),
        (&[("STORE", "mongodb://hunter2@")], &["STORE must be mongodb://"]),
        (&[("KEYRING", "env:hunter2")], &["KEYRING names a variable that is not set"]),
        (&[("AWS__KMS_KEY", "")], &["AWS__KMS_KEY is missing, and so is KEY_FILE"]),
        (
            &[("PORTALS__ALBANY_MED__MFA_SENDER_DOMAIN", "")],
            &["PORTALS__ALBANY_MED__MFA_SENDER_DOMAIN is missing"],
        ),
        (&[("PORTALS__ALBANY_MED__MFA_RECIPIENT", "")], &["PORTALS__NAME__MFA_RECIPIENT is missing"]),
        (&[("S3__PATH_STYLE", "hunter2")], &["S3__PATH_STYLE must be true or false"]),
        (&[("QUEUE", "hunter2")], &["QUEUE has no effect"]),
    ] {
        let error = read(&variables(pairs)).unwrap_err();
        for word in words {
            assert!(error.contains(word), "{word}: {error}");
        }
        assert!(!error.contains("hunter2"), "{error}");
    }
}

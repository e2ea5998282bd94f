//! Tables over whole configurations: what is accepted, and every mistake with its place.

use super::*;
use domain::fax::FaxFormat;
use domain::ports::FaxWanted;
use secrecy::ExposeSecret;
use std::time::Duration;

const PORTAL: &str = r#"
store = "sqlite:data/connector.db"
queue = "sqlite:data/connector.db"
blobs = "file:data/blobs"
mail = "dir:mail"
[portals.hospital-b]
profile = "hospital-b"
url = "http://127.0.0.1:9000"
username = "00123"
password = "file:hospital-b.password"
mfa = "mail"
mfa_recipient = "dme.codes+hospital-b@gmail.com"
mfa_sender_domain = "riverside.example"
accepted_terms = ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
poll_interval = "2s"
[destinations.folder]
path = "handover"
"#;

struct Case {
    dir: tempfile::TempDir,
    variables: Variables,
}

impl Case {
    fn new(text: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join("connector.toml"), text).expect("written");
        std::fs::write(dir.path().join("hospital-b.password"), "s3cret\n").expect("written");
        Self { dir, variables: Variables::new() }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    fn load(&self) -> Result<(Settings, Secrets), Mistakes> {
        Settings::load_with_secrets(Some(&self.dir.path().join("connector.toml")), &self.variables)
    }

    fn lines(&self) -> Vec<String> {
        let mistakes = self.load().expect_err("mistakes").to_string();
        mistakes
            .lines()
            .map(|line| line.split_once("connector.toml: ").map_or(line, |(_, l)| l).into())
            .collect()
    }
}

#[test]
fn the_simulators_configuration_loads_as_it_is() {
    let case = Case::new(PORTAL);
    let (settings, secrets) = case.load().expect("loads");
    let name = PortalName::new("hospital-b");
    let portal = &settings.portals[&name];
    assert_eq!(portal.username, "00123");
    assert_eq!(portal.poll_interval, Duration::from_secs(2));
    assert_eq!(settings.store, StoreAddress::Sqlite(case.dir.path().join("data/connector.db")));
    assert_eq!(settings.mail, MailAddress::Folder(case.dir.path().join("mail")));
    assert_eq!(secrets[&name].password.expose_secret(), "s3cret");
    assert!(!format!("{settings:?}{secrets:?}").contains("s3cret"));
    let destination = &settings.destinations[&DestinationName::new("folder")];
    assert_eq!(destination.kind, DestinationKind::Folder { path: case.dir.path().join("handover") });
}

#[test]
fn five_mistakes_are_reported_at_once_each_with_its_place() {
    let text = PORTAL
        .replace("store =", "stroe =")
        .replace("poll_interval = \"2s\"", "poll_interval = 2")
        .replace("file:data/blobs", "s4://bucket/prefix")
        .replace("hospital-b.password", "nowhere.password")
        .replace("mfa_recipient = \"dme.codes+hospital-b@gmail.com\"", "");
    let lines = Case::new(&text).lines();
    assert_eq!(lines.len(), 5, "{lines:#?}");
    assert_eq!(lines[0], "blobs: expected \"file:PATH\" or \"s3://BUCKET/PREFIX\"");
    assert_eq!(lines[1], "portals.hospital-b.mfa_recipient: is missing; mfa = \"mail\" needs it");
    assert!(lines[2].starts_with("portals.hospital-b.password: ") && lines[2].contains("nowhere.password"));
    assert_eq!(lines[3], "portals.hospital-b.poll_interval: expected a text in quotes, found a whole number");
    assert_eq!(lines[4], "stroe: unknown key; did you mean `store`?");
}

#[test]
fn each_mistake_is_told_in_its_own_words() {
    for (from, to, expected) in [
        ("username =", "user_name =", "portals.hospital-b.user_name: unknown key; did you mean `username`?"),
        (
            "[destinations.folder]",
            "[destination.folder]",
            "destination: unknown key; did you mean `destinations`?",
        ),
        ("path =", "pathh =", "destinations.folder.pathh: unknown key; did you mean `path`?"),
        ("\"mail\"", "\"sms\"", "portals.hospital-b.mfa: expected one of mail, totp, person"),
        ("\"mail\"", "\"totp\"", "portals.hospital-b.totp_secret: is missing; mfa = \"totp\" needs it"),
        ("profile = \"hospital-b\"", "profile = \"hospital-bb\"", "did you mean `hospital-b`?"),
        (
            "http://127.0.0.1:9000",
            "http://10.0.0.1",
            "portals.hospital-b.url: http is accepted for this machine",
        ),
        ("http://127.0.0.1:9000", "ftp://x", "portals.hospital-b.url: expected an address"),
        ("\"00123\"", "123", "portals.hospital-b.username: expected a text in quotes"),
        ("[\"e3b0", "[\"zzz", "portals.hospital-b.accepted_terms: expected SHA-256"),
        ("file:hospital-b.password", "s3cret", "password: a secret is given by reference only"),
        ("file:hospital-b.password", "aws-sm:x", "password: secrets of AWS Secrets Manager"),
        ("file:hospital-b.password", "env:NOT_SET", "password: the variable NOT_SET is not set"),
        ("portals.hospital-b]", "portals.\"Hospital B\"]", "expected a name of a-z, 0-9 and -"),
        ("store = ", "store ", "line 2: no valid TOML"),
        ("\n[portals", "\nocr = 1\n[portals", "ocr: expected a section, found a whole number"),
        ("\n[portals", "\n[work]\nlease = \"2 days\"\n[portals", "work.lease: expected a duration"),
        (
            "\n[portals",
            "\n[health]\nlisten = \"0.0.0.0:80\"\n[portals",
            "health.listen: only addresses of this machine",
        ),
        (
            "\n[portals",
            "\n[telemetry]\nlog_filter = \"a=b=c\"\n[portals",
            "telemetry.log_filter: expected a filter",
        ),
    ] {
        let text = PORTAL.replacen(from, to, 1);
        assert_ne!(text, PORTAL, "{from}");
        let lines = Case::new(&text).lines();
        assert!(lines.iter().any(|line| line.contains(expected)), "{expected}: {lines:#?}");
        assert!(lines.iter().all(|line| !line.contains("s3cret")), "{lines:#?}");
    }
}

const FAX: &str = r#"
[destinations.fax]
kind = "fax_pipeline"
files = "file:fax/in"
queue = "dir:fax/outbox"
called_number = "+1 (518) 555-0100"
"#;

#[test]
fn a_fax_pipeline_takes_folders_or_a_bucket_and_a_queue() {
    let fax = |case: &Case| {
        let (settings, _) = case.load().expect("loads");
        let destination = settings.destinations[&DestinationName::new("fax")].clone();
        assert_eq!(settings.folder_destinations(), [case.dir.path().join("handover")]);
        match destination.kind {
            DestinationKind::FaxPipeline(fax) => fax,
            DestinationKind::Folder { .. } => panic!("a fax pipeline"),
        }
    };
    let case = Case::new(&format!("{PORTAL}{FAX}"));
    let folders = fax(&case);
    assert_eq!(folders.files, BlobAddress::Folder(case.dir.path().join("fax/in")));
    assert_eq!(folders.queue, FaxQueueAddress::Folder(case.dir.path().join("fax/outbox")));
    assert_eq!((folders.called_number.as_str(), folders.caller_id), ("+1 (518) 555-0100", None));
    let servers = FAX
        .replace("file:fax/in", "s3://dme/fax/in")
        .replace("dir:fax/outbox", "sqs:prod_fax_in.fifo")
        .replace("called_number", "caller_id = \"EPIC\"\nkms_key = \"alias/fax\"\ncalled_number");
    let servers = fax(&Case::new(&format!("{PORTAL}{servers}")));
    assert_eq!(servers.files, BlobAddress::S3 { bucket: "dme".into(), prefix: "fax/in".into() });
    assert_eq!(servers.queue, FaxQueueAddress::Sqs { name: "prod_fax_in.fifo".into() });
    assert_eq!((servers.caller_id.as_deref(), servers.kms_key.as_deref()), (Some("EPIC"), Some("alias/fax")));
    assert_eq!(servers.scan, None);
    for (scan, megabytes) in [("scan = \"tiff\"", 10), ("scan = \"tiff\"\nscan_megabytes_max = 3", 3)] {
        let text = FAX.replace("called_number", &format!("{scan}\ncalled_number"));
        let wanted = FaxWanted { format: FaxFormat::Tiff, bytes_max: megabytes * 1024 * 1024 };
        assert_eq!(fax(&Case::new(&format!("{PORTAL}{text}"))).scan, Some(wanted));
    }
}

#[test]
fn each_mistake_of_a_fax_pipeline_is_told_in_its_own_words() {
    for (from, to, expected) in [
        ("fax_pipeline", "fax_pipline", "fax.kind: there is no such kind; did you mean `fax_pipeline`?"),
        ("fax_pipeline", "brightree", "fax.kind: there is no such kind; known: fax_pipeline, folder"),
        ("fax_pipeline", "folder", "fax.path: is missing"),
        ("called_number", "caled_number", "fax.caled_number: unknown key; did you mean `called_number`?"),
        ("called_number", "caled_number", "fax.called_number: is missing"),
        ("+1 (518) 555-0100", "front desk", "fax.called_number: expected a telephone number"),
        ("file:fax/in", "fax/in", "fax.files: expected \"file:PATH\" or \"s3://BUCKET/PREFIX\""),
        ("dir:fax/outbox", "fax/outbox", "fax.queue: expected \"dir:PATH\" or \"sqs:NAME\""),
        ("dir:fax/outbox", "sqs:a/b", "fax.queue: a queue's name has up to 80 letters"),
        ("called_number", "kms_key = \"k\"\ncalled_number", "fax.kms_key: goes with files = \"s3://…\" only"),
        ("called_number", "scan = \"tif\"\ncalled_number", "fax.scan: expected one of no, tiff, pdf"),
        (
            "called_number",
            "scan_megabytes_max = 4\ncalled_number",
            "fax.scan_megabytes_max: goes with scan =",
        ),
        ("called_number", "bucket_owner = \"me\"\ncalled_number", "fax.bucket_owner: expected the 12 digits"),
        (
            "called_number",
            "caller_id = \"the EPIC portal of Riverside\"\ncalled_number",
            "fax.caller_id: expected up to 20 plain characters",
        ),
    ] {
        let lines = Case::new(&format!("{PORTAL}{}", FAX.replacen(from, to, 1))).lines();
        assert!(lines.iter().any(|line| line.contains(expected)), "{expected}: {lines:#?}");
        assert!(lines.len() <= 4, "a misspelt kind is one mistake: {lines:#?}");
    }
}

#[test]
fn the_environment_overrides_the_file_and_texts_stay_texts() {
    let case = Case::new(PORTAL)
        .with("EPIC_CONNECTOR__PORTALS__HOSPITAL_B__USERNAME", "00456")
        .with("EPIC_CONNECTOR__OCR__WORKERS", "3")
        .with("EPIC_CONNECTOR__DESTINATIONS__FOLDER__PATH", "/srv/handover")
        .with("EPIC_CONNECTOR_OTHER", "ignored")
        .with("UNRELATED", "ignored");
    let (settings, _) = case.load().expect("loads");
    assert_eq!(settings.portals[&PortalName::new("hospital-b")].username, "00456");
    assert_eq!(settings.ocr.workers, 3);
    let folder = DestinationKind::Folder { path: "/srv/handover".into() };
    assert_eq!(settings.destinations[&DestinationName::new("folder")].kind, folder);
}

#[test]
fn a_mistake_of_the_environment_names_its_variable() {
    let case = Case::new(PORTAL)
        .with("EPIC_CONNECTOR__STROE", "sqlite:x")
        .with("EPIC_CONNECTOR__OCR__WORKERS", "many");
    let lines = case.lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert_eq!(lines[0], "environment: EPIC_CONNECTOR__OCR__WORKERS: expected a whole number from 1 to 64");
    assert_eq!(lines[1], "environment: EPIC_CONNECTOR__STROE: unknown key; did you mean `store`?");
}

#[test]
fn the_defaults_alone_are_complete_but_no_service() {
    let settings = Settings::load(None, &Variables::new()).expect("loads");
    assert!(settings.portals.is_empty() && settings.ocr.workers >= 1);
    let defaults = domain::retry::RetryPolicy::default();
    assert_eq!(settings.work.retry, defaults, "config/default.toml and the domain agree");
    let mistakes = Settings::load_with_secrets(None, &Variables::new()).expect_err("no portal");
    assert_eq!(mistakes.0.len(), 2, "{mistakes}");
}

#[test]
fn a_file_that_is_not_there_is_one_mistake() {
    let mistakes = Settings::load(Some(Path::new("/nowhere/c.toml")), &Variables::new()).expect_err("none");
    assert!(mistakes.to_string().starts_with("/nowhere/c.toml: cannot be read"), "{mistakes}");
}

#[test]
fn the_guide_explains_every_default_and_its_example_loads() {
    let guide = include_str!("../../docs/configuration.md");
    let defaults: toml::Table = include_str!("../../config/default.toml").parse().expect("TOML");
    for (section, value) in &defaults {
        let keys = match value {
            toml::Value::Table(table) => table.keys().map(|key| format!("`{section}.{key}`")).collect(),
            _ => vec![format!("`{section}`")],
        };
        for key in keys {
            assert!(guide.contains(&format!("| {key} |")), "docs/configuration.md says nothing of {key}");
        }
    }
    let example =
        guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let case = Case::new(example);
    Settings::load(Some(&case.dir.path().join("connector.toml")), &Variables::new())
        .expect("the example loads");
}

const MODEL: &str = r#"
[model]
address = "https://api.openai.com/v1"
name = "small"
hosts = ["api.openai.com"]
key = "file:model.key"
price_input = "0.40"
price_output = "1.60"
"#;

#[test]
fn a_model_is_off_without_an_address_and_bounded_with_one() {
    assert_eq!(Case::new(PORTAL).load().expect("loads").0.model, None);
    let case = Case::new(&format!("{PORTAL}{MODEL}"));
    std::fs::write(case.dir.path().join("model.key"), "s3cret-key\n").expect("written");
    let (settings, _) = case.load().expect("loads");
    assert!(!format!("{settings:?}").contains("s3cret-key"));
    let model = settings.model.expect("on");
    assert_eq!(model.key.as_ref().map(|key| key.reveal().as_str()), Some("s3cret-key"));
    assert_eq!((model.limits.prices.input, model.limits.prices.output), (400_000, 1_600_000));
    assert_eq!((model.limits.order_micro_usd, model.limits.day_micro_usd), (250_000, 20_000_000));
    assert_eq!((model.timeout, model.retries), (Duration::from_secs(60), 2));
    assert!(!model.limits.may_satisfy_rules && model.deterministic);
    // Verbs that only look at data need no key.
    let file = case.dir.path().join("connector.toml");
    std::fs::remove_file(case.dir.path().join("model.key")).expect("removed");
    let looked = Settings::load(Some(&file), &case.variables).expect("loads").model.expect("on");
    assert_eq!(looked.key, None);
}

#[test]
fn a_model_to_which_text_must_not_go_is_refused() {
    for (from, to, expected) in [
        (
            "hosts = [\"api.openai.com\"]",
            "hosts = [\"other.example\"]",
            "model.hosts: the host api.openai.com is not",
        ),
        ("hosts = [\"api.openai.com\"]", "", "model.hosts: the host api.openai.com is not"),
        (
            "https://api.openai.com/v1",
            "http://api.openai.com/v1",
            "model.address: the model's address is not https",
        ),
        ("https://api.openai.com/v1", "openai", "model.address: the model's address is none"),
        ("name = \"small\"", "", "model.name: is missing"),
        ("price_input = \"0.40\"", "", "model.price_input: is missing"),
        ("price_input = \"0.40\"", "price_input = \"cheap\"", "model.price_input: expected dollars"),
        ("price_output", "price_ouput", "did you mean `price_output`?"),
        ("file:model.key", "sk-123456", "model.key: a secret is given by reference only"),
        ("file:model.key", "env:NOWHERE", "model.key: the variable NOWHERE is not set"),
        ("[model]", "[model]\nretries = 99", "model.retries: expected a whole number from 0 to 10"),
        (
            "[model]",
            "[model]\ntoken_limit = \"tokens\"",
            "model.token_limit: expected one of max_completion_tokens",
        ),
        ("[model]", "[model]\nspend_per_day = \"-1\"", "model.spend_per_day: expected dollars"),
    ] {
        let case = Case::new(&format!("{PORTAL}{}", MODEL.replace(from, to)));
        std::fs::write(case.dir.path().join("model.key"), "key\n").expect("written");
        let lines = case.lines();
        assert!(lines.iter().any(|line| line.contains(expected)), "{expected} in {lines:#?}");
        assert!(!lines.join(" ").contains("sk-123456"));
    }
}

//! What stands between us and a locked account.

use crate::support::{Connector, Hospital};
use simulator::FaultPlan;
use std::time::Duration;

const LONG: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_submitted_once_however_often_the_service_starts() {
    let hospital = Hospital::start(1, 1, FaultPlan::default()).await;
    std::fs::write(hospital.folder().join("hospital-b.password"), "not the password").expect("written");
    for start in 0..10 {
        let mut connector = Connector::start(&hospital, &[]);
        let status = connector.wait(LONG);
        assert_eq!(
            status.code(),
            Some(3),
            "start {start} must end waiting for a person:\n{}",
            connector.log()
        );
        assert_eq!(hospital.stats().password_submissions, 1, "after start {start}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_from_an_authenticator_logs_in() {
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let hospital =
        Hospital::start(1, 2, FaultPlan { totp_secret: Some(secret.to_owned()), ..FaultPlan::default() })
            .await;
    let config = std::fs::read_to_string(hospital.config()).expect("the configuration");
    let config = config.replace("mfa = \"mail\"", "mfa = \"totp\"\ntotp_secret = \"env:TOTP_SECRET\"");
    let without_mail: String =
        config.lines().filter(|line| !line.starts_with("mfa_")).map(|line| format!("{line}\n")).collect();
    std::fs::write(hospital.config(), without_mail).expect("written");
    let mut connector = Connector::start(&hospital, &[("TOTP_SECRET", secret)]);
    connector.wait(LONG);
    let stats = hospital.stats();
    assert_eq!((stats.logins, stats.codes_sent), (1, 0), "{}", connector.log());
}

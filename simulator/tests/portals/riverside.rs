//! The portal from outside: login, lists, identity of documents, session end, faults.

use crate::support::{Visit, browser, code_in, location};
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use simulator::{ExpiryStyle, FaultPlan};

async fn alert(reply: reqwest::Response) -> String {
    let page = reply.text().await.unwrap();
    crate::support::between(&page, "<div role=\"alert\">", "</div>").to_owned()
}

#[tokio::test]
async fn a_visitor_logs_in_reads_charts_and_marks_messages_done() {
    let visit = Visit::logged_in(12, 7, FaultPlan::default()).await;
    let rows = visit.all_rows().await;
    let truth = visit.simulator.truth();
    // Messages and documents that come late are in the truth, not yet in the portal.
    assert!((12..=truth.messages.len()).contains(&rows.len()), "{} rows", rows.len());
    for row in &rows {
        let message = truth.messages.iter().find(|m| row["messageId"] == m.message_id.as_str()).unwrap();
        assert_eq!(row["patient"]["name"], message.patient.name);
        let opened = visit.open(row["patient"]["patId"].as_str().unwrap()).await;
        if opened["banner"].is_null() {
            continue;
        }
        assert_eq!(opened["banner"]["mrn"], message.patient.mrn);
        let mut listed = Vec::new();
        let chart = row["patient"]["patId"].as_str().unwrap();
        for section in ["snapshot", "orders", "notes", "media", "encounters"] {
            listed.extend(visit.pages(&format!("/api/chart/{chart}/{section}")).await);
        }
        let mut expected = message.documents.iter().map(|d| d.id.as_str());
        let in_order = listed.iter().all(|row| expected.any(|id| row["id"] == id));
        assert!(in_order && listed.len() + 3 > message.documents.len(), "{listed:?}");
    }
    for row in &rows {
        let done = format!("/api/inbasket/messages/{}/done", row["messageId"].as_str().unwrap());
        for _ in 0..2 {
            assert_eq!(visit.post(&done, serde_json::Value::Null).await.status(), StatusCode::NO_CONTENT);
        }
    }
    assert_eq!(visit.json("/api/inbasket/folders").await["folders"].as_array().unwrap().len(), 0);
    let stats = visit.simulator.stats();
    assert_eq!((stats.logins, stats.password_submissions, stats.codes_sent), (1, 1, 1));
    assert_eq!((stats.sessions_live, stats.max_concurrent_sessions, stats.done.len()), (1, 1, rows.len()));
    visit.simulator.stop().await;
}

#[tokio::test]
async fn documents_of_the_open_chart_are_served_and_no_others() {
    let visit = Visit::logged_in(6, 3, FaultPlan::default()).await;
    let rows = visit.all_rows().await;
    let mine = &visit.simulator.truth().messages[0];
    let other = visit.simulator.truth().messages.iter().find(|m| m.patient.mrn != mine.patient.mrn).unwrap();
    let row = rows.iter().find(|row| row["messageId"] == mine.message_id).unwrap();

    let first = format!("/documents/{}/content", mine.documents[0].id);
    assert_eq!(visit.get(&first).await.status(), StatusCode::NOT_FOUND, "no chart is open yet");
    visit.open(row["patient"]["patId"].as_str().unwrap()).await;
    for document in &mine.documents {
        let viewer = visit.get(&format!("/viewer/{}", document.id)).await.text().await.unwrap();
        assert!(viewer.contains(&mine.patient.mrn));
        let reply = visit.get(&format!("/documents/{}/content", document.id)).await;
        let kind = reply.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
        let bytes = reply.bytes().await.unwrap();
        match document.format {
            simulator::Format::Html => {
                assert_eq!(kind, "text/html; charset=utf-8");
                assert!(String::from_utf8_lossy(&bytes).contains(&format!("Doc {}", document.id)));
            }
            _ => {
                assert_eq!(kind, "application/pdf");
                assert!(bytes.starts_with(b"%PDF-"));
            }
        }
    }
    for document in &other.documents {
        for path in [format!("/viewer/{}", document.id), format!("/documents/{}/content", document.id)] {
            assert_eq!(visit.get(&path).await.status(), StatusCode::NOT_FOUND);
        }
    }
    let served = visit.simulator.stats().documents_served;
    assert_eq!(served.len(), mine.documents.len());
    assert!(served.values().all(|count| *count == 1));
}

#[tokio::test]
async fn three_wrong_codes_end_the_attempt_and_a_resend_voids_the_older_code() {
    let mut visit = Visit::begin(2, 1, FaultPlan::default()).await;
    visit.password(&visit.stored_password()).await;
    assert_eq!(location(&visit.form("/terms", &[]).await), "/EpicCareLink/verify");
    let first = visit.mails();
    assert_eq!(location(&visit.form("/verify/resend", &[]).await), "/EpicCareLink/verify");
    assert_eq!(visit.mails().len(), 2);
    let void = code_in(first.iter().next().unwrap());
    for _ in 0..2 {
        assert_eq!(
            alert(visit.form("/verify", &[("code", &void)]).await).await,
            "The code you entered is incorrect."
        );
    }
    let thrown_out = location(&visit.form("/verify", &[("code", &void)]).await);
    let page = visit.client.get(format!("{}{thrown_out}", visit.simulator.base_url())).send().await.unwrap();
    assert_eq!(alert(page).await, "Too many incorrect codes. Please log in again.");
    assert_eq!(visit.simulator.stats().codes_wrong, 3);
    visit.log_in().await;
}

#[tokio::test]
async fn the_fifth_wrong_password_locks_and_a_changed_password_unlocks() {
    let visit = Visit::begin(2, 1, FaultPlan::default()).await;
    for _ in 0..4 {
        assert_eq!(alert(visit.password("no").await).await, "Invalid user ID or password.");
    }
    let locked = "Your account has been locked. Contact your site administrator.";
    assert_eq!(alert(visit.password("no").await).await, locked);
    assert_eq!(alert(visit.password(&visit.stored_password()).await).await, locked);
    visit.admin("/password?value=Another-One").await;
    assert_eq!(alert(visit.password(&visit.stored_password()).await).await, "Invalid user ID or password.");
    assert_eq!(location(&visit.password("Another-One").await), "/EpicCareLink/terms");
}

#[tokio::test]
async fn an_expired_password_has_to_be_changed_first() {
    let visit = Visit::begin(2, 1, FaultPlan { password_expired: true, ..FaultPlan::default() }).await;
    assert_eq!(location(&visit.password(&visit.stored_password()).await), "/EpicCareLink/password-expired");
    assert_eq!(location(&visit.get("/home").await), "/EpicCareLink/password-expired");
    let refused =
        visit.form("/password-expired", &[("new_password", "short"), ("confirm_password", "short")]).await;
    assert!(alert(refused).await.contains("shorter"));
    let fields = [("new_password", "Long-Enough-1"), ("confirm_password", "Long-Enough-1")];
    assert_eq!(location(&visit.form("/password-expired", &fields).await), "/EpicCareLink/terms");
}

#[tokio::test]
async fn a_session_ends_as_a_redirect_or_as_a_login_page() {
    let mut visit = Visit::logged_in(2, 1, FaultPlan::default()).await;
    visit.admin("/expire?as=redirect").await;
    assert_eq!(location(&visit.get("/api/inbasket/folders").await), "/EpicCareLink/login?expired=1");
    assert_eq!(alert(visit.get("/login?expired=1").await).await, "Your session has ended.");

    visit.log_in().await;
    visit.admin("/expire?as=page").await;
    let reply = visit.get("/api/inbasket/folders").await;
    assert_eq!(reply.status(), StatusCode::OK);
    assert!(reply.headers()[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    assert!(reply.text().await.unwrap().contains("id=\"login-form\""));
    let stats = visit.simulator.stats();
    assert_eq!((stats.sessions_live, stats.sessions_expired, stats.terms_accepted), (0, 2, 1));
}

#[tokio::test]
async fn alternate_expiry_takes_turns_and_inactivity_ends_a_session() {
    let plan = FaultPlan { expiry_style: ExpiryStyle::Alternate, ..FaultPlan::default() };
    let mut visit = Visit::logged_in(2, 1, plan).await;
    visit.admin("/advance?seconds=890").await;
    assert_eq!(visit.get("/home").await.status(), StatusCode::OK);
    visit.admin("/advance?seconds=901").await;
    assert_eq!(visit.get("/home").await.status(), StatusCode::FOUND);
    visit.log_in().await;
    visit.simulator.expire_sessions();
    assert_eq!(visit.get("/api/chart/P1/orders").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn sessions_keep_their_own_open_charts_and_posts_need_the_token() {
    let mut visit = Visit::logged_in(6, 3, FaultPlan::default()).await;
    let rows = visit.all_rows().await;
    let patients: Vec<&str> = rows.iter().map(|row| row["patient"]["patId"].as_str().unwrap()).collect();
    visit.open(patients[0]).await;
    let first = std::mem::replace(&mut visit.client, browser());
    visit.log_in().await;
    visit.open(patients[1]).await;
    let url = |patient: usize| format!("{}/api/chart/{}/orders", visit.base, patients[patient]);
    for (browser, own, other) in [(&visit.client, 1, 0), (&first, 0, 1)] {
        let list: serde_json::Value = browser.get(url(own)).send().await.unwrap().json().await.unwrap();
        assert_eq!(list["banner"]["mrn"], rows[own]["patient"]["mrn"]);
        assert_eq!(browser.get(url(other)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    }
    // A second chart beside the first: each list is of whom it was asked for.
    visit.open(patients[0]).await;
    for own in [0, 1] {
        let list: serde_json::Value = visit.client.get(url(own)).send().await.unwrap().json().await.unwrap();
        assert_eq!(list["banner"]["mrn"], rows[own]["patient"]["mrn"]);
    }
    assert_eq!(visit.simulator.stats().max_concurrent_sessions, 2);

    let untold = visit.client.post(format!("{}/api/chart/open", visit.base)).body("{}").send().await.unwrap();
    assert_eq!(untold.status(), StatusCode::FORBIDDEN);
    assert_eq!(visit.simulator.stats().csrf_refused, 1);
}

#[tokio::test]
async fn faults_strike_where_the_plan_says() {
    let plan = FaultPlan { bad_gateway_every: 3, truncate_every: 2, ..FaultPlan::default() };
    let visit = Visit::logged_in(1, 1, plan).await;
    let statuses = [
        visit.get("/api/inbasket/folders").await.status(),
        visit.get("/api/inbasket/folders").await.status(),
        visit.get("/api/inbasket/folders").await.status(),
    ];
    assert_eq!(statuses, [StatusCode::OK, StatusCode::OK, StatusCode::BAD_GATEWAY]);

    let quiet = r#"{"truncate_every": 2}"#;
    let url = format!("{}/_sim/faults", visit.simulator.base_url());
    assert_eq!(visit.client.post(&url).body(quiet).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(
        visit.client.post(&url).body("{\"x\":1}").send().await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );

    visit.open(visit.all_rows().await[0]["patient"]["patId"].as_str().unwrap()).await;
    let path = format!("/documents/{}/content", visit.simulator.truth().messages[0].documents[0].id);
    assert!(visit.get(&path).await.bytes().await.is_ok());
    let cut = visit.get(&path).await;
    assert_eq!(cut.status(), StatusCode::OK);
    assert!(cut.bytes().await.is_err(), "half a document passed for a whole one");
    let stats = visit.simulator.stats();
    assert_eq!(stats.documents_truncated.values().sum::<u64>(), 1);
    assert_eq!(stats.documents_served.values().sum::<u64>(), 1);
}

#[tokio::test]
async fn sessions_end_before_the_listed_requests_and_every_reply_is_numbered() {
    let plan = FaultPlan { expire_session_after_requests: vec![8], ..FaultPlan::default() };
    let visit = Visit::begin(1, 1, plan).await;
    for number in 1..=3_u64 {
        let reply = visit.get("/login").await;
        assert_eq!(reply.headers()["X-Request-Id"].to_str().unwrap(), number.to_string());
    }
    let mut visit = visit;
    // Requests 4 to 7: password, terms, code, home.
    visit.log_in().await;
    assert_eq!(visit.get("/home").await.status(), StatusCode::FOUND);
}

#[tokio::test]
async fn an_authenticator_app_replaces_the_mail_and_each_of_its_codes_works_once() {
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let plan = FaultPlan { totp_secret: Some(secret.to_owned()), ..FaultPlan::default() };
    let visit = Visit::begin(1, 1, plan).await;
    let config = std::fs::read_to_string(visit.folder.path().join("connector.toml")).unwrap();
    assert!(config.contains("mfa = \"totp\""));
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::try_from_base32(secret).unwrap())
        .build()
        .unwrap();
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    let code = totp.generate(now).to_string();

    assert_eq!(location(&visit.password(&visit.stored_password()).await), "/EpicCareLink/terms");
    assert_eq!(location(&visit.form("/terms", &[]).await), "/EpicCareLink/verify");
    assert!(visit.get("/verify").await.text().await.unwrap().contains("authenticator app"));
    assert_eq!(location(&visit.form("/verify", &[("code", &code)]).await), "/EpicCareLink/home");
    assert_eq!(location(&visit.password(&visit.stored_password()).await), "/EpicCareLink/verify");
    let again = visit.form("/verify", &[("code", &code)]).await;
    assert_eq!(alert(again).await, "The code you entered is incorrect.");
    assert!(visit.mails().is_empty());
}

#[tokio::test]
async fn the_configuration_names_the_portal_and_the_terms_as_shown() {
    let visit = Visit::begin(1, 1, FaultPlan::default()).await;
    let config: toml::Table =
        toml::from_str(&std::fs::read_to_string(visit.folder.path().join("connector.toml")).unwrap())
            .unwrap();
    let portal = config["portals"]["hospital-b"].as_table().unwrap();
    assert_eq!(portal["url"].as_str().unwrap(), visit.simulator.base_url());
    visit.password(&visit.stored_password()).await;
    let page = visit.get("/terms").await.text().await.unwrap();
    let shown = crate::support::between(&page, "<div id=\"terms-text\">", "</div>")
        .replace("<p>", "")
        .replace("</p>", "");
    let normalised = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let digest = <sha2::Sha256 as sha2::Digest>::digest(normalised.as_bytes());
    let hash = data_encoding::HEXLOWER.encode(&digest);
    assert_eq!(portal["accepted_terms"][0].as_str().unwrap(), hash);
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(visit.folder.path().join("hospital-b.password")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_taken_port_and_an_unwritable_folder_are_named_with_a_way_out() {
    let visit = Visit::begin(1, 1, FaultPlan::default()).await;
    let port = visit.simulator.base_url().rsplit(':').next().unwrap().parse().unwrap();
    let mut options = crate::support::options(&visit.folder, 1, 1, FaultPlan::default());
    options.port = port;
    let error = simulator::Simulator::start(options.clone()).await.err().unwrap().to_string();
    assert!(error.contains(&port.to_string()) && error.contains("another port"), "{error}");

    options.port = 0;
    options.out = visit.folder.path().join("truth.json").join("below-a-file");
    let error = simulator::Simulator::start(options).await.err().unwrap().to_string();
    assert!(error.contains("cannot write") && error.contains("--out"), "{error}");
}

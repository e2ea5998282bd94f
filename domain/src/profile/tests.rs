//! The shipped profiles are sound, and every kind of mistake is found in one run.

use super::*;

const A: &str = include_str!("../../../config/portals/hospital-a.toml");
const B: &str = include_str!("../../../config/portals/hospital-b.toml");

fn profile(text: &str) -> Profile {
    toml::from_str(text).unwrap()
}

/// The mistakes of a shipped profile in which one text was replaced by another.
fn mistakes(text: &str, from: &str, to: &str) -> Vec<String> {
    assert!(text.contains(from), "{from} is not in the profile");
    profile(&text.replacen(from, to, 1)).validate().iter().map(ToString::to_string).collect()
}

#[test]
fn the_shipped_profiles_are_sound() {
    assert_eq!(profile(A).validate(), vec![]);
    assert_eq!(profile(B).validate(), vec![]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mut profile = profile(B);
    profile.zone = "Mars/Olympus".into();
    profile.politeness.parallel_requests = 0;
    profile.politeness.quiet_hours = vec!["22 to 5".into()];
    profile.formats.dates = vec!["%m/%d".into()];
    profile.done_outcomes = vec!["done".into()];
    profile.login.pages.retain(|page| page.page != RecognisedPage::Home);
    profile.sections[0].id = Value::Short("span.id".into());
    let at: Vec<String> = profile.validate().into_iter().map(|mistake| mistake.at).collect();
    assert_eq!(
        at,
        [
            "zone",
            "done_outcomes[0]",
            "politeness.parallel_requests",
            "politeness.quiet_hours",
            "formats.dates[0]",
            "login.pages",
            "sections[0].id",
        ]
    );
}

#[test]
fn an_unknown_key_is_refused() {
    let text = B.replace("stateless = true", "stateless = true\nstateles = true");
    let error = toml::from_str::<Profile>(&text).unwrap_err().to_string();
    assert!(error.contains("stateles"), "{error}");
}

/// Every rule: profile, what is replaced, what by, the key and words of the only mistake.
const RULES: &[(&str, &str, &str, &str)] = &[
    // Of the whole.
    (B, "stateless = true", "stateless = false", "politeness.open_charts: must be 1 unless stateless"),
    (
        B,
        "keep_alive_secs = 300",
        "keep_alive_secs = 300000",
        "limits.keep_alive_secs: is more than an hour; it is in seconds",
    ),
    (
        B,
        r#"date_times = ["%m/%d/%Y %I:%M %p"]"#,
        r#"date_times = ["%m/%d/%Y"]"#,
        "formats.date_times[0]: is no strftime pattern of a date with its time",
    ),
    (B, r#""Staff Message"]"#, r#""results"]"#, "wanted_folders[3]: is named twice"),
    (
        B,
        r#"header = "X-CSRF-Token" }"#,
        r#"header = "x", field = "y" }"#,
        "session.csrf: needs exactly one of header and field",
    ),
    (
        B,
        r#"login_path = "/EpicCareLink/login""#,
        r#"login_path = "/EpicCareLink""#,
        "session.login_path: is also the beginning of session.home_path",
    ),
    // Of signals.
    (
        B,
        r#"when = { present = ["form#change-password"] }"#,
        "when = {}",
        "login.pages[5].when: has no signal",
    ),
    (
        B,
        r#"when = { present = ["form#change-password"] }"#,
        r#"when = { absent = ["form#change-password"] }"#,
        "login.pages[5].when: says only what is not there",
    ),
    (
        B,
        r#"when = { present = ["form#change-password"] }"#,
        r#"when = { present = ["form[name=x"] }"#,
        "login.pages[5].when.present[0]: is no CSS selector: [ is not closed",
    ),
    (
        B,
        r#"when = { present = ["form#change-password"] }"#,
        r#"when = { present = ["/breakTheGlass"] }"#,
        "login.pages[5].when.present[0]: is a JSON pointer",
    ),
    (
        B,
        r#"when = { present = ["form#change-password"] }"#,
        r#"when = { present = ["x", "div.maint"] }"#,
        "login.pages[5]: is never reached: login.pages[0] (maintenance) holds whenever it does",
    ),
    (B, r##"dismiss = { press = "#close-whats-new" }"##, "", "signals[4]: lacks dismiss"),
    (
        B,
        r#"when = { present = ["/accessEnded"] }"#,
        r#"when = { present = ["/accessEnded", "/breakTheGlass"] }"#,
        "signals[6]: is never reached: signals[5]",
    ),
    // Of the login.
    (
        B,
        r#"{ fill = "input[name=code]", with = "code" }"#,
        r#"{ fill = "input[name=code]", with = "password" }"#,
        "login.pages[8].steps[0].with: types the password",
    ),
    (
        A,
        r#"page = "in_use""#,
        "page = \"in_use\"\nsteps = [{ press = \"input[name=Continue]\" }]",
        "login.pages[7].steps: must be empty: a page in_use ends the login",
    ),
    (
        A,
        r#"option = "{site}""#,
        r#"option = "{clinic}""#,
        "login.pages[11].steps[0].option: has an unknown placeholder",
    ),
    (
        A,
        r#"{ press = "form[name=frmPwd] input[type=submit]" },"#,
        r#"{ press = "a.show" }, { press = "form[name=frmPwd] input[type=submit]" },"#,
        "login.pages[15].steps: must press once after the password",
    ),
    (
        A,
        r#"{ press = "form[name=frmPwd] input[type=submit]" },"#,
        r#"{ press = "form[name=frmPwd] input[type=submit]", optional = true },"#,
        "login.pages[15].steps[1].optional: must not be set",
    ),
    (
        A,
        r#"{ choose = "form[name=frmSite] select[name=Dept]", option = "{site}" }"#,
        r#"{ choose = "form[name=frmSite] select[name=Dept]" }"#,
        "login.pages[11].steps[0]: lacks option",
    ),
    (A, r#"terms_text = "div#agreement""#, "", "login.pages[6]: lacks terms_text"),
    (
        A,
        r#"resend = "a#resend""#,
        r#"terms_text = "a#resend""#,
        "login.pages[10].terms_text: belongs to a terms page",
    ),
    // Of requests.
    (
        B,
        "{folder}/messages?page={page}",
        "{folders}/messages?page={page}",
        "messages.ask.path: has the unknown placeholder {folders}; known here: {folder}, {page}",
    ),
    (
        B,
        "{folder}/messages?page={page}",
        "{folder}/messages",
        "messages.ask.path: lacks the placeholder {page}",
    ),
    (
        B,
        r#"method = "post_json""#,
        r#"method = "post""#,
        "chart.ask.fields: are not sent with method = \"post\"",
    ),
    (
        B,
        r#"path = "/EpicCareLink/viewer/{document}""#,
        r#"path = "EpicCareLink/viewer/{document}""#,
        "document.viewer.path: must begin with one /",
    ),
    (
        A,
        r#"method = "post_form""#,
        r#"method = "get""#,
        "document.viewer.fields: are not sent with method = \"get\"",
    ),
    // Of lists and values.
    (A, r#"empty = { selector = "td.none", words = "no messages" }"#, "", "folders.list: lacks empty"),
    (
        A,
        r#"headers = "table#msgs tr.hdr th""#,
        "",
        "messages.subject: is found by its header, and the list has no headers",
    ),
    (A, r#"group = "div.group""#, "", "sections[2].service_date: stands in the row's group"),
    (
        A,
        r#"title = "span.title""#,
        "title = { select = \"span.title\", header = [\"Title\"] }",
        "sections[2].title: says more than once where it stands (header, select)",
    ),
    (
        A,
        r#"title = "span.title""#,
        "title = { attribute = \"x\" }",
        "sections[2].title: says not where it stands",
    ),
    (A, r#"title = "span.title""#, "title = \"/title\"", "sections[2].title: is a JSON pointer"),
    (
        A,
        r#"name = "span#ptname""#,
        "name = { fixed = \"Doe, Jane\" }",
        "chart.banner.patient.name: is fixed; a patient is read off the screen",
    ),
    (B, r#"title = "/title""#, "title = \"/a~b\"", "sections[0].title: is no JSON pointer: write ~0"),
    (
        B,
        r#"rows = "/folders""#,
        "rows = \"/folders\", headers = \"th\"",
        "folders.list.headers: belongs to HTML",
    ),
    (
        A,
        r#"names = { media = "media" }"#,
        "names = { orders = \"media\" }",
        "sections[1].names: names a section that sections[0] names",
    ),
    (A, "size = 8", "size = 0", "sections[1].list.paging.size: must be more than 0"),
    // Of documents.
    (
        B,
        r#"    { by = "link", select = "iframe#document", attribute = "src" },"#,
        r#"    { by = "page" }, { by = "link", select = "iframe#document", attribute = "src" },"#,
        "document.content[2]: is never reached: document.content[1] is always there",
    ),
    (
        A,
        r#"content = [{ by = "form", select = "form.part" }]"#,
        r##"content = [{ by = "blob", drawn = { ready = "#x" }, select = "a", attribute = "href" }]"##,
        "document.content[0]: opens the viewer in a browser",
    ),
    (
        A,
        r#"content = [{ by = "form", select = "form.part" }]"#,
        r#"content = [{ by = "data", value = "pre" }]"#,
        "document.parts: counts parts",
    ),
];

#[test]
fn each_rule_has_its_key_and_its_way_out() {
    for (text, from, to, expected) in RULES {
        let found = mistakes(text, from, to);
        assert!(found.iter().any(|mistake| mistake.starts_with(expected)), "{expected}\nfound: {found:#?}");
    }
}

#[test]
fn a_stateless_portal_names_the_chart_in_every_list() {
    let unnamed = B.replace("/api/chart/{chart}/", "/api/chart/");
    let found: Vec<String> = profile(&unnamed).validate().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["sections[0].ask.path: lacks the placeholder {chart}, also in its fields"]);
}

//! The shipped profile is sound, and every kind of mistake is found in one run.

use super::*;

const SHIPPED: &str = include_str!("../../../config/portals/hospital-b.toml");

fn shipped() -> Profile {
    toml::from_str(SHIPPED).unwrap()
}

#[test]
fn the_shipped_profile_is_sound() {
    assert_eq!(shipped().validate(), vec![]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mut profile = shipped();
    profile.zone = "Mars/Olympus".into();
    profile.politeness.parallel_requests = 0;
    profile.formats.dates = vec!["%m/%d".into()];
    profile.done_outcomes = vec!["done".into()];
    profile.login.pages.retain(|page| page.page != RecognisedPage::Home);
    let at: Vec<String> = profile.validate().into_iter().map(|mistake| mistake.at).collect();
    for key in ["zone", "politeness.parallel_requests", "formats.dates", "done_outcomes", "login.pages"] {
        assert!(at.iter().any(|found| found == key), "{key} not in {at:?}");
    }
}

#[test]
fn an_unknown_key_is_refused() {
    let text = SHIPPED.replace("stateless = false", "stateless = false\nstateles = true");
    let error = toml::from_str::<Profile>(&text).unwrap_err().to_string();
    assert!(error.contains("stateles"), "{error}");
}

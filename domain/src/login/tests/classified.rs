//! Pages are told by their signals, in the frame they stand in.

use super::*;
use crate::ports::{FrameView, PageSnapshot, SnapshotField};
use crate::redacted::Redacted;

fn view(frames: &[&str], path: &str, title: &str, fields: &[(&str, &str)]) -> FrameView {
    FrameView {
        frames: frames.iter().map(|frame| (*frame).to_owned()).collect(),
        path: path.into(),
        status: 200,
        title: title.into(),
        fields: fields
            .iter()
            .map(|(selector, text)| SnapshotField {
                selector: (*selector).into(),
                text: Some(Redacted::from(*text)),
            })
            .collect(),
    }
}

fn snapshot(path: &str, title: &str, fields: &[(&str, &str)]) -> PageSnapshot {
    PageSnapshot { views: vec![view(&[], path, title, fields)] }
}

#[test]
fn pages_are_told_by_the_first_rule_whose_signals_all_hold() {
    let terms = PageKind::Terms { hash: terms_hash(TERMS) };
    for (seen, expected) in [
        (snapshot("/login", "x", &[("#form", "")]), PageKind::Login),
        (snapshot("/login", "x", &[("#form", ""), ("#alert", " \n")]), PageKind::Login),
        (snapshot("/login", "x", &[("#form", ""), ("#alert", "INVALID\n user id")]), PageKind::LoginRefused),
        (snapshot("/login", "x", &[("#form", ""), ("#alert", "Try later")]), PageKind::Unknown),
        (snapshot("/t", "x", &[("#terms", TERMS)]), terms),
        (snapshot("/t", "x", &[("#terms", "  ")]), PageKind::Unknown),
        (snapshot("/home", "EpicCare CareLink", &[]), PageKind::Home),
        (snapshot("/home", "Maintenance", &[]), PageKind::Unknown),
        (snapshot("/other", "CareLink", &[]), PageKind::Unknown),
    ] {
        assert_eq!(classify(&seen, &pages()).kind, expected, "{seen:?}");
    }
}

#[test]
fn a_page_in_a_frame_is_told_by_what_stands_in_that_frame() {
    let top = || view(&[], "/default.asp", "x", &[("#user", "")]);
    let alone = PageSnapshot { views: vec![top()] };
    assert_eq!(classify(&alone, &pages()).kind, PageKind::Unknown, "the same element outside of the frame");
    let framed = PageSnapshot { views: vec![top(), view(&[FRAME], "/login.asp", "x", &[("#user", "")])] };
    let expected = PageSeen { kind: PageKind::UserName, index: index(RecognisedPage::UserName) };
    assert_eq!(classify(&framed, &pages()), expected);
    let asked = questions(&pages());
    assert!(asked[0].frames.is_empty(), "the top page first");
    assert_eq!(asked[1].frames, vec![FRAME.to_owned()]);
    assert_eq!(asked[1].selectors, vec!["#user".to_owned()]);
}

#[test]
fn of_a_failing_server_only_a_page_about_that_is_believed() {
    for (field, expected) in
        [("#form", PageKind::Broken), ("#maint", PageKind::Maintenance), ("#other", PageKind::Broken)]
    {
        let mut seen = snapshot("/login", "x", &[(field, "words")]);
        seen.views[0].status = 503;
        assert_eq!(classify(&seen, &pages()).kind, expected, "{field}");
    }
}

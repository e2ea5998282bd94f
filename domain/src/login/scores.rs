//! How surely a page is each of the profile's pages: for a person who asks why none, or another, was recognised.

use crate::ports::{FrameView, PageSnapshot};
use crate::profile::{LoginPage, LoginPages, RecognisedPage, Signals};

/// One of the profile's pages held against what the browser shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageScore {
    /// Its place in [`LoginPages::pages`].
    pub index: usize,
    /// Which page.
    pub page: RecognisedPage,
    /// Signals that hold.
    pub held: usize,
    /// Signals there are.
    pub of: usize,
    /// Those that do not hold, as the profile writes them.
    pub failed: Vec<String>,
}

impl PageScore {
    /// The share of signals that hold, in percent.
    pub const fn percent(&self) -> usize {
        match (self.held * 100).checked_div(self.of) {
            Some(percent) => percent,
            None => 0,
        }
    }
}

/// Every page of the profile, the surest first; of equally sure ones the profile's first.
pub fn scores(snapshot: &PageSnapshot, login: &LoginPages) -> Vec<PageScore> {
    let mut all: Vec<PageScore> =
        login.pages.iter().enumerate().map(|(index, page)| score(index, page, snapshot)).collect();
    all.sort_by_key(|score| std::cmp::Reverse(score.percent()));
    all
}

fn score(index: usize, page: &LoginPage, snapshot: &PageSnapshot) -> PageScore {
    let all = single_signals(&page.when);
    let view = snapshot.view(&page.frames);
    let failed: Vec<String> = match view {
        Some(view) => all
            .iter()
            .filter(|(_, signal)| !super::page::holds(view, signal))
            .map(|(name, _)| name.clone())
            .collect(),
        None => std::iter::once(format!("frames {:?}", page.frames))
            .chain(all.iter().map(|(name, _)| name.clone()))
            .collect(),
    };
    let of = all.len() + usize::from(view.is_none());
    PageScore { index, page: page.page, held: of - failed.len(), of, failed }
}

/// The signals one by one, each with its name.
fn single_signals(when: &Signals) -> Vec<(String, Signals)> {
    let mut all = Vec::new();
    if let Some(path) = &when.path {
        all.push((format!("path {path:?}"), Signals { path: Some(path.clone()), ..Signals::default() }));
    }
    if let Some(title) = &when.title {
        all.push((format!("title {title:?}"), Signals { title: Some(title.clone()), ..Signals::default() }));
    }
    for selector in &when.present {
        all.push((
            format!("present {selector:?}"),
            Signals { present: vec![selector.clone()], ..Signals::default() },
        ));
    }
    for selector in &when.absent {
        all.push((
            format!("absent {selector:?}"),
            Signals { absent: vec![selector.clone()], ..Signals::default() },
        ));
    }
    for says in &when.says {
        let name = format!("says {:?} in {:?}", says.words, says.selector);
        all.push((name, Signals { says: vec![says.clone()], ..Signals::default() }));
    }
    all
}

/// Where the browser stands, in the words of a person: the frame of the surest page, else the top page.
pub fn stands_at<'a>(
    snapshot: &'a PageSnapshot,
    login: &LoginPages,
    index: Option<usize>,
) -> Option<&'a FrameView> {
    let page = index.and_then(|index| login.pages.get(index));
    page.and_then(|page| snapshot.view(&page.frames)).or_else(|| snapshot.views.first())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::SnapshotField;
    use crate::profile::Says;
    use crate::redacted::Redacted;

    fn page(page: RecognisedPage, when: Signals) -> LoginPage {
        LoginPage { page, frames: vec![], when, steps: vec![], resend: None, terms_text: None }
    }

    #[test]
    fn the_surest_page_comes_first_and_says_what_it_lacks() {
        let form = || vec!["#form".to_owned()];
        let says = Says { selector: "#alert".into(), words: "locked".into() };
        let login = LoginPages {
            path: "/login".into(),
            pages: vec![
                page(
                    RecognisedPage::AccountLocked,
                    Signals { present: form(), says: vec![says], ..Signals::default() },
                ),
                page(RecognisedPage::Login, Signals { present: form(), ..Signals::default() }),
                LoginPage {
                    frames: vec!["frame#main".into()],
                    ..page(RecognisedPage::Home, Signals { path: Some("/home".into()), ..Signals::default() })
                },
            ],
        };
        let field = SnapshotField { selector: "#form".into(), text: Some(Redacted::from("")) };
        let view = FrameView {
            frames: vec![],
            path: "/login".into(),
            status: 200,
            title: "x".into(),
            fields: vec![field],
        };
        let snapshot = PageSnapshot { views: vec![view] };
        let found = scores(&snapshot, &login);
        let told: Vec<_> = found.iter().map(|score| (score.page, score.percent())).collect();
        assert_eq!(
            told,
            [(RecognisedPage::Login, 100), (RecognisedPage::AccountLocked, 50), (RecognisedPage::Home, 0)]
        );
        assert_eq!(found[1].failed, ["says \"locked\" in \"#alert\""]);
        assert_eq!(found[2].failed.len(), 2, "its frame and its path");
        assert_eq!(stands_at(&snapshot, &login, Some(2)).map(|view| view.path.as_str()), Some("/login"));
    }
}

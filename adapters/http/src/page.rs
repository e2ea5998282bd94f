//! HTML as far as it is read: login pages, the shell's token, a viewer's header and link.

use domain::profile::{Profile, ProfileMistake};
use scraper::{Html, Selector};

/// As much of a page as is looked at for a login form, in bytes: such pages are small, and a long note is not.
const LOOKED_AT_BYTES: usize = 256 * 1024;

/// The profile's selectors, compiled once.
#[derive(Debug)]
pub(crate) struct Selectors {
    login: Vec<Selector>,
    csrf: Option<(Selector, String)>,
    header_name: Selector,
    header_mrn: Selector,
    header_dob: Selector,
    link: Selector,
    link_attribute: String,
}

/// What a viewer shows around a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub(crate) name: Option<String>,
    pub(crate) mrn: Option<String>,
    pub(crate) dob: Option<String>,
    pub(crate) link: Option<String>,
}

impl Selectors {
    /// Compiles the selectors; those that are none are added to `mistakes`.
    pub(crate) fn of(profile: &Profile, mistakes: &mut Vec<ProfileMistake>) -> Option<Self> {
        let mut compile = |at: &str, text: &str| {
            let selector = Selector::parse(text).ok();
            if selector.is_none() {
                let what = format!("{text:?} is no CSS selector");
                mistakes.push(ProfileMistake { at: at.to_owned(), what });
            }
            selector
        };
        let (session, document) = (&profile.session, &profile.document);
        let login: Vec<_> =
            session.login_selectors.iter().map(|text| compile("session.login_selectors", text)).collect();
        let csrf = match &session.csrf {
            Some(csrf) => {
                compile("session.csrf.selector", &csrf.selector).map(|s| Some((s, csrf.attribute.clone())))
            }
            None => Some(None),
        };
        let header_name = compile("document.header_name", &document.header_name);
        let header_mrn = compile("document.header_mrn", &document.header_mrn);
        let header_dob = compile("document.header_dob", &document.header_dob);
        let link = compile("document.link_selector", &document.link_selector);
        Some(Self {
            login: login.into_iter().collect::<Option<_>>()?,
            csrf: csrf?,
            header_name: header_name?,
            header_mrn: header_mrn?,
            header_dob: header_dob?,
            link: link?,
            link_attribute: document.link_attribute.clone(),
        })
    }

    /// Whether a page is the portal's login page.
    pub(crate) fn is_login(&self, page: &[u8]) -> bool {
        let page = Html::parse_document(&String::from_utf8_lossy(&page[..page.len().min(LOOKED_AT_BYTES)]));
        self.login.iter().any(|selector| page.select(selector).next().is_some())
    }

    /// The shell's token against forged requests; none where it should be is an `Err`.
    pub(crate) fn csrf(&self, page: &[u8]) -> Result<Option<String>, ()> {
        let Some((selector, attribute)) = &self.csrf else { return Ok(None) };
        let page = Html::parse_document(&String::from_utf8_lossy(page));
        let token = page.select(selector).next().and_then(|element| element.attr(attribute));
        token.filter(|token| !token.is_empty()).map(|token| Some(token.to_owned())).ok_or(())
    }

    /// A viewer's header and link.
    pub(crate) fn viewer(&self, page: &[u8]) -> Viewer {
        let page = Html::parse_document(&String::from_utf8_lossy(page));
        let text = |selector: &Selector| {
            let words: String = page.select(selector).next()?.text().collect();
            Some(words.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
        };
        Viewer {
            name: text(&self.header_name),
            mrn: text(&self.header_mrn),
            dob: text(&self.header_dob),
            link: page
                .select(&self.link)
                .next()
                .and_then(|element| element.attr(&self.link_attribute))
                .map(str::to_owned),
        }
    }
}

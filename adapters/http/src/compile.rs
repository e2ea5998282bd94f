//! The profile's selectors, pointers and patterns, compiled once; what is none is a mistake with its dotted key.

use crate::view::{Read, View, pointed, unexpected};
use crate::words;
use domain::profile::{Act, Ask, ProfileMistake};
use regex::Regex;
use scraper::{ElementRef, Selector};

/// Compiles a profile's texts and keeps what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Compiler {
    pub(crate) mistakes: Vec<ProfileMistake>,
    /// Whether pages can be drawn in a browser.
    pub(crate) draws: bool,
}

/// A selector under the key it stands at. One that is none finds nothing; the profile is refused anyway.
#[derive(Clone, Debug)]
pub(crate) struct Finder {
    pub(crate) at: String,
    pub(crate) text: String,
    selector: Option<Selector>,
}

/// A place in a page: a JSON pointer where it begins with a slash, else a selector.
#[derive(Clone, Debug)]
pub(crate) enum Spot {
    Pointer(String),
    Element(Finder),
}

/// A pattern. One that is none matches nothing.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Option<Regex>);

/// Something that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct AskPlan {
    pub(crate) at: String,
    pub(crate) ask: Ask,
    pub(crate) hidden: Option<HiddenPlan>,
    pub(crate) frames: Vec<Finder>,
}

/// A form whose hidden fields go along.
#[derive(Clone, Debug)]
pub(crate) struct HiddenPlan {
    pub(crate) form: Finder,
    pub(crate) page: Option<String>,
}

/// Something done on a page.
#[derive(Clone, Debug)]
pub(crate) enum ActPlan {
    Press(Finder),
    Ask(Box<AskPlan>),
}

impl Compiler {
    pub(crate) fn mistake(&mut self, at: &str, what: impl Into<String>) {
        self.mistakes.push(ProfileMistake { at: at.to_owned(), what: what.into() });
    }

    pub(crate) fn finder(&mut self, at: impl Into<String>, text: &str) -> Finder {
        let at = at.into();
        let selector = Selector::parse(text).ok();
        if selector.is_none() {
            self.mistake(&at, format!("{text:?} is no CSS selector"));
        }
        Finder { at, text: text.to_owned(), selector }
    }

    pub(crate) fn spot(&mut self, at: impl Into<String>, text: &str) -> Spot {
        if text.starts_with('/') {
            Spot::Pointer(text.to_owned())
        } else {
            Spot::Element(self.finder(at, text))
        }
    }

    pub(crate) fn pattern(&mut self, at: &str, text: &str) -> Pattern {
        let regex = Regex::new(text).ok();
        if regex.is_none() {
            self.mistake(at, format!("{text:?} is no regular expression"));
        }
        Pattern(regex)
    }

    pub(crate) fn ask(&mut self, at: &str, ask: &Ask) -> AskPlan {
        let hidden = ask.hidden_of.as_ref().map(|hidden| HiddenPlan {
            form: self.finder(format!("{at}.hidden_of.form"), &hidden.form),
            page: hidden.page.clone(),
        });
        let frames = ask
            .frames
            .iter()
            .enumerate()
            .map(|(index, frame)| self.finder(format!("{at}.frames[{index}]"), frame))
            .collect();
        if ask.drawn.is_some() {
            self.needs_browser(&format!("{at}.drawn"));
        }
        AskPlan { at: at.to_owned(), ask: ask.clone(), hidden, frames }
    }

    pub(crate) fn act(&mut self, at: &str, act: &Act) -> ActPlan {
        match act {
            Act::Press(selector) => ActPlan::Press(self.finder(format!("{at}.press"), selector)),
            Act::Ask(ask) => ActPlan::Ask(Box::new(self.ask(&format!("{at}.ask"), ask))),
        }
    }

    pub(crate) fn needs_browser(&mut self, at: &str) {
        if !self.draws {
            self.mistake(at, "needs a browser that draws pages, and none is given here");
        }
    }
}

impl Finder {
    /// The first element within another one.
    pub(crate) fn first_within<'a>(&self, scope: ElementRef<'a>) -> Option<ElementRef<'a>> {
        scope.select(self.selector.as_ref()?).next()
    }

    /// The elements of a page.
    pub(crate) fn all<'a>(&self, view: &'a View<'_>) -> Vec<ElementRef<'a>> {
        self.selector.as_ref().map_or_else(Vec::new, |selector| view.html().select(selector).collect())
    }

    pub(crate) fn first<'a>(&self, view: &'a View<'_>) -> Option<ElementRef<'a>> {
        view.html().select(self.selector.as_ref()?).next()
    }

    pub(crate) fn matches(&self, element: ElementRef<'_>) -> bool {
        self.selector.as_ref().is_some_and(|selector| selector.matches(&element))
    }

    /// The element, or which key of the profile found none.
    pub(crate) fn need<'a>(&self, view: &'a View<'_>) -> Read<ElementRef<'a>> {
        self.first(view).ok_or_else(|| self.fault(view.page.what, "no such element"))
    }

    /// An error that names the key.
    pub(crate) fn fault(&self, page: &str, what: &str) -> domain::ports::PortalError {
        unexpected(page, format!("{} {:?}: {what}", self.at, self.text))
    }
}

impl Spot {
    /// What stands there: an element's words, or a JSON value's; none where there is no such place.
    pub(crate) fn text(&self, view: &View<'_>) -> Option<String> {
        match self {
            Self::Pointer(pointer) => match pointed(view.try_json()?, pointer)? {
                serde_json::Value::Null => None,
                serde_json::Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            },
            Self::Element(finder) => {
                if !view.page.html {
                    return None;
                }
                let found = finder.all(view);
                if found.is_empty() {
                    return None;
                }
                Some(found.into_iter().map(words::of_element).collect::<Vec<_>>().join(" "))
            }
        }
    }
}

impl Pattern {
    /// The first group, or the whole match where there is no group.
    pub(crate) fn of(&self, text: &str) -> Option<String> {
        let found = self.0.as_ref()?.captures(text)?;
        let part = if found.len() > 1 { found.get(1)? } else { found.get(0)? };
        Some(part.as_str().trim().to_owned())
    }
}

//! A profile made ready: every selector, pointer and pattern compiled, under the key it stands at.

use crate::compile::{ActPlan, AskPlan, Compiler, Finder};
use crate::interlock::{BannerReader, IdentityReader};
use crate::list::ListReader;
use crate::signals::SignalReader;
use crate::value::ValueReader;
use domain::patient_scraper::Section;
use domain::profile::{Content, Drawn, Method, Profile, ProfileMistake, SectionList};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A compiled [`Profile`].
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) profile: Arc<Profile>,
    pub(crate) login: Vec<Finder>,
    pub(crate) csrf: Option<CsrfReader>,
    pub(crate) signals: Vec<SignalReader>,
    pub(crate) folders: FoldersReader,
    pub(crate) messages: MessagesReader,
    pub(crate) message: MessageReader,
    pub(crate) done: Option<DoneReader>,
    pub(crate) chart: ChartReader,
    pub(crate) sections: Vec<SectionReader>,
    pub(crate) document: DocumentReader,
}

#[derive(Debug)]
pub(crate) struct CsrfReader {
    pub(crate) element: Finder,
    pub(crate) attribute: String,
    pub(crate) header: Option<String>,
    pub(crate) field: Option<String>,
}

#[derive(Debug)]
pub(crate) struct FoldersReader {
    pub(crate) ask: AskPlan,
    pub(crate) list: ListReader,
    pub(crate) id: ValueReader,
    pub(crate) name: ValueReader,
}

#[derive(Debug)]
pub(crate) struct MessagesReader {
    pub(crate) ask: AskPlan,
    pub(crate) list: ListReader,
    pub(crate) message_id: ValueReader,
    pub(crate) subject: Option<ValueReader>,
    pub(crate) chart_type: Option<ValueReader>,
    pub(crate) from: Option<ValueReader>,
    pub(crate) received: ValueReader,
    pub(crate) chart_ref: ValueReader,
    pub(crate) patient: IdentityReader,
}

#[derive(Debug)]
pub(crate) struct MessageReader {
    pub(crate) ask: AskPlan,
    pub(crate) body: ValueReader,
    pub(crate) patient: IdentityReader,
}

#[derive(Debug)]
pub(crate) struct DoneReader {
    pub(crate) on_message: bool,
    pub(crate) act: ActPlan,
}

#[derive(Debug)]
pub(crate) struct ChartReader {
    pub(crate) ask: AskPlan,
    pub(crate) banner: BannerReader,
}

#[derive(Debug)]
pub(crate) struct SectionReader {
    pub(crate) names: BTreeMap<Section, String>,
    pub(crate) ask: AskPlan,
    pub(crate) list: ListReader,
    pub(crate) banner: BannerReader,
    pub(crate) id: ValueReader,
    pub(crate) title: Option<ValueReader>,
    pub(crate) epic_type: Option<ValueReader>,
    pub(crate) service_date: Option<ValueReader>,
    pub(crate) author: Option<ValueReader>,
    pub(crate) status: Option<ValueReader>,
    pub(crate) edited: Option<ValueReader>,
}

#[derive(Debug)]
pub(crate) struct DocumentReader {
    pub(crate) viewer: Option<AskPlan>,
    pub(crate) header: BannerReader,
    pub(crate) content: Vec<ContentReader>,
    pub(crate) parts: Option<ValueReader>,
    pub(crate) recheck: bool,
}

/// A compiled [`Content`].
#[derive(Debug)]
pub(crate) enum ContentReader {
    Ask(AskPlan),
    Link { select: Finder, attribute: String },
    Form { select: Finder },
    Page { select: Option<Finder> },
    Data { value: ValueReader },
    Blob { drawn: Drawn, select: String, attribute: String },
    Print { drawn: Drawn },
}

impl Reader {
    /// Compiles a profile.
    ///
    /// # Errors
    /// All its mistakes: those that the profile finds itself, and texts that are no selector or pattern.
    pub(crate) fn of(profile: Arc<Profile>, draws: bool) -> Result<Self, Vec<ProfileMistake>> {
        let mut compiler = Compiler { mistakes: profile.validate(), draws };
        let reader = compiler.reader(profile);
        if compiler.mistakes.is_empty() { Ok(reader) } else { Err(compiler.mistakes) }
    }

    /// The list that holds a section, with the portal's name of it.
    pub(crate) fn section(&self, section: Section) -> Option<(&SectionReader, &str)> {
        self.sections.iter().find_map(|list| Some((list, list.names.get(&section)?.as_str())))
    }
}

impl Compiler {
    fn reader(&mut self, profile: Arc<Profile>) -> Reader {
        let session = &profile.session;
        let login = session.login_selectors.iter().enumerate();
        let login =
            login.map(|(at, text)| self.finder(format!("session.login_selectors[{at}]"), text)).collect();
        let csrf = session.csrf.as_ref().map(|csrf| CsrfReader {
            element: self.finder("session.csrf.selector", &csrf.selector),
            attribute: csrf.attribute.clone(),
            header: csrf.header.clone(),
            field: csrf.field.clone(),
        });
        let signals = profile.signals.iter().enumerate();
        let signals = signals.map(|(at, signal)| self.signal(format!("signals[{at}]"), signal)).collect();
        let sections = profile.sections.iter().enumerate();
        let sections = sections.map(|(at, list)| self.section(&format!("sections[{at}]"), list)).collect();
        let reader = Reader {
            login,
            csrf,
            signals,
            folders: self.folders(&profile),
            messages: self.messages(&profile),
            message: MessageReader {
                ask: self.ask("message.ask", &profile.message.ask),
                body: self.value("message.body", &profile.message.body),
                patient: self.identity("message.patient", &profile.message.patient),
            },
            done: profile
                .done
                .as_ref()
                .map(|done| DoneReader { on_message: done.on_message, act: self.act("done.act", &done.act) }),
            chart: ChartReader {
                ask: self.ask("chart.ask", &profile.chart.ask),
                banner: self.banner("chart.banner", &profile.chart.banner),
            },
            sections,
            document: self.document(&profile),
            profile,
        };
        if let Some(DoneReader { on_message: false, act: ActPlan::Press(_) }) = &reader.done {
            self.mistake(
                "done.on_message",
                "must be true where something is pressed: only there it is this message's",
            );
        }
        reader
    }

    fn folders(&mut self, profile: &Profile) -> FoldersReader {
        let list = &profile.folders;
        FoldersReader {
            ask: self.ask("folders.ask", &list.ask),
            list: self.list("folders.list", &list.list),
            id: self.value("folders.id", &list.id),
            name: self.value("folders.name", &list.name),
        }
    }

    fn messages(&mut self, profile: &Profile) -> MessagesReader {
        let list = &profile.messages;
        MessagesReader {
            ask: self.ask("messages.ask", &list.ask),
            list: self.list("messages.list", &list.list),
            message_id: self.value("messages.message_id", &list.message_id),
            subject: self.optional("messages.subject".into(), list.subject.as_ref()),
            chart_type: self.optional("messages.chart_type".into(), list.chart_type.as_ref()),
            from: self.optional("messages.from".into(), list.from.as_ref()),
            received: self.value("messages.received", &list.received),
            chart_ref: self.value("messages.chart_ref", &list.chart_ref),
            patient: self.identity("messages.patient", &list.patient),
        }
    }

    fn section(&mut self, at: &str, list: &SectionList) -> SectionReader {
        SectionReader {
            names: list.names.clone(),
            ask: self.ask(&format!("{at}.ask"), &list.ask),
            list: self.list(&format!("{at}.list"), &list.list),
            banner: self.banner(&format!("{at}.banner"), &list.banner),
            id: self.value(format!("{at}.id"), &list.id),
            title: self.optional(format!("{at}.title"), list.title.as_ref()),
            epic_type: self.optional(format!("{at}.epic_type"), list.epic_type.as_ref()),
            service_date: self.optional(format!("{at}.service_date"), list.service_date.as_ref()),
            author: self.optional(format!("{at}.author"), list.author.as_ref()),
            status: self.optional(format!("{at}.status"), list.status.as_ref()),
            edited: self.optional(format!("{at}.edited"), list.edited.as_ref()),
        }
    }

    fn document(&mut self, profile: &Profile) -> DocumentReader {
        let document = &profile.document;
        if document.viewer.is_none() && document.header.ask.is_none() {
            self.mistake(
                "document.header.ask",
                "is needed where there is no viewer: nothing else says whose it is",
            );
        }
        if document.content.is_empty() {
            self.mistake("document.content", "is empty; say how a document's bytes are got");
        }
        let content = document.content.iter().enumerate();
        let content = content.map(|(index, way)| {
            let at = format!("document.content[{index}]");
            if document.viewer.is_none() && !matches!(way, Content::Ask { .. }) {
                self.mistake(&at, "needs document.viewer, on whose page it is done");
            }
            self.content(&at, way, document.viewer.as_ref().map(|viewer| viewer.method))
        });
        let content = content.collect();
        DocumentReader {
            viewer: document.viewer.as_ref().map(|ask| self.ask("document.viewer", ask)),
            header: self.banner("document.header", &document.header),
            content,
            parts: self.optional("document.parts".into(), document.parts.as_ref()),
            recheck: document.recheck,
        }
    }

    fn content(&mut self, at: &str, way: &Content, viewer: Option<Method>) -> ContentReader {
        if matches!(way, Content::Blob { .. } | Content::Print { .. }) {
            self.needs_browser(at);
            if viewer.is_some_and(|method| method != Method::Get) {
                self.mistake(at, "opens document.viewer in a browser, which can only be asked for by get");
            }
        }
        match way {
            Content::Ask { ask } => ContentReader::Ask(self.ask(&format!("{at}.ask"), ask)),
            Content::Link { select, attribute } => ContentReader::Link {
                select: self.finder(format!("{at}.select"), select),
                attribute: attribute.clone(),
            },
            Content::Form { select } => {
                ContentReader::Form { select: self.finder(format!("{at}.select"), select) }
            }
            Content::Page { select } => ContentReader::Page {
                select: select.as_ref().map(|select| self.finder(format!("{at}.select"), select)),
            },
            Content::Data { value } => {
                ContentReader::Data { value: self.value(format!("{at}.value"), value) }
            }
            Content::Blob { drawn, select, attribute } => ContentReader::Blob {
                drawn: drawn.clone(),
                select: self.finder(format!("{at}.select"), select).text,
                attribute: attribute.clone(),
            },
            Content::Print { drawn } => ContentReader::Print { drawn: drawn.clone() },
        }
    }
}

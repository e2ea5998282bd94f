//! One document: its viewer, whose patient must be the row's, and every way in which a portal hands out the bytes.

use crate::chart::HttpChart;
use crate::compile::AskPlan;
use crate::content::kind_of;
use crate::exchange::{Body, Bounds, Question};
use crate::fill::Names;
use crate::form;
use crate::reader::{ContentReader, DocumentReader};
use crate::stay::{Got, Stay};
use crate::value::Place;
use crate::view::{Page, Read, View, unavailable, unexpected};
use bytes::Bytes;
use data_encoding::{BASE64, BASE64_NOPAD};
use domain::patient::PatientIdentity;
use domain::patient_scraper::ListedDocument;
use domain::ports::{DrawnPart, FetchedDocument, FetchedFile};
use domain::profile::Drawn;
use reqwest::Method;

const VIEWER: &str = "the document's viewer";
const VIEWER_HEADER: &str = "the viewer's header";
const RECHECK: &str = "the banner after the download";
const DOCUMENT: &str = "the document";

/// Times a document whose pages have gone stale is begun again.
const READS_MAX: usize = 2;

/// What a viewer offers.
enum Offer {
    /// To be asked for, a part each.
    Questions(Vec<Question>),
    /// Asked for by an address known before.
    Known(usize),
    /// On the page itself.
    Here(Bytes),
    /// Made by the viewer's script.
    Drawn(Drawn, DrawnPart),
}

impl HttpChart {
    /// Downloads a document from under its header.
    pub(crate) async fn document(&self, document: &ListedDocument) -> Read<FetchedDocument> {
        for read in 0..READS_MAX {
            if let Some(fetched) = self.document_once(document, read > 0).await? {
                return Ok(fetched);
            }
        }
        Err(unavailable(DOCUMENT, "its page has gone stale, also after it was read again"))
    }

    /// None: a page has gone stale.
    async fn document_once(&self, document: &ListedDocument, again: bool) -> Read<Option<FetchedDocument>> {
        let plan = &self.stay.reader.document;
        let section = self.stay.reader.section(document.section).map_or("", |(_, name)| name);
        let names = self.names.clone().with("document", document.epic_id.as_str()).with("section", section);
        let hand = self.hand(plan, document, again).await?;
        let viewer = match &plan.viewer {
            None => None,
            Some(ask) => match self.stay.ask_once(VIEWER, ask, &names, hand.as_ref(), Bounds::Page).await? {
                Got::Page(page) => Some(page),
                Got::Stale => return Ok(None),
            },
        };
        let header = self.header(plan, viewer.as_ref(), &names, VIEWER_HEADER).await?;
        let Some(files) = self.files(plan, viewer.as_ref(), hand.as_ref(), &names).await? else {
            return Ok(None);
        };
        if plan.recheck {
            self.recheck(plan, &names).await?;
        }
        Ok(Some(FetchedDocument { header, files }))
    }

    /// The list's page, where a form of it is needed; read again where it is not at hand or may be stale, and kept for
    /// the documents to come.
    async fn hand(
        &self,
        plan: &DocumentReader,
        document: &ListedDocument,
        again: bool,
    ) -> Read<Option<Page>> {
        let content = plan.content.iter().filter_map(|way| match way {
            ContentReader::Ask(ask) => Some(ask),
            _ => None,
        });
        let needs = |ask: &AskPlan| ask.hidden.is_some();
        let needed =
            plan.viewer.iter().any(needs) || (plan.viewer.is_none() && content.into_iter().any(needs));
        let kept = self.list_page(document.section);
        if needed && (again || kept.is_none()) {
            return self.read_list_page(document.section).await;
        }
        Ok(kept)
    }

    /// The patient over the document.
    async fn header(
        &self,
        plan: &DocumentReader,
        viewer: Option<&Page>,
        names: &Names,
        screen: &'static str,
    ) -> Read<PatientIdentity> {
        let formats = &self.stay.reader.profile.formats;
        let page = match (&plan.header.ask, viewer) {
            (Some(ask), _) => self.stay.ask(screen, ask, names, viewer).await?,
            (None, Some(viewer)) => viewer.clone(),
            (None, None) => return Err(unexpected(screen, "document.header: nothing says where it stands")),
        };
        self.stay.read(&page, |view| plan.header.check(view, formats, &self.patient, screen)).await
    }

    /// Who the current patient is after the bytes have come: by the header's own page, else by the chart's banner,
    /// else by the viewer.
    async fn recheck(&self, plan: &DocumentReader, names: &Names) -> Read<()> {
        let stay = &self.stay;
        let formats = &stay.reader.profile.formats;
        let (banner, ask) = match (&plan.header.ask, &stay.reader.chart.banner.ask, &plan.viewer) {
            (Some(ask), _, _) | (None, None, Some(ask)) => (&plan.header, ask),
            (None, Some(ask), _) => (&stay.reader.chart.banner, ask),
            (None, None, None) => {
                return Err(unexpected(RECHECK, "document.header: nothing says where it stands"));
            }
        };
        let page = stay.ask(RECHECK, ask, names, None).await?;
        stay.read(&page, |view| banner.check(view, formats, &self.patient, RECHECK)).await.map(drop)
    }

    /// The document's files; none: a page has gone stale.
    async fn files(
        &self,
        plan: &DocumentReader,
        viewer: Option<&Page>,
        hand: Option<&Page>,
        names: &Names,
    ) -> Read<Option<Vec<FetchedFile>>> {
        let stay = &self.stay;
        let offer = match viewer {
            Some(viewer) => stay.read(viewer, |view| offered(plan, view, stay)).await?,
            None => Offer::Known(0),
        };
        let mut files = Vec::new();
        match offer {
            Offer::Here(bytes) => files.push(file(bytes)?),
            Offer::Known(way) => {
                let Some(ContentReader::Ask(ask)) = plan.content.get(way) else {
                    return Err(unexpected(DOCUMENT, "document.content: no way is offered"));
                };
                let page =
                    match stay.ask_once(DOCUMENT, ask, names, viewer.or(hand), Bounds::Document).await? {
                        Got::Page(page) => page,
                        Got::Stale => return Ok(None),
                    };
                files.push(file(page.bytes)?);
            }
            Offer::Questions(questions) => {
                for question in questions {
                    match stay.send(&Question { what: DOCUMENT, ..question }, Bounds::Document).await? {
                        Got::Page(page) => files.push(file(page.bytes)?),
                        Got::Stale => return Ok(None),
                    }
                }
            }
            Offer::Drawn(drawn, part) => {
                let Some(ask) = &plan.viewer else {
                    return Err(unexpected(DOCUMENT, "document.viewer: is needed to open it in a browser"));
                };
                let bytes_max = stay.reader.profile.limits.download_bytes_max;
                let (_, bytes) = stay.drawn(DOCUMENT, ask, &drawn, names, part, bytes_max).await?;
                files.push(file(bytes)?);
            }
        }
        Ok(Some(files))
    }
}

/// The first way that the viewer offers, with as many parts as it claims.
fn offered(plan: &DocumentReader, view: &View<'_>, stay: &Stay) -> Read<Offer> {
    let claimed = plan.parts.as_ref().map(|parts| parts.number(Place::whole(view))).transpose()?.flatten();
    for (index, way) in plan.content.iter().enumerate() {
        let Some(offer) = way_offered(index, way, view)? else { continue };
        let parts = match &offer {
            Offer::Questions(questions) => questions.len() as u64,
            _ => 1,
        };
        let parts_max = u64::from(stay.reader.profile.limits.document_parts_max);
        if parts > parts_max {
            return Err(unexpected(
                VIEWER,
                format!("document.content[{index}]: more than {parts_max} parts"),
            ));
        }
        if claimed.is_some_and(|claimed| claimed != parts) {
            let claimed = claimed.unwrap_or_default();
            let signal =
                format!("document.parts: {claimed} are claimed, document.content[{index}] offers {parts}");
            return Err(unexpected(VIEWER, signal));
        }
        return Ok(offer);
    }
    Err(unexpected(VIEWER, "document.content: the viewer offers none of the ways"))
}

fn way_offered(index: usize, way: &ContentReader, view: &View<'_>) -> Read<Option<Offer>> {
    Ok(match way {
        ContentReader::Ask(_) => Some(Offer::Known(index)),
        ContentReader::Link { select, attribute } => {
            let mut questions: Vec<Question> = Vec::new();
            for element in select.all(view) {
                let Some(link) = element.attr(attribute).filter(|link| !link.trim().is_empty()) else {
                    continue;
                };
                if let Some(bytes) = data_address(link) {
                    return Ok(Some(Offer::Here(bytes)));
                }
                let address =
                    view.link(link).ok_or_else(|| select.fault(VIEWER, "a link that leads nowhere"))?;
                if questions.iter().all(|known| known.address != address) {
                    questions.push(Question {
                        what: DOCUMENT,
                        method: Method::GET,
                        address,
                        body: Body::None,
                    });
                }
            }
            (!questions.is_empty()).then_some(Offer::Questions(questions))
        }
        ContentReader::Form { select } => {
            let questions = form::press_all(view, select)?;
            (!questions.is_empty()).then_some(Offer::Questions(questions))
        }
        ContentReader::Page { select: None } => Some(Offer::Here(view.page.bytes.clone())),
        ContentReader::Page { select: Some(select) } => {
            let note = select.first(view).map(|element| element.html());
            note.map(|note| {
                let page = format!(
                    "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>{note}</body></html>"
                );
                Offer::Here(page.into())
            })
        }
        ContentReader::Data { value } => {
            let place = Place::whole(view);
            let Some(text) = value.read(place)? else { return Ok(None) };
            let bytes = data_address(&text).or_else(|| base64(&text));
            Some(Offer::Here(bytes.ok_or_else(|| value.fault(place, "no base64"))?))
        }
        ContentReader::Blob { drawn, select, attribute } => {
            let part = DrawnPart::File { selector: select.clone(), attribute: attribute.clone() };
            Some(Offer::Drawn(drawn.clone(), part))
        }
        ContentReader::Print { drawn } => Some(Offer::Drawn(drawn.clone(), DrawnPart::Print)),
    })
}

/// The file in a `data:` address.
fn data_address(text: &str) -> Option<Bytes> {
    let (head, data) = text.trim().strip_prefix("data:")?.split_once(',')?;
    head.ends_with(";base64").then(|| base64(data)).flatten()
}

fn base64(text: &str) -> Option<Bytes> {
    let text: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = BASE64.decode(&text).or_else(|_| BASE64_NOPAD.decode(&text)).ok()?;
    Some(bytes.into())
}

fn file(bytes: Bytes) -> Read<FetchedFile> {
    if bytes.is_empty() {
        return Err(unavailable(DOCUMENT, "an empty answer"));
    }
    Ok(FetchedFile { kind: kind_of(&bytes), bytes })
}

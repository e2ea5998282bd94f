//! JSON answers read by the profile's pointers into the vocabulary. Errors name pointers, never values.

use crate::exchange::{Answer, unexpected};
use crate::page::Viewer;
use domain::inbox::{InboxFolder, InboxRow, ListPage};
use domain::patient::{IdentityVerdict, PatientIdentity};
use domain::patient_scraper::{ListedDocument, Section};
use domain::ports::PortalError;
use domain::profile::{FolderList, Formats, IdentityPointers, MessageList, SectionList};
use domain::redacted::Redacted;
use jiff::civil::{Date, DateTime};
use serde_json::Value;

type Read<T> = Result<T, PortalError>;

/// A JSON answer, and what it is called in errors.
pub(crate) struct Json<'a> {
    what: &'static str,
    value: Value,
    formats: &'a Formats,
}

/// One row, or the whole answer.
struct Part<'a> {
    what: &'static str,
    value: &'a Value,
    formats: &'a Formats,
}

impl<'a> Json<'a> {
    pub(crate) fn read(what: &'static str, answer: &Answer, formats: &'a Formats) -> Read<Self> {
        if answer.html {
            return Err(unexpected(what, "HTML where JSON is described"));
        }
        let value = serde_json::from_slice(&answer.bytes).map_err(|_| unexpected(what, "no JSON"))?;
        Ok(Self { what, value, formats })
    }

    fn whole(&self) -> Part<'_> {
        Part { what: self.what, value: &self.value, formats: self.formats }
    }

    fn rows(&self, pointer: &str) -> Read<impl Iterator<Item = Part<'_>>> {
        let rows = self.value.pointer(pointer).and_then(Value::as_array);
        let rows = rows.ok_or_else(|| unexpected(self.what, &format!("no list at {pointer}")))?;
        Ok(rows.iter().map(|value| Part { what: self.what, value, formats: self.formats }))
    }

    pub(crate) fn folders(&self, list: &FolderList) -> Read<Vec<InboxFolder>> {
        self.rows(&list.rows)?
            .map(|row| Ok(InboxFolder { id: row.text(&list.id)?, name: row.text(&list.name)? }))
            .collect()
    }

    pub(crate) fn messages(&self, list: &MessageList, folder: &str, page: u32) -> Read<ListPage<InboxRow>> {
        let rows = self.rows(&list.rows)?.map(|row| {
            Ok(InboxRow {
                message_id: row.text(&list.message_id)?.into(),
                folder: folder.to_owned(),
                chart_type: row.optional(&list.chart_type).unwrap_or_default(),
                subject: row.optional(&list.subject).unwrap_or_default().into(),
                from: row.optional(&list.from).unwrap_or_default().into(),
                received: row.date_time(&list.received)?,
                patient: row.identity(&list.patient)?,
                chart_ref: row.text(&list.chart_ref)?.into(),
            })
        });
        self.list(rows.collect::<Read<_>>()?, (&list.page, &list.page_count), page)
    }

    pub(crate) fn documents(
        &self,
        list: &SectionList,
        section: Section,
        page: u32,
    ) -> Read<ListPage<ListedDocument>> {
        let rows = self.rows(&list.rows)?.map(|row| {
            Ok(ListedDocument {
                epic_id: row.text(&list.id)?,
                section,
                title: row.optional(&list.title).unwrap_or_default().into(),
                epic_type: row.optional(&list.epic_type).unwrap_or_default(),
                service_date: row.optional_date(&list.service_date)?,
                author: row.optional(&list.author).map(Redacted::new),
                status: row.optional(&list.status),
                edited: row.optional(&list.edited).map(|_| row.date_time(&list.edited)).transpose()?,
            })
        });
        self.list(rows.collect::<Read<_>>()?, (&list.page, &list.page_count), page)
    }

    pub(crate) fn identity(&self, at: &IdentityPointers) -> Read<PatientIdentity> {
        self.whole().identity(at)
    }

    /// Free text that may be empty.
    pub(crate) fn body(&self, pointer: &str) -> Read<Redacted<String>> {
        let text = self.value.pointer(pointer).and_then(Value::as_str);
        text.map(Redacted::from).ok_or_else(|| unexpected(self.what, &format!("no text at {pointer}")))
    }

    fn list<T>(&self, rows: Vec<T>, (page_at, count_at): (&str, &str), wanted: u32) -> Read<ListPage<T>> {
        let page = self.whole().number(page_at)?;
        if page != wanted {
            // A list that ignores the page asked for would be read for ever, or twice.
            return Err(unexpected(self.what, &format!("another page than the one asked for at {page_at}")));
        }
        Ok(ListPage { rows, page, page_count: self.whole().number(count_at)?.max(1) })
    }
}

impl Part<'_> {
    /// Text, or a number as text; none where it is absent, null or blank.
    fn optional(&self, pointer: &str) -> Option<String> {
        let text = match self.value.pointer(pointer)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    fn text(&self, pointer: &str) -> Read<String> {
        self.optional(pointer).ok_or_else(|| unexpected(self.what, &format!("nothing at {pointer}")))
    }

    fn number(&self, pointer: &str) -> Read<u32> {
        let number = self.value.pointer(pointer).and_then(Value::as_u64);
        number
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| unexpected(self.what, &format!("no number at {pointer}")))
    }

    fn date_time(&self, pointer: &str) -> Read<DateTime> {
        let text = self.text(pointer)?;
        DateTime::strptime(&self.formats.date_time, &text)
            .map_err(|_| unexpected(self.what, &format!("no date with time at {pointer}")))
    }

    fn optional_date(&self, pointer: &str) -> Read<Option<Date>> {
        let Some(text) = self.optional(pointer) else { return Ok(None) };
        let date = date(self.formats, &text);
        date.map(Some).ok_or_else(|| unexpected(self.what, &format!("no date at {pointer}")))
    }

    fn identity(&self, at: &IdentityPointers) -> Read<PatientIdentity> {
        Ok(PatientIdentity {
            name: self.text(&at.name)?.into(),
            mrn: self.text(&at.mrn)?.into(),
            dob: self.optional_date(&at.dob)?.map(Redacted::new),
        })
    }
}

/// A date, or the date of a date with time.
fn date(formats: &Formats, text: &str) -> Option<Date> {
    Date::strptime(&formats.date, text)
        .ok()
        .or_else(|| DateTime::strptime(&formats.date_time, text).ok().map(|both| both.date()))
}

/// The patient in a viewer's header.
pub(crate) fn header_identity(
    what: &'static str,
    viewer: &Viewer,
    formats: &Formats,
) -> Read<PatientIdentity> {
    let need = |text: &Option<String>, part: &str| {
        text.clone().ok_or_else(|| unexpected(what, &format!("no {part} in its header")))
    };
    let dob = match &viewer.dob {
        Some(text) => {
            Some(date(formats, text).ok_or_else(|| unexpected(what, "no date of birth in its header"))?)
        }
        None => None,
    };
    Ok(PatientIdentity {
        name: need(&viewer.name, "name")?.into(),
        mrn: need(&viewer.mrn, "MRN")?.into(),
        dob: dob.map(Redacted::new),
    })
}

/// A screen must show the patient of the row it was reached from.
pub(crate) fn must_be(patient: &PatientIdentity, seen: &PatientIdentity, screen: &str) -> Read<()> {
    match patient.compare(seen) {
        IdentityVerdict::Same => Ok(()),
        IdentityVerdict::Different(conflict) => {
            Err(PortalError::WrongPatient { screen: screen.to_owned(), conflict })
        }
    }
}

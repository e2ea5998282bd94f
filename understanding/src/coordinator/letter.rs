//! The letter to the prescriber: which document, why, by which rule, and exactly what is asked for.
//!
//! It names the patient by name and date of birth and the items ordered, and no value, diagnosis or insurance number:
//! the reader has the chart (minimum necessary, 45 CFR 164.502(b)). Its reasons come from `letters.toml` and hold
//! whatever the packet says: dates are those the rule compared.

use super::points::{self, code_of};
use super::summary::OrderSummary;
use super::{CaseFacts, OpenPoint};
use crate::knowledge::{Knowledge, LetterText, Supplies};
use domain::parser::Finding;
use domain::redacted::Redacted;
use jiff::civil::Date;
use serde::Serialize;
use std::fmt;

/// The supplier, as its letters show it; from the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Letterhead {
    /// The supplier's name.
    pub name: String,
    /// Its address, a line each.
    pub address: Vec<String>,
    /// Telephone.
    pub phone: String,
    /// Fax, where the answer goes.
    pub fax: String,
    /// Who is asked for.
    pub contact: String,
}

/// A letter, part by part; `text` sets it for mail and fax software, a typesetter sets its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Who writes.
    pub letterhead: Letterhead,
    /// Such as `November 23, 2026`.
    pub date: String,
    /// Whom it goes to, a line each.
    pub to: Vec<Redacted<String>>,
    /// What it is about.
    pub subject: String,
    /// Whose records it asks for: labels with their values.
    pub concerning: Vec<(String, Redacted<String>)>,
    /// How it begins.
    pub opening: Vec<Redacted<String>>,
    /// What is asked for, numbered from 1.
    pub items: Vec<LetterItem>,
    /// How it ends.
    pub closing: Vec<String>,
    /// The lines the office fills in and sends back.
    pub reply: Vec<String>,
    /// What a reader who got it by mistake is told.
    pub notice: String,
}

/// One thing the prescriber is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LetterItem {
    /// The document.
    pub document: String,
    /// What we hold and what not.
    pub because: Redacted<String>,
    /// What the payer asks for.
    pub rule: String,
    /// Where that is written.
    pub source: String,
    /// What is to be sent.
    pub ask: Redacted<String>,
}

/// Why there is no letter, and who acts instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLetter {
    /// In words; no patient data.
    pub why: String,
    /// Who acts, the likeliest first.
    pub who: Vec<Supplies>,
}

impl fmt::Display for NoLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)?;
        if !self.who.is_empty() {
            write!(f, "; who acts: {}", points::in_words(&self.who))?;
        }
        Ok(())
    }
}

impl std::error::Error for NoLetter {}

/// The points a prescriber is asked about.
///
/// # Errors
/// Nothing stops the order, a person acts first, no prescriber can supply what is missing, or nobody knows whose order
/// it is.
pub(super) fn askable<'k>(
    summary: &OrderSummary,
    knowledge: &'k Knowledge,
) -> Result<Vec<(usize, &'k LetterText)>, NoLetter> {
    let stopping: Vec<(usize, &OpenPoint)> =
        summary.points.iter().enumerate().filter(|(_, point)| point.stops).collect();
    if stopping.is_empty() {
        return Err(NoLetter {
            why: "nothing stops this order, so there is nothing to ask for".to_owned(),
            who: Vec::new(),
        });
    }
    let first = stopping
        .iter()
        .find(|(_, point)| points::words(point, knowledge).is_none_or(|words| words.settle_first));
    if let Some((_, point)) = first {
        return Err(NoLetter {
            why: format!("a person acts first ({}): {}", point.code, point.to_do),
            who: point.who.clone(),
        });
    }
    let asked: Vec<(usize, &LetterText)> = stopping
        .iter()
        .filter_map(|(index, point)| Some((*index, points::words(point, knowledge)?.letter.as_ref()?)))
        .collect();
    if asked.is_empty() {
        let why = format!("no prescriber can supply this ({}): {}", stopping[0].1.code, stopping[0].1.to_do);
        return Err(NoLetter { why, who: stopping[0].1.who.clone() });
    }
    if summary.patient.name.is_none() {
        let why = "nobody can read whose order it is".to_owned();
        return Err(NoLetter { why, who: vec![Supplies::Coordinator] });
    }
    Ok(asked)
}

/// The letter for an order that waits for what its prescriber can supply.
///
/// # Errors
/// There is nothing to ask the prescriber for; the error says who acts instead.
pub fn letter(
    facts: &CaseFacts<'_>,
    summary: &OrderSummary,
    knowledge: &Knowledge,
    letterhead: &Letterhead,
    today: Date,
) -> Result<Letter, NoLetter> {
    let asked = askable(summary, knowledge)?;
    let findings = facts.order.map_or(&[][..], |(_, order)| order.findings.as_slice());
    let items = asked
        .into_iter()
        .map(|(index, text)| {
            let point = &summary.points[index];
            let finding = findings.iter().find(|finding| code_of(finding) == point.code);
            let known = Known { finding, order_date: summary.order_date };
            LetterItem {
                document: point.document.clone(),
                because: known.fill(&text.because).into(),
                rule: text.rule.clone(),
                source: text.source.clone(),
                ask: known.fill(&text.ask).into(),
            }
        })
        .collect();
    Ok(Letter {
        letterhead: letterhead.clone(),
        date: in_words(today),
        to: addressee(facts, summary, letterhead),
        subject: "Request for documentation of an equipment order".to_owned(),
        concerning: concerning(summary),
        opening: opening(summary),
        items,
        closing: closing(letterhead),
        reply: reply(),
        notice: NOTICE.to_owned(),
    })
}

/// What a reader who got it by mistake is told; the usual words on a fax with health information.
const NOTICE: &str = "Confidential: this letter holds protected health information for the addressee's use in treatment and payment only. If you received it in error, please call us and destroy it.";

fn addressee(
    facts: &CaseFacts<'_>,
    summary: &OrderSummary,
    letterhead: &Letterhead,
) -> Vec<Redacted<String>> {
    let prescriber = &summary.prescriber;
    // Forms print where they go back to: the supplier's own numbers are nobody else's.
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let own = [digits(&letterhead.fax), digits(&letterhead.phone)];
    let theirs = |number: &Option<String>| number.clone().filter(|text| !own.contains(&digits(text)));
    let mut lines: Vec<Redacted<String>> = Vec::new();
    match (&prescriber.name, facts.sender) {
        (Some(name), _) => lines.push(name.clone()),
        (None, Some(sender)) => {
            lines.push("To the ordering practitioner".into());
            lines.push(format!("care of {}", sender.reveal()).into());
        }
        (None, None) => lines.push("To the ordering practitioner".into()),
    }
    let (phone, fax) = (theirs(&prescriber.phone), theirs(&prescriber.fax));
    let named = [("NPI", &prescriber.npi), ("Telephone", &phone), ("Fax", &fax)];
    lines.extend(
        named.into_iter().filter_map(|(label, value)| Some(format!("{label} {}", value.as_ref()?).into())),
    );
    lines.push(facts.hospital.to_owned().into());
    lines
}

fn concerning(summary: &OrderSummary) -> Vec<(String, Redacted<String>)> {
    let mut lines: Vec<(String, Redacted<String>)> = Vec::new();
    if let Some(name) = &summary.patient.name {
        lines.push(("Patient".to_owned(), name.clone()));
    }
    if let Some(born) = &summary.patient.born {
        lines.push(("Date of birth".to_owned(), in_words(*born.reveal()).into()));
    }
    if !summary.items.is_empty() {
        let items: Vec<String> = summary
            .items
            .iter()
            .map(|item| match &item.hcpcs {
                Some(code) => format!("{} ({code})", item.words),
                None => item.words.clone(),
            })
            .collect();
        lines.push(("Ordered".to_owned(), items.join(", ").into()));
    }
    if let Some(day) = summary.order_date {
        lines.push(("Order date".to_owned(), in_words(day).into()));
    }
    lines.push(("Our reference".to_owned(), summary.reference.clone().into()));
    lines
}

fn opening(summary: &OrderSummary) -> Vec<Redacted<String>> {
    let greeting = match &summary.prescriber.name {
        Some(name) => format!("Dear {}:", name.reveal()),
        None => "Dear Practitioner:".to_owned(),
    };
    let what = if summary.items.is_empty() {
        "We cannot go on with"
    } else {
        "Thank you for your order. We cannot deliver it under"
    };
    let rest = if summary.items.is_empty() {
        "a request for medical equipment for this patient until we have the following. We ask for no other records."
    } else {
        "the payer's rules until we have the following. We ask for no other records."
    };
    vec![greeting.into(), format!("{what} {rest}").into()]
}

fn closing(letterhead: &Letterhead) -> Vec<String> {
    vec![
        format!(
            "Please reply by fax to {} or call {} at {}. Records are made by whoever saw the patient: please send what is in the chart, and add a late entry or addendum only where your own policy allows it.",
            letterhead.fax, letterhead.contact, letterhead.phone
        ),
        "Thank you for your help.".to_owned(),
        format!("Sincerely,\n{}\n{}", letterhead.contact, letterhead.name),
    ]
}

fn reply() -> Vec<String> {
    [
        "[  ] The records asked for are attached.",
        "[  ] There are no such records.",
        "[  ] Please call us at ______________________",
        "Name ____________________  Signature ____________________  Date ___________",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// What can stand between braces.
struct Known<'a> {
    finding: Option<&'a Finding>,
    order_date: Option<Date>,
}

impl Known<'_> {
    /// Fills a sentence; a part in brackets with an unknown value is left out.
    fn fill(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('[') {
            out.push_str(before);
            let (inside, behind) = after.split_once(']').unwrap_or((after, ""));
            out.push_str(&self.places(inside).unwrap_or_default());
            rest = behind;
        }
        out.push_str(&self.places(rest).unwrap_or_else(|| rest.to_owned()));
        out
    }

    /// A part with its values; none where one is unknown.
    fn places(&self, part: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = part;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}')?;
            out.push_str(before);
            out.push_str(&in_words(self.day(name)?));
            rest = behind;
        }
        out.push_str(rest);
        Some(out)
    }

    fn day(&self, name: &str) -> Option<Date> {
        let input = |name: &str| day_of(self.finding?.inputs.get(name)?.reveal());
        match name {
            "visit_date" => input("encounter_date"),
            "study_date" => input("recording_start"),
            "order_date" => input("order_date").or(self.order_date),
            _ => None,
        }
    }
}

/// The day of `2026-10-05` or `2026-10-05T22:10:00`.
fn day_of(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

/// `November 23, 2026`.
pub(super) fn in_words(day: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(day.month() - 1).ok().and_then(|month| MONTHS.get(month));
    format!("{} {}, {}", month.unwrap_or(&""), day.day(), day.year())
}

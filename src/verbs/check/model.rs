//! Whether the language model answers: a question about a page of ours, without any patient's.

use super::{CheckLine, bad};
use crate::settings::{ModelSettings, Settings};
use crate::verbs::spending;
use crate::wiring::{self, Stores};
use domain::model::{AskedField, AskedPage, ModelQuestion};
use domain::ports::SpendingOf;
use jiff::tz::TimeZone;

/// The page that is asked about, and the word on it that is looked for.
const PAGE: &str = "This page belongs to nobody.\nThe word to be found is ORDER.";
const WORD: &str = "ORDER";

/// What is configured.
pub(super) fn line(settings: &Settings) -> CheckLine {
    let what = "language model";
    let Some(model) = &settings.model else { return CheckLine::good(what, "none; rules alone") };
    match wiring::language_model(model) {
        Ok(port) => {
            CheckLine::good(what, format!("{} at {}, {}", model.name, port.identity().host, money(model)))
        }
        Err(failure) => bad(what, &failure),
    }
}

fn money(model: &ModelSettings) -> String {
    let (order, day) = (model.limits.order_micro_usd, model.limits.day_micro_usd);
    format!("at most {} an order and {} a day", spending::dollars(order), spending::dollars(day))
}

/// What was spent today, by the calendar of the limits.
pub(super) async fn today(settings: &Settings, stores: &Stores) -> Option<CheckLine> {
    let what = "language model today";
    let model = settings.model.as_ref()?;
    let day = TimeZone::UTC.to_datetime(stores.clock.now()).date();
    Some(match spending::spent(stores, SpendingOf::Day(day)).await {
        Ok(spent) => {
            let spent = spending::text(&spent.unwrap_or_default());
            CheckLine::good(what, format!("{spent}, of {}", spending::dollars(model.limits.day_micro_usd)))
        }
        Err(failure) => bad(what, &failure),
    })
}

/// Asks it; costs a few hundred tokens, which no limit counts.
pub(super) async fn ask(settings: &Settings) -> Option<CheckLine> {
    let what = "language model answers";
    let model = settings.model.as_ref()?;
    let port = match wiring::language_model(model) {
        Ok(port) => port,
        Err(failure) => return Some(bad(what, &failure)),
    };
    Some(match port.ask(&question(model)).await {
        Ok(reply) => {
            let found = reply.answer.found.iter().any(|found| found.quote.contains(WORD));
            let tokens = match reply.usage {
                Some(usage) => format!("{} and {} tokens", usage.input, usage.output),
                None => "tokens not counted by the server: every call counts in full".to_owned(),
            };
            let remark = if found { "" } else { "; it did not find a plain word, so expect little of it" };
            CheckLine::good(what, format!("{} at {}: {tokens}{remark}", model.name, port.identity().host))
        }
        Err(error) => {
            CheckLine::bad(what, format!("{}\norders go on by rules; see docs/model.md", error.cause))
        }
    })
}

fn question(model: &ModelSettings) -> ModelQuestion {
    ModelQuestion {
        prompt: "check".to_owned(),
        version: 1,
        instructions:
            "You are given a page as JSON. Say in `quote`, letter by letter, where what is asked for \
                       stands, with the page's number in `page` and its name in `field`."
                .to_owned(),
        asked: vec![AskedField { field: "word".to_owned(), what: "the word to be found".to_owned() }],
        pages: vec![AskedPage { page: 1, text: PAGE.into() }],
        answer_tokens_max: model.limits.answer_tokens_max,
    }
}

//! `collection.toml`: what of a chart is read, per item family, and how the family is told before a page is read.
//!
//! Told from words alone: the message's, and those the list of orders shows. Where the orders, once read, are for
//! something else, [`Knowledge::families_missed`] says what the chart has to be read for as well.

use super::Knowledge;
use super::decode::Mistakes;
use super::error::{KnowledgeError, nearest};
use crate::text::words_of;
use domain::patient_scraper::{CollectionPlan, SectionPlan};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// One `[plan.NAME]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    /// The families it is for; the plan's own name unless given.
    #[serde(default)]
    families: Vec<String>,
    /// Words of a message that ask for this plan where no family is told.
    #[serde(default)]
    words: Vec<String>,
    sections: Vec<SectionPlan>,
}

/// The plans, by name and by family.
#[derive(Clone, Debug, Default)]
pub(super) struct Plans {
    by_name: BTreeMap<String, CollectionPlan>,
    name_of: BTreeMap<String, String>,
    words: Vec<(String, String)>,
}

impl Plans {
    /// Families that have a plan of their own.
    pub(super) fn families(&self) -> impl Iterator<Item = &str> {
        self.name_of.keys().map(String::as_str)
    }

    fn add(&mut self, name: &str, file: PlanFile) {
        let own = [CollectionPlan::ANY_ITEM, CollectionPlan::NO_ITEM];
        let families = match file.families.as_slice() {
            [] if own.contains(&name) => Vec::new(),
            [] => vec![name.to_owned()],
            families => families.to_vec(),
        };
        self.name_of.extend(families.into_iter().map(|family| (family, name.to_owned())));
        self.words.extend(file.words.iter().map(|words| (words_of(words).join(" "), name.to_owned())));
        self.by_name.insert(name.to_owned(), CollectionPlan { sections: file.sections });
    }

    /// The plan of a family, or of a plan's own name; families without one have the plan for any item.
    fn of(&self, family: &str) -> Option<&CollectionPlan> {
        let name = self.name_of.get(family).map_or(family, String::as_str);
        self.by_name.get(name).or_else(|| self.by_name.get(CollectionPlan::ANY_ITEM))
    }
}

/// Reads `[plan.NAME]` tables; every plan that cannot be used is reported.
pub(super) fn read(file: &str, table: &Table, mistakes: &Mistakes) -> Plans {
    let mistake = |key: String, reason: String, nearest: Option<String>| {
        mistakes.borrow_mut().push(KnowledgeError {
            file: file.to_owned(),
            line: None,
            key,
            reason,
            nearest,
        });
    };
    for key in table.keys().filter(|key| *key != "plan" && *key != "words") {
        mistake(key.clone(), "is no known key".to_owned(), nearest(key, ["plan", "words"]));
    }
    let mut plans = Plans::default();
    let lists = table.get("words").map(|words| words.clone().try_into::<BTreeMap<String, Vec<String>>>());
    let lists = lists.transpose().unwrap_or_else(|error| {
        mistake("words".to_owned(), explain(error.message()).0, None);
        None
    });
    let lists = lists.unwrap_or_default();
    for (name, value) in table.get("plan").and_then(Value::as_table).into_iter().flatten() {
        match value.clone().try_into::<PlanFile>() {
            Ok(mut plan) => {
                for (list, known) in plan.sections.iter_mut().flat_map(|section| unfold(section, &lists)) {
                    let reason = format!("`@{list}` is no list of [words]");
                    mistake(format!("plan.{name}"), reason, known);
                }
                plans.add(name, plan);
            }
            Err(error) => {
                let (reason, meant) = explain(error.message());
                mistake(format!("plan.{name}"), reason, meant);
            }
        }
    }
    for name in [CollectionPlan::ANY_ITEM, CollectionPlan::NO_ITEM] {
        // One that is there and wrong has been reported.
        if table.get("plan").is_none_or(|plans| plans.get(name).is_none()) {
            mistake(format!("plan.{name}"), "is missing".to_owned(), None);
        }
    }
    plans
}

/// Puts the words of a list in the place of its name, `@NAME`; gives the names that are no list's, and the nearest one.
fn unfold(section: &mut SectionPlan, lists: &BTreeMap<String, Vec<String>>) -> Vec<(String, Option<String>)> {
    let mut wrong = Vec::new();
    let SectionPlan { any_date_words, never_words, only_words, leave_words, keep_words, .. } = section;
    for words in [any_date_words, never_words, only_words, leave_words, keep_words] {
        let mut unfolded = Vec::new();
        for word in words.drain(..) {
            match word.strip_prefix('@').map(|name| lists.get(name).ok_or(name)) {
                None => unfolded.push(word),
                Some(Ok(list)) => unfolded.extend(list.iter().cloned()),
                Some(Err(name)) => {
                    wrong.push((name.to_owned(), nearest(name, lists.keys().map(String::as_str))));
                }
            }
        }
        *words = unfolded;
    }
    wrong
}

impl Knowledge {
    /// The item families that texts name: by words of a family or of its codes, the longest at each place, or by a code.
    /// More texts name more.
    pub fn families_named(&self, texts: &[&str]) -> BTreeSet<String> {
        texts.iter().flat_map(|text| self.families_of(&words_of(text))).collect()
    }

    /// The item families that texts name. Where they name none but words of a plan are there, that plan's name.
    pub fn families_told(&self, texts: &[&str]) -> BTreeSet<String> {
        let named = self.families_named(texts);
        if !named.is_empty() {
            return named;
        }
        let texts: Vec<Vec<String>> = texts.iter().map(|text| words_of(text)).collect();
        let asks = |phrase: &str| texts.iter().any(|words| !places(words, phrase).is_empty());
        let asked = self.plans.words.iter().filter(|(phrase, _)| asks(phrase));
        asked.map(|(_, name)| name.clone()).collect()
    }

    fn families_of(&self, words: &[String]) -> BTreeSet<String> {
        let mut said: Vec<(usize, usize, Vec<&str>)> = Vec::new();
        for (phrase, family) in &self.codes.family_words {
            said.extend(
                places(words, phrase).into_iter().map(|(from, to)| (from, to, vec![family.as_str()])),
            );
        }
        for (name, code) in &self.codes.hcpcs {
            let families = || [&code.family].into_iter().chain(&code.or_families).map(String::as_str);
            let name = name.to_lowercase();
            for phrase in code.words.iter().map(String::as_str).chain([name.as_str()]) {
                said.extend(
                    places(words, phrase).into_iter().map(|(from, to)| (from, to, families().collect())),
                );
            }
        }
        // `cpap` says nothing of its own inside `cpap supplies`.
        let within = |(from, to): (usize, usize)| {
            said.iter().any(|(start, end, _)| *start <= from && to <= *end && end - start > to - from)
        };
        let outermost = said.iter().filter(|(from, to, _)| !within((*from, *to)));
        outermost.flat_map(|(.., families)| families.iter().map(|family| (*family).to_owned())).collect()
    }

    /// What of a chart is read for these families, all together. For none: what is read while no item is known.
    pub fn plan_for<'a>(&self, families: impl IntoIterator<Item = &'a str>) -> CollectionPlan {
        let plans: Vec<&CollectionPlan> =
            families.into_iter().filter_map(|family| self.plans.of(family)).collect();
        if plans.is_empty() {
            return self.plans.of(CollectionPlan::NO_ITEM).cloned().unwrap_or_default();
        }
        CollectionPlan::union(plans)
    }

    /// Whether a family, or a plan by its name, can be asked for; the known ones otherwise.
    ///
    /// # Errors
    /// The names that are known.
    pub fn knows_plan(&self, name: &str) -> Result<(), Vec<&str>> {
        let known: BTreeSet<&str> =
            self.plans.by_name.keys().map(String::as_str).chain(self.plans.families()).collect();
        if known.contains(name) { Ok(()) } else { Err(known.into_iter().collect()) }
    }

    /// Families of orders for which a chart was not read: `read_for` are those it was read for. Supplies that go with
    /// a device it was read for are not missed.
    pub fn families_missed<'a>(
        &self,
        read_for: &[String],
        ordered: impl IntoIterator<Item = &'a str>,
    ) -> Vec<String> {
        let covers = |family: &str| {
            let plan = |family: &str| self.plans.of(family).map(|plan| plan.sections.as_slice());
            let same_plan = |read: &String| plan(read) == plan(family);
            let joined = self.codes.joins.get(family).into_iter().flatten();
            read_for.iter().any(|read| read == CollectionPlan::ANY_ITEM || read == family || same_plan(read))
                || joined.into_iter().any(|device| read_for.contains(device))
        };
        let missed: BTreeSet<&str> = ordered.into_iter().filter(|family| !covers(family)).collect();
        missed.into_iter().map(str::to_owned).collect()
    }
}

/// Where a phrase, words in lower case, stands in words: from and to.
fn places(words: &[String], phrase: &str) -> Vec<(usize, usize)> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    let stands = |window: &[String]| window.iter().zip(&phrase).all(|(word, wanted)| word == wanted);
    let starts = words.windows(phrase.len()).enumerate().filter(|(_, window)| stands(window));
    starts.map(|(start, _)| (start, start + phrase.len())).collect()
}

/// serde's text names the unknown word and the known ones between backticks.
fn explain(message: &str) -> (String, Option<String>) {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let meant = quoted.next().and_then(|word| nearest(word, quoted));
    (message.lines().next().unwrap_or_default().to_owned(), meant)
}

#[cfg(test)]
mod tests;

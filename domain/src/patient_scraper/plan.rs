//! The collection plan: which sections are opened, and which of their documents belong to it.

use super::{ListedDocument, NotCaptured, Section};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Which documents of a section belong to the plan of one item family (`config/collection.toml`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionPlan {
    /// The section.
    pub section: Section,
    /// Documents older than this many days before the message are left out; none: any date.
    #[serde(default)]
    pub look_back_days: Option<u32>,
    /// Words of Epic types or titles that are fetched at any date, such as sleep studies, `leave_words` or not.
    #[serde(default)]
    pub any_date_words: Vec<String>,
    /// Words of Epic types or titles that are never fetched, whatever any other plan says.
    #[serde(default)]
    pub never_words: Vec<String>,
    /// Only documents with one of these words in Epic type or title; none: all.
    #[serde(default)]
    pub only_words: Vec<String>,
    /// Whole words of Epic types or titles of documents about something else, such as `dermatology`: left out, unless
    /// another plan asks for them. Whole, because `lab` stands in `available` and must not cost an order.
    #[serde(default)]
    pub leave_words: Vec<String>,
    /// Words in Epic type or title that lift `leave_words`, such as `sleep` in `Sleep Lab Report`.
    #[serde(default)]
    pub keep_words: Vec<String>,
}

/// What is fetched of a chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionPlan {
    /// A section not named is not opened; of several entries of one section each adds what it asks for.
    pub sections: Vec<SectionPlan>,
}

impl CollectionPlan {
    /// The name of the plan that asks for what any item may need.
    pub const ANY_ITEM: &str = "default";
    /// The name of the plan that is followed while no item is known.
    pub const NO_ITEM: &str = "unknown";

    /// Everything that any of these plans asks for; what one of them never fetches is not fetched.
    pub fn union<'a>(plans: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sections: Vec<SectionPlan> = Vec::new();
        for section in plans.into_iter().flat_map(|plan| &plan.sections) {
            if !sections.contains(section) {
                sections.push(section.clone());
            }
        }
        Self { sections }
    }

    /// Whether the section is opened.
    pub fn opens(&self, section: Section) -> bool {
        self.sections.iter().any(|plan| plan.section == section)
    }

    /// Whether a listed document is fetched; `Err` carries the ledger's reason. `received` is the message's day.
    ///
    /// # Errors
    /// [`NotCaptured::OutsidePlan`] when the plan leaves the document out.
    pub fn decide(&self, document: &ListedDocument, received: Date) -> Result<(), NotCaptured> {
        let text = format!("{} {}", document.epic_type, document.title.reveal()).to_lowercase();
        let plans = || self.sections.iter().filter(|plan| plan.section == document.section);
        let never = plans().any(|plan| has(&text, &plan.never_words));
        if !never && plans().any(|plan| plan.asks_for(&text, document.service_date, received)) {
            return Ok(());
        }
        Err(NotCaptured::OutsidePlan)
    }
}

impl SectionPlan {
    fn asks_for(&self, text: &str, service_date: Option<Date>, received: Date) -> bool {
        if !self.only_words.is_empty() && !has(text, &self.only_words) {
            return false;
        }
        let kept = || has(text, &self.any_date_words) || has(text, &self.keep_words);
        if has_whole(text, &self.leave_words) && !kept() {
            return false;
        }
        let (Some(days), Some(date)) = (self.look_back_days, service_date) else { return true };
        let age_days = (received - date).get_days();
        age_days <= i32::try_from(days).unwrap_or(i32::MAX) || has(text, &self.any_date_words)
    }
}

fn has(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(&word.to_lowercase()))
}

/// Whether one of the phrases stands in the text, word by word.
fn has_whole(text: &str, phrases: &[String]) -> bool {
    let words = words_of(text);
    let stands = |phrase: &Vec<String>| {
        !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase.as_slice())
    };
    phrases.iter().map(|phrase| words_of(phrase)).any(|phrase| stands(&phrase))
}

fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn listed(title: &str, service_date: Option<Date>) -> ListedDocument {
        ListedDocument {
            epic_id: "D1".into(),
            section: Section::Notes,
            title: title.into(),
            epic_type: "Progress Notes".into(),
            service_date,
            author: None,
            status: None,
            edited: None,
        }
    }

    fn notes(look_back_days: u32) -> SectionPlan {
        SectionPlan {
            section: Section::Notes,
            look_back_days: Some(look_back_days),
            any_date_words: vec!["Polysomn".into()],
            never_words: vec!["psychotherapy".into()],
            only_words: Vec::new(),
            leave_words: Vec::new(),
            keep_words: Vec::new(),
        }
    }

    #[test]
    fn what_is_about_something_else_is_left_out_unless_a_word_speaks_for_it() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let tight = SectionPlan {
            leave_words: words(&["Lab", "physical therapy"]),
            keep_words: words(&["Sleep"]),
            ..notes(365)
        };
        let (plan, received) = (CollectionPlan { sections: vec![tight.clone()] }, date(2026, 11, 20));
        for (title, expected) in [
            ("LAB: lipids", false),
            ("Referral to Physical-Therapy", false),
            ("Sleep lab visit", true),
            ("Polysomnogram, lab", true),
            // Part of a word says nothing.
            ("Collaborative visit, slots available", true),
            ("Physical examination, therapy plan", true),
        ] {
            let decided = plan.decide(&listed(title, Some(date(2026, 11, 1))), received);
            assert_eq!(decided.is_ok(), expected, "{title}");
        }
        // Left out by one plan, asked for by another.
        let other =
            CollectionPlan { sections: vec![SectionPlan { leave_words: words(&["lab"]), ..notes(365) }] };
        let both = CollectionPlan::union([&plan, &other]);
        assert_eq!(both.decide(&listed("Physical therapy", None), received), Ok(()));
        assert!(both.decide(&listed("Lab", None), received).is_err());
    }

    #[test]
    fn the_plan_keeps_recent_notes_and_sleep_studies_of_any_date() {
        let plan = CollectionPlan { sections: vec![notes(365)] };
        let received = date(2026, 11, 20);
        for (title, service_date, expected) in [
            ("Office Visit", Some(date(2026, 11, 1)), Ok(())),
            ("Office Visit", None, Ok(())),
            ("Office Visit", Some(date(2019, 1, 1)), Err(NotCaptured::OutsidePlan)),
            ("Polysomnography", Some(date(2019, 1, 1)), Ok(())),
            ("Psychotherapy note", Some(date(2026, 11, 1)), Err(NotCaptured::OutsidePlan)),
        ] {
            assert_eq!(plan.decide(&listed(title, service_date), received), expected, "{title}");
        }
        let elsewhere = ListedDocument { section: Section::Media, ..listed("Office Visit", None) };
        assert_eq!(plan.decide(&elsewhere, received), Err(NotCaptured::OutsidePlan));
    }

    #[test]
    fn plans_together_ask_for_what_either_asks_for_and_never_for_what_one_refuses() {
        let orders_only = SectionPlan {
            only_words: vec!["order".into()],
            never_words: Vec::new(),
            look_back_days: None,
            ..notes(0)
        };
        let (short, long) =
            (CollectionPlan { sections: vec![notes(30)] }, CollectionPlan { sections: vec![orders_only] });
        let (both, received) = (CollectionPlan::union([&short, &long, &short]), date(2026, 11, 20));
        assert_eq!(both.sections.len(), 2);
        for (title, service_date, expected) in [
            ("Office Visit", Some(date(2026, 11, 1)), true),
            ("Office Visit", Some(date(2025, 11, 1)), false),
            ("Order for CPAP", Some(date(2015, 11, 1)), true),
            ("Psychotherapy order", Some(date(2015, 11, 1)), false),
        ] {
            assert_eq!(both.decide(&listed(title, service_date), received).is_ok(), expected, "{title}");
        }
        assert!(both.opens(Section::Notes) && !both.opens(Section::Media));
    }
}

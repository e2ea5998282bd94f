//! Numbers in sentences: which words before them tell what they are.

use super::{Walk, things};
use crate::extract::study::atoms::Unit;
use crate::extract::study::label::{self, Label};
use crate::extract::study::meaning::{Meaning, meaning, names_a_thing};
use crate::extract::study::words::{Idea, Ideas};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

const PLACES: [Idea; 4] = [Idea::Supine, Idea::Rem, Idea::Nrem, Idea::OffSupine];

/// Between two numbers of one sentence that are the same in two places: `22.1, rising to 40.2 in the supine position`.
static CONTINUES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:[\s,;()=]|\b(?:and|but|or|vs|versus|compared|with|to|was|were|it|is|rising|rose|increas\w+|worsen\w+|decreas\w+|falling|fell|improv\w+|of|an?|up|down|which|while|then|overall|total|position|sleep|stage|when|during|in|the)\b\.?)*$").ok()
});

static REMAINED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*(?:remain(?:ed|ing|s)?|(?:were|was)\s+left|residual)\b").ok());

impl Walk<'_> {
    /// What a number of a sentence is, and where its label begins.
    pub(super) fn in_sentence(
        &mut self,
        index: usize,
        own: Option<Label>,
        after: Ideas,
        gap: &Range<usize>,
    ) -> (Meaning, usize) {
        let atom = &self.atoms[index].clone();
        // `at which 2.6 events/h remained`
        let left = REMAINED.as_ref().is_some_and(|regex| regex.is_match(&self.segment.text[atom.end..]));
        if left
            && atom.unit == Unit::PerHour
            && own.as_ref().is_none_or(|own| !own.options.iter().any(|own| names_a_thing(*own)))
        {
            return (Meaning::Measure("residual_ahi"), atom.at.start);
        }
        let Some(label) = own else { return (self.without_label(index, after, gap), atom.at.start) };
        let more = label.qualifiers.and(after);
        if let Some(total) = label.options.last().and_then(|ideas| self.total(*ideas)) {
            return (meaning(total, atom, self.report), label.start);
        }
        for option in &label.options {
            let ideas = self.placed(option.and(more));
            let told = meaning(ideas, atom, self.report);
            if told == Meaning::Open {
                continue;
            }
            self.last = things(ideas);
            self.recent = ideas;
            let near = label::is_near(&self.segment.text[label.end..atom.at.start], atom, told);
            // A place named in passing may or may not be meant.
            let sure = near && !label.doubtful;
            return (if sure { told } else { Meaning::Other }, label.start);
        }
        let widest = label.options.last().copied().unwrap_or_default();
        // `Apneas: obstructive 70, central 4`
        let kinds = [Idea::Obstructive, Idea::Central, Idea::Mixed];
        if !widest.is_empty() && widest.only(&kinds) == widest && self.last == Ideas::of(&[Idea::Apnea]) {
            return (meaning(widest.with(Idea::Apnea), atom, self.report), label.start);
        }
        for thing in [self.last, things(self.segment.context)] {
            let ideas = self.placed(widest.and(thing).and(more));
            // `Hypopneas: 61. Total: 137.` under `Apneas:` is not the apneas.
            if thing == things(self.segment.context)
                && widest.without(&[Idea::Events, Idea::Count]) == Ideas::of(&[Idea::Total])
            {
                continue;
            }
            if !thing.is_empty() && !names_a_thing(widest) {
                let told = meaning(ideas, atom, self.report);
                if told != Meaning::Open {
                    self.last = things(ideas);
                    let near = label::is_near(&self.segment.text[label.end..atom.at.start], atom, told);
                    return (if near { told } else { Meaning::Other }, label.start);
                }
            }
        }
        self.last = if names_a_thing(widest) { things(widest) } else { self.last };
        (Meaning::Open, label.start)
    }

    /// What a number is that follows another one without a label of its own.
    fn without_label(&self, index: usize, after: Ideas, gap: &Range<usize>) -> Meaning {
        let atom = &self.atoms[index];
        let goes_on = CONTINUES.as_ref().is_some_and(|regex| regex.is_match(&self.segment.text[gap.clone()]));
        if goes_on && after.any(&PLACES) && self.said.is_some() {
            return meaning(self.last.and(after), atom, self.report);
        }
        // `slept 372 of 421 minutes`
        if self.stands_beside(index) {
            return meaning(self.recent, atom, self.report);
        }
        let of = matches!(
            self.segment.text[gap.clone()].trim(),
            "of" | "out of" | "of the" | "of a" | "of a total of"
        );
        let recorded = of && self.said == Some("tst") && matches!(atom.unit, Unit::Minutes | Unit::Clock);
        if recorded { Meaning::Measure("trt") } else { Meaning::Open }
    }

    /// An index without a place of its own has that of its sentence.
    fn placed(&self, ideas: Ideas) -> Ideas {
        if ideas.any(&PLACES) || ideas.has(Idea::Total) { ideas } else { ideas.and(self.lead) }
    }
}

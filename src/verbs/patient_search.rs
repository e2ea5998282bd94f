//! What a person types to find a patient, for every verb that looks for one. To look for a patient is an access, so
//! it is written down first.

use crate::audited;
use crate::cli::Context;
use crate::error::Failure;
use crate::wiring::Stores;
use domain::keys;
use domain::search::{self, SearchTerm};
use std::io::Read;

/// Words a search may have: more than any patient's screen shows, few enough to look for at once.
const TERMS_MAX: usize = 16;

/// Bytes read of a search on standard input.
const BYTES_MAX: u64 = 1_024;

/// A search that stands in the audit log.
pub(super) struct PatientSearch {
    /// What is looked for.
    pub(super) terms: Vec<SearchTerm>,
    /// The keyed hash under which the search stands there.
    pub(super) trace: String,
}

/// Takes the text of this option, or standard input's where it is `-`, so that it stands in no history.
///
/// # Errors
/// There is nothing to look for in it, or the search cannot be written down.
pub(super) async fn search(
    context: &Context,
    stores: &Stores,
    option: &str,
    text: &str,
) -> Result<PatientSearch, Failure> {
    let typed = if text == "-" { typed_in(option)? } else { text.to_owned() };
    let terms = search::query(&typed);
    let way_out =
        "give a name or its first three letters, an MRN, or a date of birth (1961-04-02 or 4/2/1961)";
    if terms.is_empty() {
        return Err(Failure::usage(option, "there is nothing to look for in this text", way_out));
    }
    if terms.len() > TERMS_MAX {
        return Err(Failure::usage(option, format!("it has more than {TERMS_MAX} words"), way_out));
    }
    audited::write_down_search(context, stores, &typed).await?;
    Ok(PatientSearch { terms, trace: keys::search_hash(stores.sealer.as_ref(), &typed) })
}

fn typed_in(option: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(BYTES_MAX).read_to_string(&mut text);
    // The system's own words: they quote nothing of what was typed.
    read.map_err(|error| Failure::usage(option, error.kind(), "type the text, or pipe it in as UTF-8"))?;
    Ok(text)
}

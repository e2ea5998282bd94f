//! A page as evidence of a failure: its source and a screenshot, after every field that was typed into is emptied.

use crate::connection::{CallError, bounded};
use crate::frames::Frames;
use crate::scripts::EMPTIED_SOURCE;
use chromiumoxide::page::ScreenshotParams;
use domain::ports::PagePicture;
use domain::redacted::Redacted;

/// Shorter texts are part of ordinary words.
const SECRET_CHARS_MIN: usize = 4;

/// Stands where something typed stood.
const HIDDEN: &str = "[typed]";

/// Takes both. A frame whose source cannot be read is left out; without any source there is no screenshot either,
/// for its fields were not emptied.
pub(crate) async fn take(frames: &Frames<'_>, typed: &[Redacted<String>]) -> Result<PagePicture, CallError> {
    let mut html = String::new();
    for (number, frame) in frames.all().await?.iter().enumerate() {
        let source: String = frames.ask(frame, "give its source", EMPTIED_SOURCE, &[(); 0]).await?;
        html.push_str(&format!("<!-- frame {number} -->\n{}\n", without(source, typed)));
    }
    let shot = frames.page.screenshot(ScreenshotParams::builder().build());
    // A page too sick for a screenshot still has a source.
    let png = bounded(frames.limit, "take a picture", shot).await.ok();
    Ok(PagePicture { html: Some(Redacted::new(html)), png: png.map(Into::into) })
}

/// Pages keep copies of what was typed: in hidden fields, in scripts.
fn without(source: String, typed: &[Redacted<String>]) -> String {
    typed
        .iter()
        .map(Redacted::reveal)
        .filter(|text| text.chars().count() >= SECRET_CHARS_MIN)
        .flat_map(|text| [text.clone(), as_markup(text), as_attribute(text)])
        .fold(source, |source, text| source.replace(text.as_str(), HIDDEN))
}

/// As a browser writes it between tags.
fn as_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// As a browser writes it in an attribute.
fn as_attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

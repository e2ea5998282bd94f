//! A raw RFC 5322 mail, parsed into what [`domain::mfa::accept`] decides by.

use domain::mfa::{self, MailAccount, MailMatter, MailRefusal, ReceivedMail};
use ego_tree::iter::Edge;
use jiff::Timestamp;
use mail_parser::{Address, Message, MessageParser, PartType};
use scraper::Html;
use scraper::node::Node;

/// Headers that name whom a forwarded mail was first for, beside `To`.
const RECIPIENT_HEADERS: [&str; 2] = ["X-Forwarded-To", "Delivered-To"];

/// Elements that do not end a word: `<b>4829</b>13` is one code.
const INLINE: [&str; 16] = [
    "a", "abbr", "b", "bdi", "code", "em", "font", "i", "ins", "kbd", "mark", "small", "span", "strong",
    "tt", "u",
];

/// Elements whose text nobody sees.
const UNSEEN: [&str; 5] = ["head", "script", "style", "template", "title"];

/// As much HTML as is read of a mail, in bytes: code mails are small, and deep nesting is slow to parse.
const HTML_BYTES_MAX: usize = 256 * 1024;

/// What a raw mail brings: a code for one of `accounts`, or a question for the operator.
///
/// `id` is the mail's name in the mail store; `stored_at` is when it was stored there, for mails whose first
/// `Received` header tells no time.
///
/// # Errors
/// The reason for which the mail brings nothing.
pub fn read_mail(
    raw: &[u8],
    id: &str,
    accounts: &[MailAccount],
    stored_at: Option<Timestamp>,
) -> Result<MailMatter, MailRefusal> {
    let message = MessageParser::default().parse(raw).ok_or(MailRefusal::Unparsable)?;
    if message.headers().is_empty() {
        return Err(MailRefusal::Unparsable);
    }
    let mut mail = ReceivedMail {
        id: id.to_owned(),
        arrived_at: received_at(&message).or(stored_at).ok_or(MailRefusal::NoArrivalTime)?,
        sent_at: sent_at(&message),
        authentication_results: first_header(&message, raw, "Authentication-Results"),
        from: sender(&message),
        recipients: recipients(&message, raw),
        subject: subject(&message).into(),
        text: "".into(),
    };
    // A stranger's text is not looked at: only of a mail that passes everything else. What its subject alone brings
    // is no answer yet, since the text may bring more.
    let text = match mfa::accept(&mail, accounts) {
        Ok(MailMatter::Code(_)) | Err(MailRefusal::NoCode | MailRefusal::AmbiguousCode { .. }) => {
            text(&message)
        }
        Ok(MailMatter::Notice(_)) | Err(MailRefusal::UnknownConfirmation) => text_and_links(&message),
        other => return other,
    };
    mail.text = text.into();
    mfa::accept(&mail, accounts)
}

/// The one subject; a signature need not cover a second one.
fn subject(message: &Message<'_>) -> String {
    let several = count(message, "Subject") != 1;
    message.subject().filter(|_| !several).unwrap_or_default().to_owned()
}

fn count(message: &Message<'_>, name: &str) -> usize {
    message.headers().iter().filter(|header| header.name().eq_ignore_ascii_case(name)).count()
}

/// When the mail system took the mail in: the topmost `Received` header is its own.
fn received_at(message: &Message<'_>) -> Option<Timestamp> {
    let header = message.headers().iter().find(|header| header.name().eq_ignore_ascii_case("Received"))?;
    let date = header.value().as_received()?.date()?;
    date.is_valid().then(|| Timestamp::from_second(date.to_timestamp()).ok())?
}

/// When its author sent it: the one `Date`, as the signature covers it.
fn sent_at(message: &Message<'_>) -> Option<Timestamp> {
    let date = message.date().filter(|_| count(message, "Date") == 1)?;
    date.is_valid().then(|| Timestamp::from_second(date.to_timestamp()).ok())?
}

/// The raw value of the topmost header of a name. One that is no UTF-8 gives nothing: the next one below is
/// somebody else's.
fn first_header(message: &Message<'_>, raw: &[u8], name: &str) -> Option<String> {
    let header = message.headers().iter().find(|header| header.name().eq_ignore_ascii_case(name))?;
    value_of(raw, header.offset_start(), header.offset_end())
}

fn value_of(raw: &[u8], start: u32, end: u32) -> Option<String> {
    let bytes = raw.get(start as usize..end as usize)?;
    std::str::from_utf8(bytes).ok().map(|text| text.trim().to_owned())
}

/// The one author; a mail of several, or of a group, has none for us.
fn sender(message: &Message<'_>) -> Option<String> {
    if count(message, "From") != 1 {
        return None;
    }
    match message.from()? {
        Address::List(list) if list.len() == 1 => list.first()?.address().map(str::to_owned),
        Address::List(_) | Address::Group(_) => None,
    }
}

fn recipients(message: &Message<'_>, raw: &[u8]) -> Vec<String> {
    let to =
        message.to().into_iter().flat_map(|to| to.iter().filter_map(|one| one.address()).map(str::to_owned));
    let forwarded = message
        .headers()
        .iter()
        .filter(|header| RECIPIENT_HEADERS.iter().any(|name| header.name().eq_ignore_ascii_case(name)))
        .filter_map(|header| value_of(raw, header.offset_start(), header.offset_end()))
        .flat_map(|value| {
            value
                .split([',', ' '])
                .map(|part| part.trim().trim_matches(['<', '>']).to_owned())
                .filter(|part| part.contains('@'))
                .collect::<Vec<_>>()
        });
    to.chain(forwarded).collect()
}

/// The plain text where it offers a code, else the HTML as a reader sees it.
fn text(message: &Message<'_>) -> String {
    let (mut plain, mut html) = (String::new(), String::new());
    for part in message.text_bodies().chain(message.html_bodies()) {
        match &part.body {
            PartType::Text(text) if !plain.contains(text.as_ref()) => {
                plain.push_str(text);
                plain.push('\n');
            }
            PartType::Html(markup) if html.is_empty() => {
                html = seen_text(&markup[..markup.floor_char_boundary(HTML_BYTES_MAX)]);
            }
            _ => {}
        }
    }
    if html.is_empty() || !mfa::candidates(&plain).is_empty() { plain } else { html }
}

/// Every body's words, and where the links of the HTML lead, a line each.
fn text_and_links(message: &Message<'_>) -> String {
    let mut text = String::new();
    for part in message.text_bodies().chain(message.html_bodies()) {
        match &part.body {
            PartType::Text(words) => text.push_str(words),
            PartType::Html(markup) => {
                let markup = &markup[..markup.floor_char_boundary(HTML_BYTES_MAX)];
                text.push_str(&seen_text(markup));
                for node in Html::parse_document(markup).root_element().descendants() {
                    if let Some(link) = node.value().as_element().and_then(|element| element.attr("href")) {
                        text.push('\n');
                        text.push_str(link);
                    }
                }
            }
            _ => {}
        }
        text.push('\n');
    }
    text
}

/// An HTML mail's visible words.
fn seen_text(markup: &str) -> String {
    let document = Html::parse_document(markup);
    let mut text = String::new();
    let mut unseen_depth = 0_u32;
    for edge in document.root_element().traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(words) if opens && unseen_depth == 0 => text.push_str(words),
            Node::Element(element) => {
                if UNSEEN.contains(&element.name()) {
                    unseen_depth = if opens { unseen_depth + 1 } else { unseen_depth.saturating_sub(1) };
                }
                if !INLINE.contains(&element.name()) {
                    text.push(' ');
                }
            }
            _ => {}
        }
    }
    text
}

#[cfg(test)]
pub(crate) mod tests;

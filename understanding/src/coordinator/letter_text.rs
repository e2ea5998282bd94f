//! The letter as plain text: 78 columns, paragraphs apart by a blank line.

use super::letter::Letter;
use crate::text::wrapped;

/// Columns of a line: what mail and fax software shows without breaking it.
const COLUMNS: usize = 78;

impl Letter {
    /// The whole letter as text. It shows the patient.
    pub fn text(&self) -> String {
        let head = &self.letterhead;
        let mut blocks: Vec<String> = Vec::new();
        let mut top = vec![head.name.clone()];
        top.extend(head.address.iter().cloned());
        top.push(format!("Telephone {}   Fax {}", head.phone, head.fax));
        blocks.push(top.join("\n"));
        blocks.push(self.date.clone());
        blocks.push(self.to.iter().map(|line| line.reveal().as_str()).collect::<Vec<_>>().join("\n"));
        blocks.push(self.subject.to_uppercase());
        let width = self.concerning.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0) + 2;
        let line = |(label, value): &(String, domain::redacted::Redacted<String>)| {
            let label = format!("{label}:");
            indented(value.reveal(), &format!("{label:width$}"))
        };
        blocks.push(self.concerning.iter().map(line).collect::<Vec<_>>().join("\n"));
        blocks.extend(self.opening.iter().map(|text| wrapped(text.reveal(), COLUMNS)));
        for (item, number) in self.items.iter().zip(1..) {
            let lines = [
                indented(&item.document, &format!("{number}. ")),
                indented(item.because.reveal(), "   Why:    "),
                indented(&format!("{} ({})", item.rule, item.source), "   Rule:   "),
                indented(item.ask.reveal(), "   Please: "),
            ];
            blocks.push(lines.join("\n"));
        }
        blocks.extend(self.closing.iter().map(|text| wrapped(text, COLUMNS)));
        let rule = "-".repeat(COLUMNS);
        let reply = format!("Reply to {}, fax {}, reference {}", head.name, head.fax, self.reference());
        blocks.push(format!("{rule}\n{}", wrapped(&reply, COLUMNS)));
        blocks.extend(self.reply.iter().map(|text| wrapped(text, COLUMNS)));
        blocks.push(wrapped(&self.notice, COLUMNS));
        let mut text = blocks.join("\n\n");
        text.push('\n');
        text
    }

    /// Our reference, which the reply names.
    pub fn reference(&self) -> &str {
        self.concerning.last().map_or("", |(_, value)| value.reveal())
    }
}

/// A text behind a label, its further lines under its first word.
fn indented(text: &str, label: &str) -> String {
    let width = label.chars().count();
    let body = wrapped(text, COLUMNS - width);
    let pad = format!("\n{}", " ".repeat(width));
    format!("{label}{}", body.replace('\n', &pad))
}

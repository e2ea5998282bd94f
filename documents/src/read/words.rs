//! What Tesseract read, put into lines of words: from its two lists of characters, which cost it little, or from its
//! table of words, which costs it much. Knows nothing of the page.

/// A word in pixels of the picture that was read.
#[derive(Clone, PartialEq)]
pub(super) struct RawWord {
    pub(super) text: String,
    /// Left, top, right, bottom.
    pub(super) pixels: [i32; 4],
    /// 0 to 1.
    pub(super) confidence: f32,
}

/// Reads the lists: `boxes` has a row a character with its box, measured from the picture's foot; `order` the same
/// characters with a blank between words and a tab between lines (where its boxes are the line's); `confidences` a
/// percentage a word. `None` where they do not speak of the same characters.
pub(super) fn of_characters(
    boxes: &str,
    order: &str,
    confidences: &[i32],
    height: i32,
) -> Option<Vec<Vec<RawWord>>> {
    let mut boxes = boxes.lines().map(row);
    let mut lines: Vec<Vec<RawWord>> = vec![Vec::new()];
    let mut word: Option<RawWord> = None;
    let mut sure = confidences.iter();
    for (text, _) in order.lines().map(row).collect::<Option<Vec<_>>>()? {
        if text == " " || text == "\t" {
            lines.last_mut()?.extend(word.take());
            if text == "\t" {
                lines.push(Vec::new());
            }
            continue;
        }
        let (character, [left, bottom, right, top]) = boxes.next()??;
        if character != text && character != text.replace(' ', "~") {
            return None;
        }
        let pixels = [left, height - top, right, height - bottom];
        match &mut word {
            Some(word) => {
                word.text.push_str(text);
                let [x0, y0, x1, y1] = word.pixels;
                word.pixels = [x0.min(left), y0.min(pixels[1]), x1.max(right), y1.max(pixels[3])];
            }
            None => {
                // Cut to a whole percent by the engine.
                let confidence = ((*sure.next()? as f32 + 0.5) / 100.0).clamp(0.0, 1.0);
                word = Some(RawWord { text: text.to_owned(), pixels, confidence });
            }
        }
    }
    lines.last_mut()?.extend(word);
    lines.retain(|line| !line.is_empty());
    (boxes.next().is_none() && sure.next().is_none()).then_some(lines)
}

/// A row of a list: the character, which may be a blank or several letters, four sides and the page.
fn row(line: &str) -> Option<(&str, [i32; 4])> {
    let mut parts = line.rsplitn(6, ' ');
    let _page = parts.next()?;
    let mut side = || parts.next()?.parse::<i32>().ok();
    let (top, right, bottom, left) = (side()?, side()?, side()?, side()?);
    Some((parts.next()?, [left, bottom, right, top]))
}

/// Reads the table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text. Level 4 opens
/// a line, level 5 is a word.
pub(super) fn of_table(table: &str) -> Vec<Vec<RawWord>> {
    let mut lines: Vec<Vec<RawWord>> = Vec::new();
    for row in table.lines() {
        let mut columns = row.splitn(12, '\t');
        match columns.next() {
            Some("4") => lines.push(Vec::new()),
            Some("5") => {
                if let (Some(word), Some(line)) = (word_of(columns), lines.last_mut()) {
                    line.push(word);
                }
            }
            _ => {}
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn word_of<'a>(columns: impl Iterator<Item = &'a str>) -> Option<RawWord> {
    let columns: Vec<&str> = columns.skip(5).collect();
    let [left, top, width, height, confidence, text] = columns.as_slice() else { return None };
    let number = |text: &str| text.parse::<i32>().ok();
    let (left, top) = (number(left)?, number(top)?);
    Some(RawWord {
        text: text.trim().to_owned(),
        pixels: [left, top, left + number(width)?, top + number(height)?],
        confidence: (confidence.parse::<f32>().ok()? / 100.0).clamp(0.0, 1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::of_characters;

    const BOXES: &str = "A 10 80 18 92 0\nH 20 80 28 92 0\n5 40 80 48 92 0\n7 10 60 18 71 0\n";
    const ORDER: &str = "A 10 80 48 92 0\nH 10 80 48 92 0\n  10 80 48 92 0\n5 10 80 48 92 0\n\t 10 80 48 92 0\n7 10 60 18 71 0\n\t 10 60 18 71 0\n";

    #[test]
    fn characters_become_words_in_lines_with_their_boxes() {
        let lines = of_characters(BOXES, ORDER, &[96, 88, 40], 100).expect("they agree");
        let told: Vec<Vec<(&str, [i32; 4], i32)>> = lines
            .iter()
            .map(|line| {
                let told = |word: &super::RawWord| (word.confidence * 1000.0).round() as i32;
                line.iter().map(|word| (word.text.as_str(), word.pixels, told(word))).collect()
            })
            .collect();
        assert_eq!(
            told,
            [
                vec![("AH", [10, 8, 28, 20], 965), ("5", [40, 8, 48, 20], 885)],
                vec![("7", [10, 29, 18, 40], 405)],
            ]
        );
    }

    #[test]
    fn lists_that_do_not_agree_are_not_believed() {
        assert!(of_characters(BOXES, ORDER, &[96, 88], 100).is_none());
        assert!(of_characters(BOXES, ORDER, &[96, 88, 40, 1], 100).is_none());
        assert!(of_characters(&BOXES.replace("5 ", "6 "), ORDER, &[96, 88, 40], 100).is_none());
        assert!(of_characters(&BOXES[..20], ORDER, &[96, 88, 40], 100).is_none());
        assert!(of_characters(BOXES, "A 1 2\n", &[96, 88, 40], 100).is_none());
        assert!(of_characters("", "", &[], 100).is_some_and(|lines| lines.is_empty()));
    }
}

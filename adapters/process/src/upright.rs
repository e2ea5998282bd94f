//! Pages whose content was found turned, as the searchable packet shows them: upright. Everybody beyond this crate sees
//! the upright page only; workers see pages as the packet that was put together shows them.

use documents::read::{PageText, ReadMethod};

/// Fewer words do not prove that a page lies wrong.
const WORDS_MIN: usize = 10;

/// How far the content of a page lies turned, in degrees clockwise, if that is to be mended.
pub(crate) fn turn_of(page: &PageText) -> u16 {
    let turned = page.method == ReadMethod::Ocr && page.words.len() >= WORDS_MIN;
    if turned { page.turned % 360 / 90 * 90 } else { 0 }
}

/// Width and height once the page is upright, or back.
pub(crate) fn size((width, height): (f32, f32), turned: u16) -> (f32, f32) {
    if turned % 180 == 90 { (height, width) } else { (width, height) }
}

/// A box of the page as it lies, `size` large, on the upright page.
pub(crate) fn upright([x0, y0, x1, y1]: [f32; 4], (width, height): (f32, f32), turned: u16) -> [f32; 4] {
    match turned {
        90 => [y0, width - x1, y1, width - x0],
        180 => [width - x1, height - y1, width - x0, height - y0],
        270 => [height - y1, x0, height - y0, x1],
        _ => [x0, y0, x1, y1],
    }
}

/// A box of the upright page, `size` large, on the page as it lies.
pub(crate) fn as_it_lies(bbox: [f32; 4], size: (f32, f32), turned: u16) -> [f32; 4] {
    upright(bbox, size, (360 - turned % 360) % 360)
}

#[cfg(test)]
mod tests {
    use super::{as_it_lies, size, upright};

    #[test]
    fn turning_and_turning_back_is_no_change() {
        let (sheet, bbox) = ((612.0, 792.0), [100.0, 200.0, 140.0, 210.0]);
        for turned in [0, 90, 180, 270] {
            let [x0, y0, x1, y1] = upright(bbox, sheet, turned);
            let turned_sheet = size(sheet, turned);
            assert!(x0 < x1 && y0 < y1 && x1 <= turned_sheet.0 && y1 <= turned_sheet.1);
            assert_eq!(as_it_lies([x0, y0, x1, y1], turned_sheet, turned), bbox);
        }
        // The head points right: what stands at the right is at the top of the upright page.
        assert_eq!(upright([600.0, 0.0, 612.0, 50.0], sheet, 90), [0.0, 0.0, 50.0, 12.0]);
    }
}

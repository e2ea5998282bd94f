//! The standard PDF fonts and the widths of their letters (Adobe's font metrics for the core fonts, U+0020 to U+007E).

/// A family of the standard fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    Helvetica,
    Times,
    Courier,
}

/// A face in one weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Font {
    pub(crate) face: Face,
    pub(crate) bold: bool,
}

impl Font {
    /// All of them, in the order of their resource names.
    pub(crate) const ALL: [Self; 6] = [
        Self { face: Face::Helvetica, bold: false },
        Self { face: Face::Helvetica, bold: true },
        Self { face: Face::Times, bold: false },
        Self { face: Face::Times, bold: true },
        Self { face: Face::Courier, bold: false },
        Self { face: Face::Courier, bold: true },
    ];

    /// Its name as a page's resource.
    pub(crate) const fn resource(self) -> &'static [u8] {
        match (self.face, self.bold) {
            (Face::Helvetica, false) => b"H",
            (Face::Helvetica, true) => b"HB",
            (Face::Times, false) => b"T",
            (Face::Times, true) => b"TB",
            (Face::Courier, false) => b"C",
            (Face::Courier, true) => b"CB",
        }
    }

    /// Its PostScript name.
    pub(crate) const fn base(self) -> &'static [u8] {
        match (self.face, self.bold) {
            (Face::Helvetica, false) => b"Helvetica",
            (Face::Helvetica, true) => b"Helvetica-Bold",
            (Face::Times, false) => b"Times-Roman",
            (Face::Times, true) => b"Times-Bold",
            (Face::Courier, false) => b"Courier",
            (Face::Courier, true) => b"Courier-Bold",
        }
    }

    /// The width of a text in points.
    pub(crate) fn width(self, text: &str, size: f32) -> f32 {
        let units: u32 = text.chars().map(|c| u32::from(self.units(c))).sum();
        units as f32 * size / 1000.0
    }

    fn units(self, c: char) -> u16 {
        let table = match (self.face, self.bold) {
            (Face::Courier, _) => return 600,
            (Face::Helvetica, false) => &HELVETICA,
            (Face::Helvetica, true) => &HELVETICA_BOLD,
            (Face::Times, false) => &TIMES,
            (Face::Times, true) => &TIMES_BOLD,
        };
        (c as usize).checked_sub(32).and_then(|at| table.get(at)).copied().unwrap_or(500)
    }
}

#[rustfmt::skip]
const HELVETICA: [u16; 95] = [
    278,278,355,556,556,889,667,191,333,333,389,584,278,333,278,278,556,556,556,556,556,556,556,556,556,556,278,278,584,584,584,556,
    1015,667,667,722,722,667,611,778,722,278,500,667,556,833,722,778,667,778,722,667,611,722,667,944,667,667,611,278,278,278,469,556,
    333,556,556,500,556,556,278,556,556,222,222,500,222,833,556,556,556,556,333,500,278,556,500,722,500,500,500,334,260,334,584,
];
#[rustfmt::skip]
const HELVETICA_BOLD: [u16; 95] = [
    278,333,474,556,556,889,722,238,333,333,389,584,278,333,278,278,556,556,556,556,556,556,556,556,556,556,333,333,584,584,584,611,
    975,722,722,722,722,667,611,778,722,278,556,722,611,833,722,778,667,778,722,667,611,722,667,944,667,667,611,333,278,333,584,556,
    333,556,611,556,611,556,333,611,611,278,278,556,278,889,611,611,611,611,389,556,333,611,556,778,556,556,500,389,280,389,584,
];
#[rustfmt::skip]
const TIMES: [u16; 95] = [
    250,333,408,500,500,833,778,180,333,333,500,564,250,333,250,278,500,500,500,500,500,500,500,500,500,500,278,278,564,564,564,444,
    921,722,667,667,722,611,556,722,722,333,389,722,611,889,722,722,556,722,667,556,611,722,722,944,722,722,611,333,278,333,469,500,
    333,444,500,444,500,444,333,500,500,278,278,500,278,778,500,500,500,500,333,389,278,500,500,722,500,500,444,480,200,480,541,
];
#[rustfmt::skip]
const TIMES_BOLD: [u16; 95] = [
    250,333,555,500,500,1000,833,278,333,333,500,570,250,333,250,278,500,500,500,500,500,500,500,500,500,500,333,333,570,570,570,500,
    930,722,667,722,722,667,611,778,778,389,500,778,667,944,722,778,611,778,722,556,667,722,722,1000,722,722,667,333,278,333,581,500,
    333,500,556,444,556,444,333,500,556,278,333,556,278,833,556,500,556,556,444,389,333,556,500,722,500,500,444,394,220,394,520,
];

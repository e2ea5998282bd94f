//! The faces documents are set in, with their widths.
//!
//! The Liberation fonts have the same widths as Helvetica, Times and Courier. A digital PDF can
//! therefore name the base-14 font without embedding it, and a scan of the same page, drawn with
//! Liberation, breaks its lines at the same places.

use std::path::Path;

use ab_glyph::{Font, FontVec};

use crate::error::SimulatorError;

/// Where Debian and its relatives put the Liberation fonts.
const FOLDERS: [&str; 3] = [
    "/usr/share/fonts/truetype/liberation",
    "/usr/share/fonts/truetype/liberation2",
    "/usr/share/fonts/liberation",
];

/// Family of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Sans,
    Serif,
    Mono,
}

/// A family in one weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Face {
    pub(crate) family: Family,
    pub(crate) bold: bool,
}

impl Face {
    pub(crate) const ALL: [Face; 6] = [
        Face { family: Family::Sans, bold: false },
        Face { family: Family::Sans, bold: true },
        Face { family: Family::Serif, bold: false },
        Face { family: Family::Serif, bold: true },
        Face { family: Family::Mono, bold: false },
        Face { family: Family::Mono, bold: true },
    ];

    /// Position in [`Face::ALL`], also the number in the PDF's font name.
    pub(crate) fn index(self) -> usize {
        let family = match self.family {
            Family::Sans => 0,
            Family::Serif => 2,
            Family::Mono => 4,
        };
        family + usize::from(self.bold)
    }

    /// Name of the base-14 font with the same widths (ISO 32000-1, 9.6.2.2).
    pub(crate) fn base_font(self) -> &'static [u8] {
        match (self.family, self.bold) {
            (Family::Sans, false) => b"Helvetica",
            (Family::Sans, true) => b"Helvetica-Bold",
            (Family::Serif, false) => b"Times-Roman",
            (Family::Serif, true) => b"Times-Bold",
            (Family::Mono, false) => b"Courier",
            (Family::Mono, true) => b"Courier-Bold",
        }
    }

    fn file_name(self) -> &'static str {
        match (self.family, self.bold) {
            (Family::Sans, false) => "LiberationSans-Regular.ttf",
            (Family::Sans, true) => "LiberationSans-Bold.ttf",
            (Family::Serif, false) => "LiberationSerif-Regular.ttf",
            (Family::Serif, true) => "LiberationSerif-Bold.ttf",
            (Family::Mono, false) => "LiberationMono-Regular.ttf",
            (Family::Mono, true) => "LiberationMono-Bold.ttf",
        }
    }
}

/// One loaded font file.
pub(crate) struct LoadedFace {
    pub(crate) font: FontVec,
    /// Advance of each Latin-1 character as a share of the font size.
    advances: Vec<f32>,
    /// Line height of the font as a share of the font size; `ab_glyph` scales by height.
    pub(crate) height_per_em: f32,
}

/// All faces, loaded once per simulator.
pub(crate) struct Fonts {
    faces: Vec<LoadedFace>,
}

impl Fonts {
    /// Reads the six faces.
    ///
    /// # Errors
    /// [`SimulatorError::FontsMissing`] when no known folder holds them, [`SimulatorError::FontBroken`]
    /// when a file cannot be parsed.
    pub(crate) fn load() -> Result<Self, SimulatorError> {
        let folder = FOLDERS
            .iter()
            .map(Path::new)
            .find(|folder| Face::ALL.iter().all(|face| folder.join(face.file_name()).is_file()))
            .ok_or(SimulatorError::FontsMissing { looked_in: FOLDERS.join(", ") })?;
        let faces = Face::ALL
            .iter()
            .map(|face| load_face(&folder.join(face.file_name())))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { faces })
    }

    /// The loaded file behind a face.
    pub(crate) fn face(&self, face: Face) -> &LoadedFace {
        &self.faces[face.index()]
    }

    /// Width of `text` in points.
    pub(crate) fn width(&self, face: Face, pt: f32, text: &str) -> f32 {
        let advances = &self.face(face).advances;
        let ems: f32 = text.chars().map(|c| advances[(c as usize).min(255)]).sum();
        ems * pt
    }
}

fn load_face(path: &Path) -> Result<LoadedFace, SimulatorError> {
    let broken = |cause: String| SimulatorError::FontBroken { path: path.to_owned(), cause };
    let bytes = std::fs::read(path).map_err(|e| broken(e.to_string()))?;
    let font = FontVec::try_from_vec(bytes).map_err(|e| broken(e.to_string()))?;
    let em = font.units_per_em().ok_or_else(|| broken("no units per em".to_owned()))?;
    let advances = (0_u8..=255).map(|c| font.h_advance_unscaled(font.glyph_id(char::from(c))) / em).collect();
    let height_per_em = font.height_unscaled() / em;
    Ok(LoadedFace { font, advances, height_per_em })
}

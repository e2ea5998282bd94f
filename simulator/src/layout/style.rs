//! The looks a document can have; one preset per layout number.

use super::fonts::Family;

/// How a section heading is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadingStyle {
    /// Bold with a rule beneath.
    Underlined,
    /// Bold capitals, nothing else.
    Capitals,
    /// Bold on a grey bar.
    Bar,
}

/// How a label stands to its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PairStyle {
    /// "Label: value", label in bold.
    Inline,
    /// Label and value in two aligned columns, no colon.
    Aligned,
    /// Label and value in neighbouring boxes of a grid.
    Grid,
}

/// Everything about the looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub(crate) family: Family,
    pub(crate) body_pt: f32,
    pub(crate) margin_pt: f32,
    pub(crate) heading: HeadingStyle,
    pub(crate) pairs: PairStyle,
    pub(crate) centred_title: bool,
}

impl Style {
    /// The look of layout 1, 2 or 3; any other number looks like 3.
    pub(crate) fn of_layout(layout: u8) -> Self {
        match layout {
            1 => Style {
                family: Family::Sans,
                body_pt: 11.0,
                margin_pt: 54.0,
                heading: HeadingStyle::Underlined,
                pairs: PairStyle::Inline,
                centred_title: false,
            },
            2 => Style {
                family: Family::Serif,
                body_pt: 12.0,
                margin_pt: 60.0,
                heading: HeadingStyle::Capitals,
                pairs: PairStyle::Aligned,
                centred_title: true,
            },
            _ => Style {
                family: Family::Sans,
                body_pt: 11.0,
                margin_pt: 48.0,
                heading: HeadingStyle::Bar,
                pairs: PairStyle::Grid,
                centred_title: true,
            },
        }
    }
}

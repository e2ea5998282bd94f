//! Orders for equipment, of every family the stories tell of.

use jiff::civil::{Date, DateTime};

/// What kind of equipment is ordered; decides the wording around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// CPAP device with its parts.
    Pap,
    /// Bilevel device with its parts.
    Bilevel,
    /// Masks, tubing and filters for a device the patient has.
    PapSupplies,
    Oxygen,
    Wheelchair,
    Bed,
}

/// How the device is to be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settings {
    /// One pressure, cmH2O.
    Fixed(i64),
    /// Lowest and highest pressure, cmH2O.
    Auto(i64, i64),
    /// Inspiratory and expiratory pressure, cmH2O.
    Bilevel(i64, i64),
    /// Flow in litres a minute, continuous, by nasal cannula.
    Oxygen(i64),
    /// Nothing to set.
    Nothing,
}

/// One line of the order.
#[derive(Debug, Clone)]
pub(crate) struct OrderItem {
    pub(crate) hcpcs: &'static str,
    pub(crate) description: &'static str,
    pub(crate) quantity: i64,
    /// "once", "1 per 3 months": how often it may be replaced.
    pub(crate) frequency: &'static str,
}

/// An ICD-10-CM code with its long and its short name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    pub(crate) code: &'static str,
    pub(crate) text: &'static str,
    pub(crate) short: &'static str,
    /// The short name in the middle of a sentence.
    pub(crate) in_text: &'static str,
}

/// Whether an order still counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    InForce,
    /// Another order took its place.
    Superseded {
        by: String,
        on: Date,
    },
    /// In force, in the place of an earlier one.
    Corrects {
        earlier: String,
    },
    /// The prescriber withdrew it.
    Cancelled {
        on: Date,
        why: &'static str,
    },
}

/// A standard written order.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) order_id: String,
    pub(crate) date: Date,
    pub(crate) family: Family,
    pub(crate) diagnosis: Diagnosis,
    pub(crate) settings: Settings,
    pub(crate) humidifier: bool,
    pub(crate) items: Vec<OrderItem>,
    /// Months; 99 stands for lifetime.
    pub(crate) length_of_need: i64,
    /// `None`: nobody has signed.
    pub(crate) signed_at: Option<DateTime>,
    pub(crate) standing: Standing,
}

impl Order {
    /// True unless it was withdrawn or replaced.
    pub(crate) fn in_force(&self) -> bool {
        matches!(self.standing, Standing::InForce | Standing::Corrects { .. })
    }
}

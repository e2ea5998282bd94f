//! The order for equipment.

use jiff::civil::{Date, DateTime};

/// How the device works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PapMode {
    /// One pressure, cmH2O.
    Fixed(i64),
    /// Lowest and highest pressure, cmH2O.
    Auto(i64, i64),
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

/// A standard written order for positive airway pressure.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) order_id: String,
    pub(crate) date: Date,
    pub(crate) mode: PapMode,
    pub(crate) humidifier: bool,
    pub(crate) items: Vec<OrderItem>,
    /// Months; 99 stands for lifetime.
    pub(crate) length_of_need: i64,
    /// `None`: nobody has signed.
    pub(crate) signed_at: Option<DateTime>,
}

//! Predicates on the order itself: elements, signature, identifiers, and papers that go with it.

use super::{Check, Reader};
use crate::knowledge::decode::Node;
use crate::knowledge::error::nearest;

/// What an order must show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OrderCheck {
    /// The order shows each of these elements.
    Elements { elements: Vec<Element> },
    /// No item is one of these collective words without a code.
    ItemsItemised { collective: Vec<String> },
    /// The prescriber signed the order; a stamp is no signature.
    Signed,
    /// A signature that cannot be read, or is missing, is proven by a printed name, a signature log or an attestation.
    SignatureProven,
    /// An electronic signature shows name, credential, date and a phrase.
    SignatureForm,
    /// The prescriber's NPI, where printed, passes its check digit.
    PrescriberNpi,
    /// The Medicare beneficiary identifier, where printed, has its shape.
    BeneficiaryId,
    /// The order is dated no later than the day this field of the supplier's papers shows.
    DatedBefore { event: String },
    /// A new order was written for what happened: first delivery, change, replacement.
    NewOrder,
    /// Which of the items stand on this list on the order date.
    ListedItems { list: String },
    /// No certificate of medical necessity is among the papers.
    NoCertificate,
    /// What the supplier's own record must show: a flag, or a date not before the order by so many years.
    SupplierRecord { record: String, years: Option<f64> },
    /// A refill was asked for and sent shortly before the supply ends.
    RefillWindow { contact_days: f64, ship_days: f64 },
}

/// Elements of a standard written order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    BeneficiaryNameOrMbi,
    OrderDate,
    ItemDescription,
    PractitionerNameOrNpi,
}

impl Element {
    const NAMES: [(&'static str, Self); 4] = [
        ("beneficiary_name_or_mbi", Self::BeneficiaryNameOrMbi),
        ("order_date", Self::OrderDate),
        ("item_description", Self::ItemDescription),
        ("practitioner_name_or_npi", Self::PractitionerNameOrNpi),
    ];

    /// What a coordinator calls it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::BeneficiaryNameOrMbi => "the patient's name or Medicare number",
            Self::OrderDate => "the order date",
            Self::ItemDescription => "the description of the item",
            Self::PractitionerNameOrNpi => "the practitioner's name or NPI",
        }
    }
}

pub(super) const CHECKS: &[(&str, Reader)] = &[
    ("order_elements", |node| Check::Order(OrderCheck::Elements { elements: read_elements(node) })),
    ("items_itemised", |node| {
        let collective = node.texts_some("collective").iter().map(|text| text.to_lowercase()).collect();
        Check::Order(OrderCheck::ItemsItemised { collective })
    }),
    ("order_signed", |_| Check::Order(OrderCheck::Signed)),
    ("signature_proven", |_| Check::Order(OrderCheck::SignatureProven)),
    ("signature_form", |_| Check::Order(OrderCheck::SignatureForm)),
    ("prescriber_npi", |_| Check::Order(OrderCheck::PrescriberNpi)),
    ("beneficiary_id", |_| Check::Order(OrderCheck::BeneficiaryId)),
    ("order_dated_before", |node| {
        Check::Order(OrderCheck::DatedBefore { event: known_field(node, "event") })
    }),
    ("new_order", |_| Check::Order(OrderCheck::NewOrder)),
    ("listed_items", |node| Check::Order(OrderCheck::ListedItems { list: node.text("list") })),
    ("no_certificate", |_| Check::Order(OrderCheck::NoCertificate)),
    ("supplier_record", |node| {
        let (record, years) = (known_field(node, "record"), node.number_opt("years"));
        Check::Order(OrderCheck::SupplierRecord { record, years })
    }),
    ("refill_window", |node| {
        let (contact_days, ship_days) = (node.number("contact_days"), node.number("ship_days"));
        Check::Order(OrderCheck::RefillWindow { contact_days, ship_days })
    }),
];

fn known_field(node: &Node<'_>, key: &'static str) -> String {
    let name = node.text(key);
    if !name.is_empty() && !super::super::inputs::is_field(&name) {
        let meant = super::super::inputs::nearest_field(&name);
        node.mistake(key, format!("`{name}` is no field that is read"), meant);
    }
    name
}

fn read_elements(node: &Node<'_>) -> Vec<Element> {
    let mut elements = Vec::new();
    for name in node.texts_some("elements") {
        match Element::NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, element)) => elements.push(*element),
            None => {
                let meant = nearest(&name, Element::NAMES.iter().map(|(known, _)| *known));
                node.mistake("elements", format!("`{name}` is no element of an order"), meant);
            }
        }
    }
    elements
}

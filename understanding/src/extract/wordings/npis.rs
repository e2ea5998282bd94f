//! Whose an NPI is. One that is not the prescriber's by label, column, block or name is never given as the prescriber's.

use super::check;
use domain::parser::DocumentClass;

#[test]
fn the_prescribers_number_in_real_layouts() {
    check(
        DocumentClass::Order,
        &[
            (
                "Ordering Provider: Roe, Richard, MD\nNPI: 1234567893",
                &["prescriber.npi=1234567893", "prescriber.name=Roe, Richard"],
            ),
            (
                "Physician Name: Richard Roe, MD     Physician NPI #: 1234567893",
                &["prescriber.npi=1234567893"],
            ),
            (
                "PHYSICIAN'S NAME          NPI\nRichard Roe, MD           1234567893",
                &["prescriber.npi=1234567893", "prescriber.name=Richard Roe"],
            ),
            (
                "Prescriber\nRichard Roe, MD\nValley Sleep Associates\n34 Elm St, Albany NY\nNPI 1234567893",
                &["prescriber.npi=1234567893"],
            ),
            ("Richard Roe, MD  NPI 1234567893  Lic 223344", &["prescriber.npi=1234567893"]),
            (
                "Electronically signed by: Richard Roe, MD (NPI 1234567893) on 11/03/2026",
                &["prescriber.npi=1234567893"],
            ),
            ("Authorizing provider: Richard Roe, MD [1234567893]", &["prescriber.npi=1234567893"]),
            (
                "Physician signature: ______________   Date: ________\nPrinted name: Richard Roe, MD\nNPI: 1234567893",
                &["prescriber.npi=1234567893"],
            ),
            (
                "Treating Practitioner: Richard Roe, MD\nTreating Practitioner NPI: 1234567893\nSupplier: Riverside DME\nSupplier NPI: 1245319599",
                &["prescriber.npi=1234567893"],
            ),
            (
                "Prescriber: Richard Roe MD | NPI: 1234567893 | Ph: 518-555-0142",
                &["prescriber.npi=1234567893"],
            ),
            ("Signed: R. Roe, MD\nNPI No. 1234567893", &["prescriber.npi=1234567893"]),
        ],
    );
}

#[test]
fn numbers_of_firms_and_of_other_doctors_are_none() {
    const NONE: &[&str] = &["prescriber.npi", "prescriber.npi_unproven"];
    check(
        DocumentClass::Order,
        &[
            (
                "Riverside Medical Supply, LLC\n99 Dock St, Albany NY 12207\nNPI: 1245319599   PTAN: 0123450001\n\nOrdering Provider: Roe, Richard, MD\nNPI: ",
                NONE,
            ),
            ("DME: Riverside Homecare    NPI: 1245319599\nOrdering Provider: Richard Roe, MD", NONE),
            (
                "Ordering Provider: Richard Roe, MD\nDate: 11/02/2026\nRiverside Medical Supply LLC\n99 Dock St, Albany NY\nNPI: 1245319599",
                NONE,
            ),
            (
                "Supplier name: Riverside Medical Supply\nSupplier address: 99 Dock St\nNPI: 1245319599\nPhysician name: Richard Roe, MD",
                NONE,
            ),
            (
                "SUPPLIER                         PRESCRIBER\nRiverside Medical Supply         Richard Roe, MD\n99 Dock St                       34 Elm St\nNPI: 1245319599                  Phone: 518-555-0142",
                NONE,
            ),
            (
                "PRESCRIBER                       SUPPLIER\nRichard Roe, MD                  Riverside Medical Supply\n34 Elm St                        99 Dock St\nPhone: 518-555-0142              NPI: 1245319599",
                NONE,
            ),
            (
                "Send to: Northstar Respiratory (NPI 1245319599), fax 518-555-0199\nOrdered by: Richard Roe, MD",
                NONE,
            ),
            ("Richard Roe, MD\nValley Medical Group\nGroup NPI: 1245319599", NONE),
            ("Valley Sleep Center  NPI 1245319599\nOrdering physician: Richard Roe, MD", NONE),
            ("Dispensing pharmacy\nCorner Drug\nNPI: 1245319599\nOrdering physician: Richard Roe, MD", NONE),
            (
                "Interpreting physician: Ann Poe, MD   NPI: 1245319599\nOrdering physician: Richard Roe, MD",
                NONE,
            ),
            ("Ordering physician: Richard Roe, MD\nPCP: Ann Poe, MD   NPI: 1245319599", NONE),
            ("Ordering physician: Richard Roe, MD\ncc: Ann Poe, MD (NPI 1245319599)", NONE),
            ("Ordering physician: Richard Roe, MD\nNPI of supplier: 1245319599", NONE),
            ("Ordering physician: Richard Roe, MD\nNPI (DME): 1245319599", NONE),
            ("Ordering physician: Richard Roe, MD\nOrganization (Type 2) NPI: 1245319599", NONE),
            ("Billing NPI: 1245319599\nOrdering physician: Richard Roe, MD", NONE),
            ("Lab: Upstate Diagnostics  NPI: 1245319599\nOrdering physician: Richard Roe, MD", NONE),
            (
                "Beacon Respiratory\nPhone 518-555-0199   Fax 518-555-0198   NPI 1245319599\n\nWRITTEN ORDER\nPractitioner: Richard Roe, MD",
                NONE,
            ),
            (
                "SECTION 1 - EQUIPMENT COMPANY\nBeacon Respiratory    NPI 1245319599\nSECTION 2 - ORDER\nCPAP E0601\nSECTION 3 - PHYSICIAN\nRichard Roe, MD\nNPI ______________",
                NONE,
            ),
        ],
    );
}

#[test]
fn a_firms_number_beside_the_prescribers_changes_nothing() {
    check(
        DocumentClass::Order,
        &[
            (
                "Riverside Medical Supply, LLC   NPI: 1245319599\n\nOrdering Provider: Roe, Richard, MD   NPI: 1234567893",
                &["prescriber.npi=1234567893"],
            ),
            (
                "SUPPLIER                         PRESCRIBER\nRiverside Medical Supply         Richard Roe, MD\nNPI: 1245319599                  NPI: 1234567893",
                &["prescriber.npi=1234567893"],
            ),
            ("Prescriber NPI: 1234567893      Supplier NPI: 1245319599", &["prescriber.npi=1234567893"]),
            (
                "Practice NPI: 1245319599   Individual NPI: 1234567893\nOrdering provider: Richard Roe, MD",
                &["prescriber.npi=1234567893"],
            ),
            // The prescriber's has a wrong check digit: no other one takes its place.
            (
                "Riverside Medical Supply, LLC   NPI: 1245319599\n\nOrdering Provider: Roe, Richard, MD   NPI: 1234567890",
                &["prescriber.npi", "prescriber.npi_unproven=1234567890"],
            ),
        ],
    );
}

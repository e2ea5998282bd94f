//! Signatures, electronic and on paper, and their absence.

use super::check;
use domain::parser::DocumentClass;

const SIGNED: &[&str] = &["signature=yes"];
const UNSIGNED: &[&str] = &["signature=no"];

#[test]
fn what_is_signed() {
    check(
        DocumentClass::Order,
        &[
            (
                "Electronically signed by Richard Roe, MD on 11/03/2026 at 9:15 AM",
                &["signature=yes", "signed_by=Richard Roe", "signature_date=2026-11-03"],
            ),
            ("Electronically signed: Richard Roe, MD 11/03/2026", SIGNED),
            ("E-Signed by Richard Roe MD 11/03/2026 09:15 EST", SIGNED),
            ("eSigned by: Richard Roe, MD 11/03/2026", SIGNED),
            ("Digitally signed by Richard Roe, MD", SIGNED),
            ("Electronic signature: Richard Roe, MD 11/3/2026", SIGNED),
            ("/es/ RICHARD ROE, MD\nSLEEP MEDICINE\nSigned: 11/03/2026 09:15", SIGNED),
            ("/s/ Richard Roe, MD   11/03/2026", SIGNED),
            ("Physician Signature: Richard Roe, MD   Date: 11/03/2026", SIGNED),
            ("Signed by Richard Roe, MD", SIGNED),
            ("Signed: Richard Roe, MD, 11/03/2026 10:14", SIGNED),
            ("Order signed by Roe, Richard, MD on 11/3/2026 0915", SIGNED),
            ("Signed at 11/03/2026 09:15 by Richard Roe, MD", SIGNED),
            ("Signed 11/03/2026 10:14", SIGNED),
            ("Richard Roe, MD has electronically signed this order.", SIGNED),
            (
                "Richard Roe, MD (electronically signed 11/03/2026)",
                &["signature=yes", "signed_by=Richard Roe", "signature_date=2026-11-03"],
            ),
            (
                "Richard Roe, MD  [e-sig 1/20/2026 5:05 PM]",
                &["signature=yes", "signed_by=Richard Roe", "signature_date=2026-01-20"],
            ),
            ("Authenticated by Richard Roe MD on 11/03/2026", SIGNED),
            ("Order electronically authorized by Richard Roe, MD 11/03/2026", SIGNED),
            ("Electronically approved by Richard Roe, MD 11/03/2026", SIGNED),
            ("Signing provider: Richard Roe, MD     Signed on: 11/03/2026", SIGNED),
            ("Order status: Signed", SIGNED),
            ("Status: Final (Signed)", SIGNED),
            ("Signature status: e-signed", SIGNED),
            ("Verified electronically by Richard Roe, MD 11/03/2026", SIGNED),
            ("Sign-off: Richard Roe, MD 11/03/2026", SIGNED),
            ("Prescriber's signature\nRichard Roe, MD\n11/03/2026", SIGNED),
        ],
    );
}

#[test]
fn what_is_not_signed() {
    check(
        DocumentClass::Order,
        &[
            ("Physician signature: ______________________   Date: __________", UNSIGNED),
            ("UNSIGNED ORDER", UNSIGNED),
            ("Not yet signed", UNSIGNED),
            ("Pending provider signature", UNSIGNED),
            ("E-signature: pending", UNSIGNED),
            ("Awaiting signature by Richard Roe, MD", UNSIGNED),
            ("Electronically signed by: ______________", UNSIGNED),
            ("Signature required", UNSIGNED),
            ("Order status: Ordered (awaiting signature)", UNSIGNED),
            ("Authorization: NOT YET AUTHORIZED", UNSIGNED),
            ("Richard Roe, MD, e-signature: ______________", UNSIGNED),
            ("This order has not been signed.", UNSIGNED),
            ("To be signed by Richard Roe, MD", UNSIGNED),
            ("Status: Pended", UNSIGNED),
            ("Patient signature: Jane Doe", &["signature"]),
            ("No signature required", &["signature"]),
        ],
    );
}

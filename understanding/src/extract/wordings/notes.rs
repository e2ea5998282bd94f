//! The day of a visit and who wrote a note.

use super::check;
use domain::parser::DocumentClass;

#[test]
fn days_of_visits() {
    const DAY: &[&str] = &["encounter_date=2026-09-14"];
    check(
        DocumentClass::OfficeNote,
        &[
            ("Date of Service: 09/14/2026", DAY),
            ("DOS: 9/14/26", DAY),
            ("Encounter Date: 09/14/2026   Encounter #: 123456", DAY),
            ("Office Visit 9/14/2026   Sleep Medicine Clinic", DAY),
            ("09/14/2026 - Office Visit in Sleep Medicine", DAY),
            ("Visit on 09/14/2026", DAY),
            ("Date: 09/14/2026 10:15 AM\nProvider: Richard Roe, MD", DAY),
            ("Appt. Date/Time 09/14/2026 10:15AM", DAY),
            (
                "LOCAL TITLE: SLEEP MEDICINE CLINIC NOTE\nSTANDARD TITLE: SLEEP MEDICINE NOTE\nDATE OF NOTE: SEP 14, 2026@10:15     ENTRY DATE: SEP 15, 2026@08:00:12",
                DAY,
            ),
            ("Progress Notes by Roe, Richard, MD at 9/14/2026 10:15 AM", DAY),
            ("SERVICE DATE: 09/14/26      REPORT STATUS: Signed", DAY),
            ("Seen: 09/14/2026   Dictated: 09/15/2026   Transcribed: 09/16/2026", DAY),
            (
                "September 14, 2026\n\nRE: Jane Doe\n\nDear Dr. Poe:\nI had the pleasure of seeing Mrs. Doe today.",
                DAY,
            ),
            ("Patient seen 9/14/2026 for evaluation of snoring.", DAY),
            ("VISIT DATE          PROVIDER\n09/14/2026          Richard Roe, MD", DAY),
            ("Chart note\nJane Doe\n09/14/2026", DAY),
            ("Date of Visit . . . . . 14 Sep 2026", DAY),
            ("Electronically signed by Richard Roe, MD on 09/16/2026", &["encounter_date"]),
            ("Next appointment: 12/14/2026", &["encounter_date"]),
        ],
    );
}

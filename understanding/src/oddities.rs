//! Wordings and layouts that were read wrongly once, or easily are: what must be found in them, and what not.

use crate::fixtures::understood;

/// A paper, fields it must give as `name=value`, and starts of fields it must not give.
const ODDITIES: [(&str, &[&str], &[&str]); 11] = [
    (
        "Order Details                                   Patient\nOrder date      11/03/2026                      Doe, Jane A\nItem            CPAP (E0601)                    DOB 12/01/1956\nQty             1                               MRN E1234567\nPrescriber      Roe, Richard MD\nNPI             1234567893\nDME supplier order\n",
        &[
            "items.hcpcs=E0601",
            "items.description=CPAP",
            "patient_name=Doe, Jane A",
            "dob=1956-12-01",
            "order_date=2026-11-03",
            "prescriber.name=Roe, Richard",
        ],
        &["items.quantity=12"],
    ),
    (
        "PRESCRIPTION FOR POSITIVE AIRWAY PRESSURE\nName Jane Doe   Birthdate 12-1-1956\nRx Date 11/3/26\nEquipment\n  - CPAP with heated humidifier (E0601, E0562)\n  - Full face mask A7030\nDiagnosis code G47 .33\nPhysician name: Richard Roe, M.D.\nPhysician signature: Richard Roe, M.D.     Date: 11/04/2026\n",
        &[
            "patient_name=Jane Doe",
            "order_date=2026-11-03",
            "items.hcpcs=E0562",
            "items.hcpcs=A7030",
            "dx.icd10=G47.33",
            "signature=yes",
        ],
        &["order_date=2026-11-04"],
    ),
    (
        "DME ORDER\nOrder placed: 11/03/2026 10:15 AM\nOrder: DME CPAP (E0601)\nQuantity: 1\nAuthorized by: Roe, Richard J, MD (NPI: 1234567893)\nE-signed: 11/03/2026 10:20 AM by Roe, Richard J, MD\n",
        &[
            "order_date=2026-11-03",
            "prescriber.npi=1234567893",
            "signature=yes",
            "items.description=DME CPAP",
            "items.quantity=1",
        ],
        &[],
    ),
    (
        "Registration Summary\nDoe, Jane A    F    DOB: 12/01/1956 (69 yrs)    MRN: E1234567\nINSURANCE\nPrimary      MEDICARE PART B      Policy #  1EG4-TE5-MK73\nSecondary    AARP                 Policy #  123456789\nEMERGENCY CONTACT\nJohn Doe\n",
        &[
            "patient_name=Doe, Jane A",
            "coverage.1.payer=MEDICARE PART B",
            "coverage.2.payer=AARP",
            "mbi=1EG4TE5MK73",
        ],
        &["coverage.1.payer=AARP"],
    ),
    (
        "Nocturnal Polysomnography\nStart of recording: 2026-10-05 22:31\nEnd of recording: 2026-10-06 05:50\nTST (min)   385.8\nApnea-Hypopnea Index (4% criteria)   25.5\nApnea-Hypopnea Index (3%/arousal)   33.0\nTotal A+H 164\n",
        &[
            "recording_start=2026-10-05T22:31:00",
            "ahi_4pct=25.5",
            "ahi_3pct=33",
            "tst=385.8",
            "events_total=164",
        ],
        &["ahi_4pct=33"],
    ),
    (
        "Home Sleep Apnea Test Summary\nMetric                 Value       Normal\nAHI                    25.5/h      <5\nTest night: Mon Oct 5, 2026\nEvents: 92 hypopneas, 70 obstructive apneas, 2 central apneas\n",
        &["ahi=25.5", "recording_start=2026-10-05", "hypopneas=92", "obstructive=70", "central=2"],
        &["hypopneas=70", "ahi=5"],
    ),
    (
        "Split Night Polysomnogram\nDate of Service: 10/05/2026\nDiagnostic portion\nAHI: 40.2\nTotal sleep time: 130 min\nTitration portion\nAHI: 3.1\nFinal pressure: 10\n",
        &["ahi=40.2", "residual_ahi=3.1", "tst=130"],
        &["ahi=3.1"],
    ),
    (
        "Sleep Study Results\nAHI          RDI          Nadir SpO2\n25.5         28.1         81%\nStudy performed on 10/05/2026\nInterpreted 10/09/2026\n",
        &["ahi=25.5", "rdi=28.1", "nadir_spo2=81", "recording_start=2026-10-05"],
        &["recording_start=2026-10-09"],
    ),
    (
        "POLYSOMNOGRAM\nThere was a mean oxygen saturation of 91% with lowest oxygen\nsaturation 70%. The apnea/hypopnea\nindex was 22.4 per hour and arousal index 9.9. The total sleep time of\n257 minutes was fine. There were 109 apneas and 197\nhypopneas. There were 40 arousals in all of the night.\n",
        &["ahi=22.4", "tst=257", "nadir_spo2=70", "mean_spo2=91", "apneas=109", "hypopneas=197"],
        &["hypopneas=40", "ahi=9.9"],
    ),
    (
        "Progress Note\nJane Doe  Sep 14, 2026  Office Visit\nCC: tired\nThis patient reports that her husband notes that she snores and stops breathing.\nThe patient denies insomnia.\nDictated 09/20/2026  Signed 09/21/2026\n",
        &[
            "encounter_date=2026-09-14",
            "symptom.snoring=yes",
            "symptom.witnessed_apnea=yes",
            "symptom.insomnia=no",
        ],
        &["encounter_date=2026-09-2", "patient_name"],
    ),
    (
        "Clinic Note\nDOS: 09/14/26\nPt seen in office today for snoring; ESS = 14; BMI: 33.1; neck 17\"\nPlan: HSAT\n",
        &["encounter_date=2026-09-14", "ess=14", "bmi=33.1", "neck=43.2"],
        &[],
    ),
];

#[test]
fn odd_papers_are_read_right() {
    for (text, wanted, unwanted) in ODDITIES {
        let read = understood(&[text]);
        let fields = read.documents.iter().flat_map(|document| &document.fields);
        let mut found: Vec<String> = fields.map(|field| format!("{}={}", field.name, field.value)).collect();
        found.extend(
            read.orders
                .iter()
                .flat_map(|draft| &draft.order.items)
                .filter_map(|item| Some(format!("items.quantity={}", item.quantity?))),
        );
        for field in wanted {
            assert!(found.iter().any(|have| have == field), "{field} in {found:#?}\n{text}");
        }
        for field in unwanted {
            assert!(!found.iter().any(|have| have.starts_with(field)), "no {field} in {found:#?}\n{text}");
        }
    }
}

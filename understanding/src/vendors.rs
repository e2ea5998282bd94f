//! Papers as the systems of hospitals, practices and suppliers print them, with what must be read in each and what not.
//! Written from their usual layouts; nobody in them exists.

use crate::fixtures::understood;

/// A paper, its class, fields it must give as `name=value`, and starts of fields it must not give.
type Case = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const FACESHEETS: [Case; 5] = [
    (
        "VALLEY REGIONAL MEDICAL CENTER                        FACE SHEET\n\
         Acct #: V00123456789    Unit #: M000456789    Adm Dt: 03/02/26\n\
         Patient: DOE,JANE A            Birthdate: 12/01/1956   Age: 69   Sex: F\n\
         Address: 12 ELM ST                        Phone: 518-555-0100\n\
         \n\
         Person to Notify: DOE,JOHN     Relation: SP   Phone: 518-555-0101\n\
         Fam Dr: ROE,RICHARD MD         PCP Phone: 518-555-0102\n\
         \n\
         Ins 1: MEDICARE PART A & B     Policy #: 1EG4-TE5-MK73\n\
         Ins 2: AARP SUPPLEMENT         Policy #: 33344455511\n",
        "facesheet",
        &[
            "mrn=M000456789",
            "patient_name=DOE,JANE A",
            "dob=1956-12-01",
            "phone=+15185550100",
            "coverage.1.payer=MEDICARE PART A & B",
            "coverage.1.member_id=1EG4TE5MK73",
            "coverage.2.member_id=33344455511",
            "mbi=1EG4TE5MK73",
            "emergency_contact.name=DOE,JOHN",
        ],
        &["mrn=V00", "phone=+15185550101", "phone=+15185550102"],
    ),
    (
        "Patient Demographics\n\
         Last Name:  Doe          First Name:  Jane      MI:  A\n\
         Date of Birth:  12/01/1956      Gender:  Female\n\
         MRN #:  778812      CSN:  100200300\n\
         \n\
         Guarantor Information\n\
         Name:  Doe, John        Date of Birth:  02/02/1950\n\
         Phone:  518-555-0199\n\
         \n\
         Insurance Information\n\
         Payer                 Subscriber ID      Group No.     Subscriber\n\
         Aetna Medicare        MEBX12345678       00912         Doe, John\n",
        "facesheet",
        &[
            "patient_name=Doe, Jane A",
            "dob=1956-12-01",
            "mrn=778812",
            "coverage.1.payer=Aetna Medicare",
            "coverage.1.member_id=MEBX12345678",
        ],
        &["mrn=100", "dob=1950", "phone=", "patient_name=Doe, John"],
    ),
    (
        "DOE, JANE A | 12/01/1956 | F | MRN 445566\n\
         Registration Summary\n\
         Marital status: Married     Language: English\n\
         Emergency contact: John Doe (Spouse) 518-555-0101\n\
         Primary insurance\n\
         Cigna HealthSpring\n\
         ID No.  U1234567801    Grp  3344\n\
         Primary Care Provider\n\
         Roe, Richard, MD\n",
        "facesheet",
        &[
            "patient_name=DOE, JANE A",
            "mrn=445566",
            "coverage.1.payer=Cigna HealthSpring",
            "coverage.1.member_id=U1234567801",
            "pcp.name=Roe, Richard",
            "emergency_contact.name=John Doe",
        ],
        &["coverage.1.member_id=3344"],
    ),
    (
        "PATIENT REGISTRATION FORM\n\
         PATIENT NAME . . . . : DOE, JANE A\n\
         HOSP NO. . . . . . . : 00-77-81-23\n\
         BIRTH DATE . . . . . : 12/01/1956\n\
         SUBSCRIBER DOB . . . : 02/02/1950\n\
         INSURED'S I.D. . . . : XYZ900112233\n\
         RESPONSIBLE PARTY  . : DOE, JOHN\n\
         NEXT OF KIN  . . . . : ROE, MARY\n",
        "facesheet",
        &[
            "patient_name=DOE, JANE A",
            "dob=1956-12-01",
            "mrn=00-77-81-23",
            "coverage.1.member_id=XYZ900112233",
        ],
        &["dob=1950", "patient_name=DOE, JOHN", "patient_name=ROE, MARY"],
    ),
    (
        "Valley Clinic - Patient Information\n\
         Patient        Date of Birth      Patient ID\n\
         Jane A. Doe    12/01/1956         90817\n\
         \n\
         PCP                     Referring Provider\n\
         Richard Roe, MD         Mary Coe, NP\n\
         \n\
         Insurance Company       Member Number      Effective\n\
         Humana Gold Plus        H55512345          01/01/2026\n\
         Marital status: Single    Emergency contact: none\n",
        "facesheet",
        &[
            "patient_name=Jane A. Doe",
            "dob=1956-12-01",
            "mrn=90817",
            "pcp.name=Richard Roe",
            "coverage.1.payer=Humana Gold Plus",
            "coverage.1.member_id=H55512345",
        ],
        &["pcp.name=Mary"],
    ),
];

const ORDERS: [Case; 4] = [
    (
        "STANDARD WRITTEN ORDER\n\
         Supplier: Tri-River DME LLC     NPI: 1245319599     Fax: 518-555-0199\n\
         Patient: Jane Doe     DOB: 12/01/1956     Insurance: Medicare    ID #: 1EG4-TE5-MK73\n\
         Order Date: 11/03/2026     Length of need: 99\n\
         [X] E0601 CPAP device      [ ] E0470 Bilevel device\n\
         [X] E0562 Heated humidifier\n\
         Min pressure: 5    Max pressure: 15\n\
         Dx: G47.33\n\
         Practitioner name: Richard Roe, MD       NPI: 1234567893\n\
         Practitioner signature: Richard Roe, MD    Date: 11/04/2026\n",
        "order",
        &[
            "patient_name=Jane Doe",
            "order_date=2026-11-03",
            "items.hcpcs=E0601",
            "items.hcpcs=E0562",
            "dx.icd10=G47.33",
            "prescriber.name=Richard Roe",
            "prescriber.npi=1234567893",
            "mbi=1EG4TE5MK73",
            "coverage.1.payer=Medicare",
            "pap.pressure_min=5",
            "pap.pressure_max=15",
        ],
        &["items.hcpcs=E0470", "prescriber.npi=1245319599", "order_date=2026-11-04"],
    ),
    (
        "Valley Family Practice, P.C.\n\
         Richard Roe, DO     NPI# 1234567893\n\
         Tel 518-555-0100    Fax 518-555-0102\n\
         Patient: Jane Doe       DOB: 12/01/1956\n\
         Date: 11/03/2026\n\
         Rx\n\
         E0601 CPAP device  #1\n\
         A7034 Nasal mask   #1\n\
         CPAP at 9 cmH2O\n\
         Dx: G47.33 Obstructive sleep apnea\n\
         Length of need: 12 months\n\
         Electronically signed by Richard Roe, DO on 11/03/2026 at 9:12 AM\n",
        "order",
        &[
            "prescriber.name=Richard Roe",
            "prescriber.npi=1234567893",
            "order_date=2026-11-03",
            "pap.pressure=9",
            "signature=yes",
        ],
        &["patient_name=Richard"],
    ),
    (
        "Durable Medical Equipment Order                         Order #: 55512\n\
         Patient Information               Ordering Provider\n\
         Doe, Jane A                       Roe, Richard, MD\n\
         MRN: 778812                       NPI: 1234567893\n\
         DOB: 12/01/1956                   Phone: 518-555-0100\n\
         \n\
         Ordered: 11/03/2026\n\
         HCPCS     Description                     Qty\n\
         E1390     Oxygen concentrator             1\n\
         E0431     Portable gaseous system         1\n\
         Flow rate (LPM): 2\n\
         Diagnosis: J44.9, J96.11\n\
         Length of need: Lifetime\n\
         E-signed by Roe, Richard, MD 11/03/2026 10:20 AM\n",
        "order",
        &[
            "mrn=778812",
            "dob=1956-12-01",
            "prescriber.name=Roe, Richard",
            "prescriber.npi=1234567893",
            "items.hcpcs=E1390",
            "items.quantity=1",
            "o2.flow=2",
        ],
        &["items.quantity=2"],
    ),
    (
        "PHYSICIAN ORDER - HOME MEDICAL EQUIPMENT\n\
         Beneficiary: DOE, JANE A          Medicare #: 1EG4TE5MK73\n\
         Date of order: November 3, 2026\n\
         Equipment: BiPAP ST device, HCPCS E0471, qty 1\n\
         Settings: IPAP 14, EPAP 8 cm H2O, rate 12\n\
         ICD-10: J96.12\n\
         Treating practitioner: Mary Coe, FNP-C    NPI 1234567893\n\
         /s/ Mary Coe, FNP-C   11/03/2026\n",
        "order",
        &[
            "patient_name=DOE, JANE A",
            "mbi=1EG4TE5MK73",
            "order_date=2026-11-03",
            "items.hcpcs=E0471",
            "pap.ipap=14",
            "pap.epap=8",
            "prescriber.name=Mary Coe",
        ],
        &["items.hcpcs=E0470"],
    ),
];

const NOTES: [Case; 4] = [
    (
        "Encounter Summary\n\
         Patient: Jane Doe    DOB: 12/01/1956    MRN: 778812\n\
         Encounter Date: 09/14/2026    Provider: Richard Roe, MD\n\
         Printed: 11/20/2026\n\
         Chief Complaint: snoring\n\
         HPI: 69 year old woman who snores. Last visit 03/02/2026 with Dr. Coe.\n\
         Physical Exam: Mallampati III. Ht 5' 6\" Wt 180 lb BMI 29.1\n\
         Assessment/Plan: suspected OSA, sleep study. Return visit 12/01/2026.\n\
         Electronically signed by Richard Roe, MD on 09/15/2026\n",
        "office_note",
        &["encounter_date=2026-09-14", "author.name=Richard Roe", "height=167.6", "weight=81.6", "bmi=29.1"],
        &[
            "encounter_date=2026-03",
            "encounter_date=2026-12",
            "encounter_date=2026-11",
            "encounter_date=2026-09-15",
        ],
    ),
    (
        "Video Visit\n\
         DOE, JANE A | 12/01/1956 | F | MRN 445566\n\
         Date of Service: 09/14/2026\n\
         This visit was conducted by two-way audio and video.\n\
         HPI: snoring, daytime sleepiness.\n\
         Assessment: suspected sleep apnea. Plan: home sleep test.\n",
        "telehealth_note",
        &["encounter_date=2026-09-14", "mrn=445566"],
        &[],
    ),
    (
        "SLEEP CLINIC CONSULTATION\n\
         Referring physician: Mary Coe, MD\n\
         Jane Doe, DOB 12/01/1956\n\
         Seen: 09/14/2026\n\
         History of present illness: snores loudly. Telephone call to the patient 08/01/2026 about results.\n\
         Examination: crowded airway. Assessment and plan: sleep study. Follow up by video visit in 6 weeks.\n\
         Richard Roe, MD\n\
         Electronically signed 09/16/2026 14:10\n",
        "office_note",
        &["encounter_date=2026-09-14", "patient_name=Jane Doe", "signed_by=Richard Roe"],
        &["author.name=Mary", "encounter_date=2026-08", "encounter_date=2026-09-16"],
    ),
    (
        "DISCHARGE SUMMARY\n\
         Patient: Jane Doe   MRN: 778812   Acct: 900100200\n\
         Admit date: 09/10/2026   Discharge date: 09/14/2026\n\
         Hospital course: COPD exacerbation, improved.\n\
         Discharge medications: prednisone. Follow up visit: 09/28/2026\n",
        "encounter_summary",
        &["admit_date=2026-09-10", "discharge_date=2026-09-14", "mrn=778812"],
        &["encounter_date", "mrn=900"],
    ),
];

const OTHERS: [Case; 5] = [
    (
        "VALLEY SLEEP CENTER\nFAX\nTO: DME intake          FROM: Kim\nFAX #: 518-555-0199     PAGES: 9\nDATE: 11/03/2026\nRE: office note, sleep study and CPAP order\nThe information in this fax is intended only for the recipient.\n",
        "cover_sheet",
        &[],
        &["encounter_date", "order_date"],
    ),
    (
        "BlueCross BlueShield PPO\nMember Name: JANE DOE\nIdentification No.: XYZ900112233\nGroup No.: 00912\nOffice Visit $20    Emergency $150\nRxBIN: 610014   RxPCN: MEDD\nCustomer Service 1-800-555-0100\n",
        "insurance_card",
        &["patient_name=JANE DOE", "coverage.1.member_id=XYZ900112233"],
        &["coverage.1.member_id=00912", "encounter_date"],
    ),
    (
        "PRIOR AUTHORIZATION REQUEST\nMember Name: Jane Doe     Member ID: XYZ900112233     DOB: 12/01/1956\nRequesting Provider: Richard Roe, MD     NPI: 1234567893\nServicing Provider: Tri-River DME     NPI: 1245319599\nDate of request: 11/03/2026\nReview type: Standard\n",
        "prior_authorization",
        &["patient_name=Jane Doe", "coverage.1.member_id=XYZ900112233", "dob=1956-12-01"],
        &[],
    ),
    (
        "Valley Chest Physicians\nNovember 3, 2026\nRE: Jane Doe\nDear Dr. Coe:\nThank you for referring this patient.\nSincerely,\nRichard Roe, MD\n",
        "letter",
        &["patient_name=Jane Doe"],
        &["patient_name=Richard"],
    ),
    (
        "AUTHORIZATION TO RELEASE RECORDS\nI, Jane A. Doe, DOB 12/01/1956, authorize Valley Clinic to release my records.\nI understand that I may revoke this consent.\nPatient signature: (on file)     Date: 11/03/2026\n",
        "consent",
        &["patient_name=Jane A. Doe", "dob=1956-12-01"],
        &[],
    ),
];

/// Every case is told at once: a change in the reader moves many of them.
fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for (text, class, wanted, unwanted) in cases {
        let read = understood(&[text]);
        let Some(document) = read.documents.first() else { panic!("no document of\n{text}") };
        let is = serde_json::to_value(document.class).expect("a name");
        let found: Vec<String> =
            document.fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect();
        let head = text.lines().next().unwrap_or_default();
        if is.as_str() != Some(*class) {
            wrong.push(format!("{head}: {is} and no {class}, by {:?}", document.decided_by));
        }
        for field in wanted.iter().filter(|field| !found.iter().any(|have| have == *field)) {
            let name = field.split('=').next().unwrap_or_default();
            let have: Vec<&String> = found.iter().filter(|have| have.starts_with(name)).collect();
            wrong.push(format!("{head}: {field} missing, {have:?}"));
        }
        for field in found.iter().filter(|have| unwanted.iter().any(|field| have.starts_with(field))) {
            wrong.push(format!("{head}: {field} made up"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn facesheets_are_read() {
    check(&FACESHEETS);
}

#[test]
fn orders_are_read() {
    check(&ORDERS);
}

#[test]
fn notes_are_read() {
    check(&NOTES);
}

#[test]
fn cards_covers_letters_and_forms_are_read() {
    check(&OTHERS);
}

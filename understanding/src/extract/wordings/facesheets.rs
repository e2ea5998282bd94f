//! Facesheets and registration sheets of the large records.

use super::check;
use domain::parser::DocumentClass;

#[test]
#[expect(clippy::too_many_lines, reason = "a table, a layout an entry")]
fn coverage_of_facesheets() {
    check(
        DocumentClass::Facesheet,
        &[
            (
                "Coverage Information\nF/O Payor/Plan                        Precert #\n1. MEDICARE/MEDICARE PART A AND B\nSubscriber                Subscriber #\nDoe, Jane A               1EG4TE5MK73",
                &["coverage.1.member_id=1EG4TE5MK73", "mbi=1EG4TE5MK73"],
            ),
            (
                "INSURANCE INFORMATION\nPrimary Insurance                     Secondary Insurance\nPayer: Medicare Part B                Payer: Mutual of Omaha\nPolicy #: 1EG4TE5MK73                 Policy #: 123456-78\nGroup #:                              Group #: 5544\n",
                &[
                    "coverage.1.payer=Medicare Part B",
                    "coverage.1.member_id=1EG4TE5MK73",
                    "coverage.2.payer=Mutual of Omaha",
                    "coverage.2.member_id=123456-78",
                ],
            ),
            (
                "Insurance     Plan Name             Policy Number     Group       Subscriber\nPrimary       Medicare B            1EG4TE5MK73                   Self\nSecondary     Mutual of Omaha       123456-78         5544        Self",
                &["coverage.1.member_id=1EG4TE5MK73", "coverage.2.member_id=123456-78"],
            ),
            (
                "Med Primary: MEDICARE-NY (MEDICARE)\nInsurance # : 1EG4TE5MK73\nMed Secondary: MUTUAL OF OMAHA\nInsurance # : 123456-78",
                &[
                    "coverage.1.payer=MEDICARE-NY (MEDICARE)",
                    "coverage.1.member_id=1EG4TE5MK73",
                    "coverage.2.payer=MUTUAL OF OMAHA",
                    "coverage.2.member_id=123456-78",
                ],
            ),
            (
                "Guarantor: DOE, JANE    Insurance: Medicare Part B    Payer ID: 13282\nInsurance ID: 1EG4TE5MK73",
                &["coverage.1.payer=Medicare Part B", "coverage.1.member_id=1EG4TE5MK73"],
            ),
            (
                "INS #1:  MEDICARE PART B        POL #: 1EG4TE5MK73\nINS #2:  MUTUAL OF OMAHA        POL #: 123456-78",
                &[
                    "coverage.1.payer=MEDICARE PART B",
                    "coverage.1.member_id=1EG4TE5MK73",
                    "coverage.2.payer=MUTUAL OF OMAHA",
                    "coverage.2.member_id=123456-78",
                ],
            ),
            (
                "Primary insurance ........ Medicare\nMember number ............ 1EG4TE5MK73\nSecondary insurance ...... Mutual of Omaha\nMember number ............ 123456-78",
                &[
                    "coverage.1.payer=Medicare",
                    "coverage.1.member_id=1EG4TE5MK73",
                    "coverage.2.payer=Mutual of Omaha",
                    "coverage.2.member_id=123456-78",
                ],
            ),
            (
                "Insurance #1\nCompany: Humana Medicare Advantage\nSubscriber ID: H12345678    Relationship: Self\nInsurance #2\nNone on file",
                &["coverage.1.payer=Humana Medicare Advantage", "coverage.1.member_id=H12345678"],
            ),
            (
                "Payor: Cigna    Plan: Open Access PPO    Member No.: W123456789    Grp: 445566",
                &[
                    "coverage.1.payer=Cigna",
                    "coverage.1.plan=Open Access PPO",
                    "coverage.1.member_id=W123456789",
                    "coverage.1.group=445566",
                ],
            ),
            (
                "INSURANCE\n1) Medicare, ID 1EG4TE5MK73, effective 03/01/2016\n2) Mutual of Omaha Medigap, ID 123456-78",
                &[
                    "coverage.1.payer=Medicare",
                    "coverage.1.member_id=1EG4TE5MK73",
                    "coverage.2.payer=Mutual of Omaha Medigap",
                    "coverage.2.member_id=123456-78",
                ],
            ),
            (
                "Coverage: Medicare (1EG4-TE5-MK73); supplement: Mutual of Omaha (123456-78)",
                &["coverage.1.payer=Medicare", "coverage.1.member_id=1EG4TE5MK73"],
            ),
            (
                "Insurance Coverage\nMedicare Part A & B\nID: 1EG4-TE5-MK73\n",
                &["coverage.1.payer=Medicare Part A & B", "coverage.1.member_id=1EG4TE5MK73"],
            ),
        ],
    );
}

#[test]
fn tables_of_coverages() {
    const BOTH: &[&str] = &[
        "coverage.1.payer=Medicare",
        "coverage.1.member_id=1EG4TE5MK73",
        "coverage.2.payer=Mutual of Omaha Medigap",
        "coverage.2.member_id=291402-72",
    ];
    check(
        DocumentClass::Facesheet,
        &[
            (
                "HEALTH PLANS\nSeq     Health Plan                Member Nbr        Group     Eff Dt\nPRI     Medicare                   1EG4TE5MK73                 01-01-2018\nSEC     Mutual of Omaha Medigap    291402-72                   01-01-2018\nAuthorization required: N",
                BOTH,
            ),
            (
                "Seq   Insurance                  Subscr. no.      Grp no.    Subscr.    Eff. dt\nP     Medicare                   1EG4TE5MK73                 Self       01/01/23\nS     Mutual of Omaha Medigap    291402-72                   Self\n\nEmerg. cont. John Doe     Rel. Child",
                BOTH,
            ),
            (
                "                     FIRST INSURANCE      SECOND INSURANCE\nWhich company?       Medicare             Mutual of Omaha Medigap\nWhat is the number on the card?   1EG4TE5MK73          291402-72",
                &["coverage.1.payer=Medicare", "coverage.2.payer=Mutual of Omaha Medigap"],
            ),
            (
                "COVERAGE    INSURER                    MEMBER NO.     GROUP    FROM\nfirst       Medicare                   1EG4TE5MK73             2018-01-01\nsecond      Mutual of Omaha Medigap    291402-72",
                BOTH,
            ),
            (
                "                Company                 Policy / certificate no.\nPrimary         Medicare                1EG4TE5MK73\nSecondary\nGroup no.\nOFFICE USE ONLY      Pt. No. 00899521     Acct 409168856",
                &[
                    "coverage.1.payer=Medicare",
                    "coverage.1.member_id=1EG4TE5MK73",
                    "coverage.2.payer",
                    "coverage.2.member_id",
                    "mrn=00899521",
                ],
            ),
        ],
    );
}

#[test]
fn labels_over_and_under_values() {
    check(
        DocumentClass::Facesheet,
        &[
            (
                "PATIENT (LEGAL NAME)       MEDICAL REC NBR     BIRTH DATE / AGE     LEGAL SEX\nDOE, JANE A                00515196            12/01/1956 / 69      Female",
                &["patient_name=DOE, JANE A", "mrn=00515196", "dob=1956-12-01", "sex=F"],
            ),
            (
                "Doe, Jane               12-01-1956        00515196         1EG4TE5MK73\nPatient (last, first)   Date of birth     Our chart no.    Insurance ID (Medicare)",
                &[
                    "patient_name=Doe, Jane",
                    "mrn=00515196",
                    "dob=1956-12-01",
                    "coverage.1.member_id=1EG4TE5MK73",
                ],
            ),
            (
                "NOTIFY IN CASE OF EMERGENCY     RELATION     TELEPHONE (DAY)\nDOE, JOHN                       Spouse       (518) 555-0100\nPRIMARY CARE PHYSICIAN          PCP TELEPHONE\nROE, RICHARD, MD                (518) 555-0142",
                &["emergency_contact.name=DOE, JOHN", "pcp.name=ROE, RICHARD"],
            ),
            (
                "CONTACT PERSON (EMERGENCY)      RELATIONSHIP     TEL\nJohn Doe                        Spouse           518-555-0100\nFAMILY PHYSICIAN (PCP)          TEL              FAX\nRichard Roe, MD                 518-555-0142     518-555-0143",
                &["emergency_contact.name=John Doe", "pcp.name=Richard Roe"],
            ),
            (
                "6. Whom should we call if there is an emergency?   John Doe     What is this person to you?   spouse\n7. Who is your family doctor?   Richard Roe, MD     telephone 518.555.0142",
                &["emergency_contact.name=John Doe", "pcp.name=Richard Roe"],
            ),
            (
                "Patient Contacts\nName            Relation to patient     Legal guardian?     Phone\nDoe, John       Spouse                  No                  518-555-0100 (M)",
                &["emergency_contact.name=Doe, John"],
            ),
            (
                "Emerg. cont. John Doe       Rel. Child       Ph 518-555-0100",
                &["emergency_contact.name=John Doe"],
            ),
            (
                "Rendering: Ann Poe, MD   Facility: Harbor   PCP: Richard Roe, NP (Ph 518-555-0142)",
                &["pcp.name=Richard Roe"],
            ),
            (
                "DOE, JANE A   69 Y old Female, DOB: 12/01/1956   Acct No: 6287475",
                &["patient_name=DOE, JANE A", "sex=F"],
            ),
        ],
    );
}

#[test]
fn contacts_and_family_doctors() {
    check(
        DocumentClass::Facesheet,
        &[
            (
                "EMERGENCY CONTACTS\nName              Relationship     Home Phone\nJohn Doe          Spouse           518-555-0100",
                &["emergency_contact.name=John Doe"],
            ),
            (
                "Emergency Contact(s)\nContact Name         Legal Guardian?   Relationship to Patient   Home Phone      Mobile\n1. Doe, John         No                Spouse                    518-555-0100",
                &["emergency_contact.name=Doe, John"],
            ),
            (
                "In case of emergency, notify: John Doe (husband) 518-555-0100",
                &["emergency_contact.name=John Doe"],
            ),
            ("NOK: DOE,JOHN    REL: SPOUSE   PH: 518-555-0100", &["emergency_contact.name=DOE,JOHN"]),
            ("PERSON TO NOTIFY\nDOE,JOHN\nREL: SP", &["emergency_contact.name=DOE,JOHN"]),
            (
                "Emergency contact . . . . . John Doe, spouse, (518) 555-0100",
                &["emergency_contact.name=John Doe"],
            ),
            ("Emer. Contact: John Doe (Spouse)", &["emergency_contact.name=John Doe"]),
            ("Emergency Contact Name/Phone: John Doe / 518-555-0100", &["emergency_contact.name=John Doe"]),
            ("ICE: John Doe (spouse) 518-555-0100", &["emergency_contact.name=John Doe"]),
            (
                "Emergency contact is John Doe, her husband, at 518-555-0100.",
                &["emergency_contact.name=John Doe"],
            ),
            ("PCP: Roe, Richard, MD", &["pcp.name=Roe, Richard"]),
            ("Primary Care Provider\nRichard Roe, MD\n518-555-0142", &["pcp.name=Richard Roe"]),
            ("Care Team\nRichard Roe, MD    PCP - General    518-555-0142", &["pcp.name=Richard Roe"]),
            ("PCP - General: Richard Roe, MD", &["pcp.name=Richard Roe"]),
            ("FAM DR: ROE,RICHARD MD", &["pcp.name=ROE,RICHARD"]),
            ("Primary Care Physician (PCP) . . . . Richard Roe, MD", &["pcp.name=Richard Roe"]),
            ("Name of primary care physician: Richard Roe MD", &["pcp.name=Richard Roe"]),
            (
                "Family Physician            Referring Physician\nRoe, Richard, MD            Poe, Ann, DO",
                &["pcp.name=Roe, Richard"],
            ),
            ("Primary care: Dr. Richard Roe", &["pcp.name=Dr. Richard Roe"]),
            (
                "Providers\nType             Provider              Phone\nPCP              Richard Roe, MD       518-555-0142\nReferring        Ann Poe, DO           518-555-0143",
                &["pcp.name=Richard Roe"],
            ),
            ("Patient's PCP is Richard Roe, MD.", &["pcp.name=Richard Roe"]),
        ],
    );
}

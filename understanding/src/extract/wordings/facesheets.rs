//! Facesheets and registration sheets of the large records.

use super::check;
use domain::parser::DocumentClass;

#[test]
fn coverage_of_facesheets() {
    check(DocumentClass::Facesheet, &[
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
    ]);
}

#[test]
fn contacts_and_family_doctors() {
    check(DocumentClass::Facesheet, &[
        (
            "EMERGENCY CONTACTS\nName              Relationship     Home Phone\nJohn Doe          Spouse           518-555-0100",
            &["emergency_contact.name=John Doe"],
        ),
        (
            "Emergency Contact(s)\nContact Name         Legal Guardian?   Relationship to Patient   Home Phone      Mobile\n1. Doe, John         No                Spouse                    518-555-0100",
            &["emergency_contact.name=Doe, John"],
        ),
        ("In case of emergency, notify: John Doe (husband) 518-555-0100", &["emergency_contact.name=John Doe"]),
        ("NOK: DOE,JOHN    REL: SPOUSE   PH: 518-555-0100", &["emergency_contact.name=DOE,JOHN"]),
        ("PERSON TO NOTIFY\nDOE,JOHN\nREL: SP", &["emergency_contact.name=DOE,JOHN"]),
        (
            "Emergency contact . . . . . John Doe, spouse, (518) 555-0100",
            &["emergency_contact.name=John Doe"],
        ),
        ("Emer. Contact: John Doe (Spouse)", &["emergency_contact.name=John Doe"]),
        ("Emergency Contact Name/Phone: John Doe / 518-555-0100", &["emergency_contact.name=John Doe"]),
        ("ICE: John Doe (spouse) 518-555-0100", &["emergency_contact.name=John Doe"]),
        ("Emergency contact is John Doe, her husband, at 518-555-0100.", &["emergency_contact.name=John Doe"]),
        ("PCP: Roe, Richard, MD", &["pcp.name=Roe, Richard"]),
        ("Primary Care Provider\nRichard Roe, MD\n518-555-0142", &["pcp.name=Richard Roe"]),
        ("Care Team\nRichard Roe, MD    PCP - General    518-555-0142", &["pcp.name=Richard Roe"]),
        ("PCP - General: Richard Roe, MD", &["pcp.name=Richard Roe"]),
        ("FAM DR: ROE,RICHARD MD", &["pcp.name=ROE,RICHARD"]),
        ("Primary Care Physician (PCP) . . . . Richard Roe, MD", &["pcp.name=Richard Roe"]),
        ("Name of primary care physician: Richard Roe MD", &["pcp.name=Richard Roe"]),
        ("Family Physician            Referring Physician\nRoe, Richard, MD            Poe, Ann, DO", &["pcp.name=Roe, Richard"]),
        ("Primary care: Dr. Richard Roe", &["pcp.name=Dr. Richard Roe"]),
        ("Providers\nType             Provider              Phone\nPCP              Richard Roe, MD       518-555-0142\nReferring        Ann Poe, DO           518-555-0143", &["pcp.name=Richard Roe"]),
        ("Patient's PCP is Richard Roe, MD.", &["pcp.name=Richard Roe"]),
    ]);
}

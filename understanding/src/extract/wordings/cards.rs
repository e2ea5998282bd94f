//! Insurance cards, front and back, as payers print them.

use super::check;
use domain::parser::DocumentClass;

#[test]
fn medicare_cards() {
    check(
        DocumentClass::InsuranceCard,
        &[
            (
                "MEDICARE HEALTH INSURANCE\n\nName/Nombre\nJANE A DOE\n\nMedicare Number/Número de Medicare\n1EG4-TE5-MK73\n\nEntitled to/Con derecho a      Coverage starts/Cobertura empieza\nHOSPITAL   (PART A)            03-01-2016\nMEDICAL    (PART B)            03-01-2016",
                &["patient_name=JANE A DOE", "mbi=1EG4TE5MK73", "coverage.1.payer=MEDICARE HEALTH INSURANCE"],
            ),
            (
                "MEDICARE                      HEALTH INSURANCE\n1-800-MEDICARE (1-800-633-4227)\nNAME OF BENEFICIARY\nJANE A DOE\nMEDICARE CLAIM NUMBER          SEX\n1EG4-TE5-MK73                  FEMALE\nIS ENTITLED TO                 EFFECTIVE DATE\nHOSPITAL (PART A)              03-01-2016",
                &["patient_name=JANE A DOE", "mbi=1EG4TE5MK73"],
            ),
            (
                "Medicare\nBeneficiary: Jane A Doe\nMBI: 1EG4 TE5 MK73\nPart A eff. 03/01/2016  Part B eff. 03/01/2016",
                &["patient_name=Jane A Doe", "mbi=1EG4TE5MK73"],
            ),
        ],
    );
}

#[test]
fn commercial_cards() {
    check(
        DocumentClass::InsuranceCard,
        &[
            (
                "BlueCross BlueShield of Western New York\n\nSubscriber Name:                Group No:       00012345\nJANE A DOE                      RxBIN:          004336\nIdentification Number:          RxPCN:          ADV\nXYZ123456789                    Plan:           PPO\nOffice Visit $20   ER $150",
                &[
                    "coverage.1.payer=BlueCross BlueShield of Western New York",
                    "coverage.1.member_id=XYZ123456789",
                    "coverage.1.group=00012345",
                ],
            ),
            (
                "UnitedHealthcare\nHealth Plan (80840) 911-87726-04\nMember ID: 912345678           Group Number: 705214\nMember:                        Payer ID 87726\nJANE A DOE\nPCP Name: RICHARD ROE\nOffice: $25  UrgCare: $50  ER: $200",
                &[
                    "coverage.1.payer=UnitedHealthcare",
                    "coverage.1.member_id=912345678",
                    "coverage.1.group=705214",
                    "pcp.name=RICHARD ROE",
                ],
            ),
            (
                "aetna\n\nID W1234 56789\nNAME 01 JANE A DOE\nGRP: 0868015-010-00001\nBIN# 610502\nPCP 01 R ROE",
                &["coverage.1.payer=aetna", "coverage.1.member_id=W1234 56789", "patient_name=JANE A DOE"],
            ),
            (
                "Cigna                          Open Access Plus\nCoverage Effective Date: 01/01/2024\nGroup: 3331234\nIssuer (80840)\nID: U1234567 01\nName: Jane A Doe\nPCP: none selected\nPCP Visit $20",
                &["coverage.1.payer=Cigna", "coverage.1.member_id=U1234567 01", "patient_name=Jane A Doe"],
            ),
            (
                "Humana Gold Plus (HMO)\nA Medicare Health Plan with Prescription Drug Coverage\nCARD ISSUED: 10/12/2025\nMEMBER NAME\nJANE A DOE\nMEMBER ID:  H12345678           RxBIN: 015581\nPLAN (80840) 9140461101         RxPCN: 03200000\nPCP NAME: RICHARD ROE MD\nPCP PHONE: (518) 555-0142",
                &[
                    "patient_name=JANE A DOE",
                    "coverage.1.member_id=H12345678",
                    "coverage.1.payer=Humana Gold Plus (HMO)",
                    "pcp.name=RICHARD ROE",
                ],
            ),
            (
                "Anthem Blue Cross\nMEMBER NAME: Jane Doe          MEMBER ID NO: JQU 123 A 45678\nGROUP NO: 123456               PLAN CODE: 040\n",
                &["patient_name=Jane Doe", "coverage.1.payer=Anthem Blue Cross", "coverage.1.group=123456"],
            ),
            (
                "State of New York\nBENEFIT IDENTIFICATION CARD\n\nID NUMBER    ZX12345C        SEX F\nDOE, JANE A                  DATE OF BIRTH 12/01/1956",
                &["coverage.1.member_id=ZX12345C", "dob=1956-12-01", "patient_name=DOE, JANE A"],
            ),
        ],
    );
}

#[test]
fn copies_of_cards_on_a_page() {
    check(
        DocumentClass::InsuranceCard,
        &[
            (
                "COPY OF INSURANCE CARD - FRONT\nScanned 11/02/2026\n\nWellCare\nMEMBER   JANE A DOE\nMEMBER ID   12345678\nGRP   99881\nPLAN   Value Script\n\nBACK\nProvider services 1-800-555-0100",
                &[
                    "patient_name=JANE A DOE",
                    "coverage.1.payer=WellCare",
                    "coverage.1.member_id=12345678",
                    "coverage.1.group=99881",
                ],
            ),
            (
                "Insurance card (primary)\nInsurer . . . . . . . Cigna\nInsured . . . . . . . Jane A Doe\nID no. . . . . . . . W123456789\nGroup no. . . . . . . 445566",
                &["coverage.1.payer=Cigna", "coverage.1.member_id=W123456789", "coverage.1.group=445566"],
            ),
            (
                "PRIMARY INSURANCE CARD\nCarrier: Anthem Blue Cross      Cardholder: Jane A Doe\nCertificate #: W123456789       Group #: 445566\nClaims: PO Box 1234, Richmond VA 23218",
                &[
                    "coverage.1.payer=Anthem Blue Cross",
                    "coverage.1.member_id=W123456789",
                    "coverage.1.group=445566",
                ],
            ),
            (
                "Member Name        Member ID       Group\nJane A Doe         W123456789      445566\nUnitedHealthcare Choice Plus",
                &["patient_name=Jane A Doe", "coverage.1.member_id=W123456789", "coverage.1.group=445566"],
            ),
        ],
    );
}

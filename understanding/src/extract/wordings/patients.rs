//! Whose a paper is: banners and headers of the large records, requisitions, forms, letters.

use super::check;
use domain::parser::DocumentClass;

#[test]
fn banners_and_headers() {
    check(
        DocumentClass::OfficeNote,
        &[
            (
                "Patient: Jane Doe     DOB: 12/01/1956     MRN: E1234567",
                &["patient_name=Jane Doe", "dob=1956-12-01", "mrn=E1234567"],
            ),
            (
                "PATIENT: DOE,JANE A      ACCT #: V00012345678     LOC: SLEEP     U #: M000123456\nAGE/SX: 69/F             ROOM:                    REG: 09/14/26",
                &["patient_name=DOE,JANE A", "mrn=M000123456"],
            ),
            (
                "DOE, Jane A  69 Y old Female, DOB: 12/01/1956\nAccount Number: 12345\n12 Main St, Albany, NY-12205",
                &["patient_name=DOE, Jane A", "dob=1956-12-01", "mrn"],
            ),
            (
                "Doe, Jane (69yo, F) ID# 12345      Appt. Date/Time 09/14/2026 10:15AM\nDOB 12/01/1956      Service Dept. Sleep Clinic",
                &["patient_name=Doe, Jane", "dob=1956-12-01", "mrn=12345", "encounter_date=2026-09-14"],
            ),
            (
                "PATIENT: Jane A Doe\nDATE OF BIRTH: 12/01/1956\nDATE: 09/14/2026 10:15 AM\nPERSON NBR: 000000012345\nVISIT TYPE: Office Visit",
                &[
                    "patient_name=Jane A Doe",
                    "dob=1956-12-01",
                    "mrn=000000012345",
                    "encounter_date=2026-09-14",
                ],
            ),
            (
                "DOE,JANE A   F   Dec 01, 1956 (69)    MRN 00123456",
                &["patient_name=DOE,JANE A", "mrn=00123456"],
            ),
            (
                "Patient Name (Last, First, MI): Doe, Jane A\nBirthdate (mm/dd/yyyy): 12/01/1956",
                &["patient_name=Doe, Jane A"],
            ),
            (
                "Re: Jane Doe, DOB 12/01/1956, MRN 00123456\nDear Dr. Roe,",
                &["patient_name=Jane Doe", "dob=1956-12-01", "mrn=00123456"],
            ),
            (
                "RE: Jane Doe (DOB: 12/1/56)  Chart #: 00123456",
                &["patient_name=Jane Doe", "dob=1956-12-01", "mrn=00123456"],
            ),
            ("PT: DOE JANE A   DOB 12/01/56   MR# 00123456", &["dob=1956-12-01", "mrn=00123456"]),
            (
                "Name: Doe, Jane A | DOB: 12/1/1956 | MRN: E1234567 | PCP: Richard Roe, MD",
                &["patient_name=Doe, Jane A", "dob=1956-12-01", "mrn=E1234567"],
            ),
            (
                "Patient: Doe, Jane A    D.O.B.: 12/01/1956    Med. Rec. #: 00123456",
                &["patient_name=Doe, Jane A", "dob=1956-12-01", "mrn=00123456"],
            ),
            (
                "Patient Name:     Birth Date:     Medical Record Number:\nDoe, Jane A       12/01/1956      00123456",
                &["patient_name=Doe, Jane A", "dob=1956-12-01", "mrn=00123456"],
            ),
            (
                "DOE, JANE A                                   Medical Record: 00123456\n12/01/1956                                    Visit date: 09/14/2026",
                &["mrn=00123456", "patient_name=DOE, JANE A"],
            ),
            (
                "Mrs. Jane Doe, born December 1, 1956 (record no. 00123456), was seen on 09/14/2026.",
                &["dob=1956-12-01", "mrn=00123456"],
            ),
        ],
    );
}

#[test]
fn record_numbers_and_what_is_none() {
    check(
        DocumentClass::SleepStudy,
        &[
            ("Patient ID: 00123456\nStudy ID: 9988776", &["mrn=00123456"]),
            ("Medical Record #: E1234567", &["mrn=E1234567"]),
            ("M.R.N.: 00123456", &["mrn=00123456"]),
            ("MR No 00123456", &["mrn=00123456"]),
            ("Med Rec No. . . . . . 00123456", &["mrn=00123456"]),
            ("Hospital #: 00123456", &["mrn=00123456"]),
            ("Pt. ID#: 00123456", &["mrn=00123456"]),
            ("MRN (Lakeside): 00123456", &["mrn=00123456"]),
            ("MRN/Acct: 00123456 / 400012345", &["mrn=00123456"]),
            (
                "Account #: 400012345   Encounter: 123456789   Accession: 12345678   Order #: 998877665",
                &["mrn"],
            ),
            ("Device serial number 23456789   Recorder ID: 445566", &["mrn"]),
            ("SSN: 123-45-6789", &["mrn"]),
            ("Specimen ID: 55443322   Lab ID: 998877", &["mrn"]),
        ],
    );
}

#[test]
fn names_on_forms() {
    check(
        DocumentClass::Order,
        &[
            ("Patient Last Name: Doe    First Name: Jane    MI: A", &["patient_name=Doe, Jane A"]),
            (
                "LAST NAME            FIRST NAME          MI\nDOE                  JANE                A",
                &["patient_name=DOE, JANE A"],
            ),
            ("PATIENT'S NAME (please print)   Jane A. Doe", &["patient_name=Jane A. Doe"]),
            (
                "Patient's Name: ____Jane A. Doe____   Date of birth: __12/01/1956__",
                &["patient_name=Jane A. Doe", "dob=1956-12-01"],
            ),
            (
                "I.  PATIENT\nName                 Jane Doe\nDate of birth        12/01/1956",
                &["patient_name=Jane Doe", "dob=1956-12-01"],
            ),
            ("Name of Patient\nJane A Doe\nDOB\n12/01/1956", &["patient_name=Jane A Doe", "dob=1956-12-01"]),
            ("FOR: Jane A Doe     DOB 12/01/1956\nRx: CPAP", &["patient_name=Jane A Doe", "dob=1956-12-01"]),
            (
                "Patient                          Prescriber\nJane A Doe                       Richard Roe, MD\nDOB 12/01/1956                   NPI 1234567893",
                &[
                    "patient_name=Jane A Doe",
                    "dob=1956-12-01",
                    "prescriber.npi=1234567893",
                    "prescriber.name=Richard Roe",
                ],
            ),
            ("Beneficiary/Member: Jane A Doe", &["patient_name=Jane A Doe"]),
            ("Client: Jane A Doe     Client DOB: 12/01/1956", &["dob=1956-12-01"]),
        ],
    );
}

#[test]
fn names_on_certificates() {
    check(
        DocumentClass::MedicalNecessityForm,
        &[(
            "CERTIFICATE OF MEDICAL NECESSITY\nCMS-484 OXYGEN\nSECTION A    Certification Type/Date: INITIAL 11/02/2026\nPATIENT NAME, ADDRESS, TELEPHONE and MEDICARE ID      SUPPLIER NAME, ADDRESS, TELEPHONE and NSC or NPI #\nJane A Doe                                            Riverside Medical Supply\n12 Main St, Albany NY 12205                           99 Dock St, Albany NY\n(518) 555-0100   Medicare ID 1EG4TE5MK73              (518) 555-0199   NPI 1245319599",
            &["patient_name=Jane A Doe", "mbi=1EG4TE5MK73", "prescriber.npi"],
        )],
    );
}

#[test]
fn names_in_letters_and_texts() {
    check(
        DocumentClass::Letter,
        &[
            (
                "Riverside Sleep Center\nNovember 2, 2026\n\nJane A. Doe\n12 Main St, Albany, NY 12205\n\nDear Ms. Doe:\nOur records show that you missed your visit.",
                &["patient_name=Jane A. Doe"],
            ),
            (
                "November 2, 2026\n\nRichard Roe, MD\n34 Elm St, Albany, NY 12205\n\nDear Dr. Roe:\nJane Doe is a 69-year-old woman who was seen today.",
                &["patient_name=Jane Doe"],
            ),
            (
                "RE: Jane Doe\nDOB: 12/01/1956\n\nTo whom it may concern:",
                &["patient_name=Jane Doe", "dob=1956-12-01"],
            ),
            (
                "To whom it may concern:\nMrs. Jane Doe is under my care for sleep apnea.",
                &["patient_name=Jane Doe"],
            ),
        ],
    );
}

#[test]
fn names_on_agreements_and_tests() {
    check(
        DocumentClass::Consent,
        &[
            (
                "HOME SLEEP TEST AGREEMENT\nPrint name: Jane Doe          Birth date: 12/01/1956\nSign here: X________",
                &["patient_name=Jane Doe"],
            ),
            ("Patient name (print): Jane Doe\nWitness: Ann Poe", &["patient_name=Jane Doe"]),
        ],
    );
    check(
        DocumentClass::SleepStudy,
        &[
            (
                "Last, First     Doe, Jane          Acq. Date    09-20-2026\nPt. ID          00123456           DOB          12-01-1956",
                &["patient_name=Doe, Jane", "mrn=00123456", "dob=1956-12-01"],
            ),
            (
                "Patient Jane Doe            Recording date 2026-09-20\nID 00515196                 Recording tags in-lab\nDate of birth 1956-12-01    Age 69 years",
                &["patient_name=Jane Doe", "mrn=00515196", "dob=1956-12-01"],
            ),
            (
                "Doe, Jane A\nMRN: 00123456  |  69 y.o.  |  Female  |  DOB Dec 1, 1956",
                &["patient_name=Doe, Jane A", "mrn=00123456"],
            ),
            ("ID Number: 00123456     Birth date: 12/01/1956", &["mrn=00123456"]),
        ],
    );
}

//! Headings of sections of notes and reports, by what stands under them.

/// A key with a colon, then its spellings, parted by `|`, on indented lines.
pub(super) const TABLE: &str = "
sec.hpi:
    history of present illness | hpi | chief complaint | cc | reason for visit | reason for consultation |
    subjective | interval history | history | presenting complaint | reason for referral | present illness |
    sleep history | reason for consult | c c | presenting problem | consultation request |
    hx present illness
sec.ros:
    review of systems | ros | sleep review | review of symptoms
sec.family:
    family history | family hx | fhx | family medical history | fh | fam hx
sec.pmh:
    past medical history | pmh | pmhx | medical history | past history | problem list | active problems |
    comorbidities | past medical hx | comorbid conditions | chronic conditions | active problem list |
    medical problems | past medical surgical history
sec.surgical:
    past surgical history | psh | surgical history | past surgical hx
sec.social:
    social history | social hx | shx | habits
sec.meds:
    medications | current medications | meds | allergies | home medications | medication list |
    outpatient medications | current outpatient medications | drug allergies
sec.exam:
    physical exam | physical examination | exam | objective | vital signs | vitals | examination | pe |
    on examination
sec.plan:
    assessment and plan | assessment plan | assessment | plan | impression | impressions |
    impression and plan | a p | recommendations | recommendation | plan of care | diagnosis and plan |
    medical decision making | summary | conclusion | conclusions | interpretation | impression plan |
    clinical impression
sec.other:
    insurance on file | coverage on file | insurance profile | coverage profile | health plans | patient profile |
    insurance plans | insurance coverages | related persons | patient contacts |
    technique | methods | procedure description | sleep architecture | respiratory | oximetry | oxygen |
    cardiac | limb movements | findings | addendum | attestation | coverage information |
    insurance information | coverages | patient information | patient data | patient demographics |
    order details | order information | provider information | prescriber information |
    clinical information | contacts | providers | encounter information | technical data |
    study information | study data | demographics | patient demographic | patient demographic information |
    demographic information | patient details | patient info | member information | member info |
    beneficiary information | insurance info | insurance details | insurance coverage information |
    coverage details | payer details | medical insurance | subscriber details | equipment information |
    diagnosis information | authorization information | requester information |
    requesting provider information | general information | personal information | contact information |
    patient contact information | employment information | employer information | section a | section b |
    section c | section d | supplier section | physician section | patient section | clinical data |
    visit information | admission information | visit data | encounter data | encounter details |
    hospital account guarantor | guarantor account | account information | billing information
";

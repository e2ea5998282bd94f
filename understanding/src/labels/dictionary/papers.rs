//! Labels of dates, of what is ordered and why, and of signatures.

/// A key with a colon, then its spellings, parted by `|`, on indented lines.
pub(super) const TABLE: &str = "
order_date:
    order date | date of order | date ordered | ordered on | ordered date | ordered | order placed |
    order placed on | placed on | date written | written date | written on | date of written order |
    prescription date | date of prescription | rx date | order date time | order dt | order written |
    order written on | order written date | date prescribed | prescribed on | swo date | order created |
    order entered | entered on | order start | ord date | initial order date | order dated |
    order entry date | prescription written | script date | rx written | rx written date | date of rx |
    date of script | written order date | order authored | authored on | order placed date |
    order date and time | dwo date | date of dwo | date of swo | date of detailed written order |
    date of standard written order | date of the order | ordering date | order effective date |
    date rx written | rx date written | prescribed | written |
    ord dt | date of this order | order dt tm | ordered date time | date time ordered |
    order date and time ordered | initial date of order | initial order dt | date and time ordered |
    written order dt
signature_date:
    signature date | date signed | signed on | date of signature | sign date | signed date |
    electronically signed on | signed at | date time signed | signature date time | e signed on |
    esigned on | date of e signature | signed electronically on | authenticated on | verified on |
    signed date time | e signature date | esignature date | electronic signature date |
    date of electronic signature | signature dt | date signature | attested on | attestation date |
    approved on | signing date |
    date of signing | signed date and time | signature date and time | esigned | date e signed |
    date esigned | electronically signed date | time stamp | signature time stamp |
    signature timestamp | date authenticated | date electronically signed | signoff date |
    sign off date | date time of signature
printed_date:
    printed | printed on | print date | date printed | report generated | generated on | run date |
    faxed on | date sent | sent | received | date received | entry date | date entered |
    report released date time | released on | release date | printed date | fax date | faxed | date faxed |
    print time | report run date | scanned | scan date | scanned on | date scanned | imported |
    imported on | generated | report printed | download date | exported | exported on | as of | data as of |
    last updated on | updated on | created | created on | creation date | document created | filed |
    filed on | file date | date filed | uploaded on | upload date | request date | date of request |
    date requested
start_date:
    start date | date of need | start | end date | stop date | expires | expiration date | valid until |
    discontinued | expected date | need by | date needed | delivery date | anticipated start | next visit |
    next appointment | next appt | next office visit | follow up appointment | follow up visit date |
    return visit | return to clinic | rtc | follow up on | scheduled for | scheduled on | scheduled |
    future appointment | upcoming appointment | last visit | last office visit | last seen |
    previous visit | prior visit | last encounter | last appointment | last appt | previous encounter |
    last visit date | date last seen | last seen on | date of last visit | date last visited |
    previous visit date | next visit date | next appointment date | date of next visit | date of injury |
    date of onset | onset date | onset | date of referral | referral date | referred on |
    date of diagnosis | diagnosis date | diagnosed | diagnosed on | noted on | date noted |
    date of surgery | surgery date | date of death | last dose | date of hire | auth start | auth end |
    valid from | valid to | valid through | expiry date | target date | due date | needed by |
    date needed by | setup date | set up date | date of setup | delivery | delivered on | shipped on |
    ship date | date shipped | requested delivery date | last filled | last menstrual period | lmp |
    immunization date | date of last face to face
encounter_date:
    encounter date | date of encounter | visit date | date of visit | office visit date | appointment date |
    appt date | date of appointment | seen on | encounter | visit | office visit | date of evaluation |
    evaluation date | clinic date | date seen | visit date time | date time of visit | consultation date |
    date of consultation | date of exam | exam date | date of examination | office visit on |
    date of office visit | clinic visit | contact date | face to face date | face to face encounter |
    date of face to face | visit on | progress notes date | note date | encounter on | encounter dt |
    face to face encounter date | appointment | date of note | note dated | date of encounter visit |
    visit dt | visit date and time | date and time of visit | encounter date time |
    encounter date and time | appointment date time | appt | appt date time | date of clinic visit |
    clinic visit date | date patient seen | patient seen on | date of evaluation visit | date of consult |
    consult date | date of telehealth visit | telehealth date | video visit date | f2f date |
    face to face date of service | date of face to face evaluation | date of face to face encounter |
    date of face to face visit | face to face visit date | visited on | evaluated on | date of follow up |
    follow up date of service | session date | service date time | date and time of service |
    date of clinic note | progress note date | note date of service | date of this visit |
    todays date of visit | date of assessment | assessment date | encounter start | encounter start date |
    check in date | seen | date of initial evaluation | date of initial consultation | date of h p |
    h p date | date of office note | date of progress note
service_date:
    date of service | dos | service date | date service | date of svc | service dt | svc date | performed |
    performed on | date performed | date of procedure | procedure date | d o s | date s of service |
    dates of service | dos from | date of service dos | service from | date of srvc | svc dt |
    date of visit service | service date from
recording_start:
    recording start | recording started | start of recording | recording date | date of recording |
    recording start time | recording start date | study start | study started | start of study |
    study start time | study date | date of study | date of sleep study | sleep study date | date of test |
    test date | night of | night of study | study night | night of recording | recorded on | recorded |
    date of polysomnogram | psg date | date of psg | study performed | study performed on | test performed |
    test performed on | date of recording start | study conducted | study conducted on | acquisition date |
    recording began | study began | test night | date tested | tested on | date recorded | study recorded |
    lights off | lights out | study dt | recording period | monitoring date | date of monitoring |
    start date time | hsat date | recording start date time | recording date time | date time of recording |
    date of home sleep test | date of study recording | study night of
interpreted_date:
    interpreted on | date interpreted | interpretation date | date of interpretation | report date |
    date of report | read on | date read | scored on | date scored | reported on | reported | dictated |
    dictated on | date dictated | transcribed | transcribed on | date transcribed |
    signed and interpreted on | reviewed on | final report date | finalized | finalized on |
    study interpreted on | interpretation signed | result date | resulted | interpreted
test_date:
    collected | collection date | date collected | collected on | specimen collected | drawn | date drawn |
    drawn on | oximetry date | date of oximetry | abg date | date of abg |
    walk test date
admit_date:
    admission date | admit date | date of admission | admitted | discharge date | date of discharge |
    discharged | adm date | date admitted | admit date time | admission date time | admit dt | adm dt |
    disch date | date discharged | discharge date time | disch dt | dc date | d c date | dis date |
    date of adm | date of disch | date of dc | date of d c
plain_date:
    date | dt | date time | report of | today s date | todays date | current date
items:
    item | items | item description | equipment | description | dme | dme item | equipment ordered |
    items ordered | item ordered | supply | supplies | product | device | order | orders | ordered item |
    ordered items | equipment requested | procedure | equipment description | description of item |
    dme ordered | device ordered | medical equipment | hcpcs description | equipment supply |
    equipment and supplies | dme order | item requested | code description | rx | order name |
    order description | supply item | equipment supplies | ordered equipment | item s | item s ordered |
    item equipment | items prescribed | item prescribed | equipment prescribed |
    equipment description hcpcs | item s prescribed | supplies ordered | supplies requested |
    requested items | requested item | requested equipment | prescribed equipment | prescribed item |
    prescribed items | equipment needed | dme needed | dme requested | dme items | dme equipment |
    equipment items | product description | order item | order items | ordered product | order detail |
    supply description | item name | items needed | equipment name | equipment type | type of equipment |
    device description | description of items | description of equipment
hcpcs:
    hcpcs | hcpcs code | hcpcs codes | hcpc | code | cpt | cpt hcpcs | procedure code | billing code |
    hcpcs cpt | item code | hcpcs no | hcpcs item
quantity:
    quantity | qty | quantity to dispense | amount | count | units | qty ordered | quantity ordered |
    no of units | quan | qnty | disp qty | qty dispensed | qty requested | qty to dispense | dispense qty |
    dispense quantity | disp | dispense amount | number of units | no units | unit count | total quantity |
    order qty | order quantity | requested quantity | quantity requested
length_of_need:
    length of need | lon | estimated length of need | duration of need | length need | duration |
    est length of need | expected length of need | lon months | length of need months | period of need |
    length of need in months | len of need | estimated duration of need | anticipated length of need |
    anticipated duration | need duration | length of need lon | duration of therapy | duration of use |
    length of use | lon in months | months of need | months needed | estimated length of need months |
    est length of need of months | estimated duration | expected duration |
    period of medical need | period of medical necessity | duration of medical need |
    duration of medical necessity | length of medical need | length of medical necessity |
    estimated lon | est lon | estimated period of need | expected length of need months |
    estimated need | need duration months | length of need number of months | lon number of months |
    no of months needed | number of months needed | number of months |
    how long is the equipment needed | how long is equipment needed |
    how long will the equipment be needed | for how many months | anticipated need |
    anticipated duration of use | expected duration of use | expected duration of need |
    months required | term of need | length of time needed | time needed | estimated time needed |
    needed for | need for | length of rental | length of treatment | treatment duration |
    therapy duration | estimated months of need | est months of need | needed how long |
    length of necessity | l o n |
    for how long | how long | how long needed | how long is it needed | needed how many months
diagnosis:
    diagnosis | problems linked to this order | problems linked | linked problems | associated problems |
    problems addressed | diagnoses | dx | icd 10 | icd10 | icd 10 code | icd 10 codes | icd 10 cm | diagnosis code |
    diagnosis codes | primary diagnosis | dx code | dx codes | associated diagnoses | associated diagnosis |
    indication | indications | reason for order | medical necessity | medical justification |
    clinical indication | reason for study | reason for test | secondary diagnosis | diagnosis icd 10 |
    diagnoses icd 10 | icd | dx s | supporting diagnosis | diagnosis description | order diagnosis |
    icd code | icd 10 diagnosis | diagnosis dx | dx icd | icd 10 diagnosis code | icd 10 diagnoses |
    icd10 code | icd10 codes | icd codes | diagnosis codes icd 10 | diagnosis code s |
    diagnosis code s icd 10 | diagnosis icd 10 code | diagnosis icd10 | qualifying diagnosis |
    qualifying diagnoses | primary dx | secondary dx | dx 1 | dx 2 | dx1 | dx2 | dx description |
    diagnosis and icd 10 | order diagnoses | related diagnosis | related diagnoses | clinical diagnosis |
    supporting diagnoses | justifying diagnosis | diagnosis for order | visit diagnosis for order | diag |
    diag code | diag codes | diagnosis list | icd 10 cm code | icd 10 cm codes | dx icd 10 | dx icd10
signature:
    signature | physician signature | practitioner signature | prescriber signature | provider signature |
    authorized signature | physician s signature | practitioner s signature | prescriber s signature |
    provider s signature | ordering provider signature | treating practitioner signature | e signature |
    electronic signature | prescribing practitioner signature | ordering physician signature |
    authorizing signature | ordering practitioner signature | md signature | signature of prescriber |
    signature of practitioner | signature of physician | signature of ordering provider |
    prescribing provider signature | authorizing provider signature | esignature | signed |
    signature status | sign here | treating physician signature | signature of treating practitioner |
    signature of provider
patient_signature:
    patient signature | patient s signature | signature of patient | beneficiary signature |
    witness signature | parent signature | technologist signature | technician signature |
    supplier signature | guardian signature | delivery signature | employee signature
order_id:
    order id | order number | order no | accession | accession number | requisition number | rx number |
    reference number | order ref | accession no | requisition | confirmation number | order nbr | rx no |
    rx id | prescription number | prescription id | prescription no | dme order number | order reference |
    order reference number | order confirmation | transaction id | document id | doc id | req number |
    req no | requisition no | order control number | placer order number | filler order number
pressure:
    pressure | pressure setting | pressure settings | cpap pressure | settings | setting | pressure range |
    prescribed pressure | pap settings | device settings | pap pressure | therapy settings | set pressure
";

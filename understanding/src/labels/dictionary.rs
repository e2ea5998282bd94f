//! The spellings of labels, by what they label. Keys that begin with `sec.` head a section, `stop` ends the
//! value before it and is not read itself. From the field's own terms; recognition errors are `text::fold`'s part.

/// Every key with its spellings, in the order of the table: of equally long spellings the first key wins.
pub(super) fn labels() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut key = "";
    TABLE.lines().filter(|line| !line.is_empty()).flat_map(move |line| {
        let spellings = match line.strip_suffix(':') {
            Some(name) if !line.starts_with(' ') => {
                key = name;
                ""
            }
            _ => line,
        };
        let named = key;
        spellings
            .split('|')
            .map(str::trim)
            .filter(|spelling| !spelling.is_empty())
            .map(move |spelling| (named, spelling))
    })
}

/// A key with a colon, then its spellings, parted by `|`, on indented lines.
const TABLE: &str = "
patient_name:
    patient name | name of patient | pt name | beneficiary name | beneficiary | patient | pt | member name |
    legal name | patient legal name | name | name last first | patient name last first | subject name |
    full name | veteran | veteran name | name nombre | client name | resident
dob:
    date of birth | dob | birth date | birthdate | date birth | d o b | born | patient dob | dob age
mrn:
    mrn | medical record number | medical record no | medical record | med rec | med record |
    med rec number | med rec no | mr number | patient mrn | mrn number | epic mrn | hospital number |
    unit number | chart number | chart no | mr no | patient id | pt id | hospital no | unit no |
    medical rec no
sex:
    sex | gender | legal sex | birth sex | sex assigned at birth | age sex
stop:
    age | height | ht | weight | wt | marital status | race | ethnicity | language | preferred language |
    religion | employer | occupation | ssn | social security number | email | e mail | csn | har | account |
    account number | account no | visit number | room | bed | unit | department | dept | location |
    facility | clinic | fax | fax number | relationship | relation | rel to patient | zip | city | state |
    county | country | comments | comment | notes | copay | deductible | priority | class | order class |
    release | specialty | taxonomy | license | license no | dea | technician | technologist |
    recording technologist | scored by | scoring technologist | attn | pages | number of pages | cc |
    mode of arrival | accompanied by | room number | technical comments | equipment used |
    bmi percentile | pulse | heart rate | temp | temperature | respirations | resp | bp | blood pressure |
    member services | provider services | spo2 | o2 sat | supplier | dme supplier | vendor | dme company | dispense to | refills | frequency |
    directions | instructions | time | end time | start time | page | questions | answer | question |
    response | electronically signed | performed by | collected by | preparer
order_status:
    order status | status | status of order | prescription status
phone:
    phone | home phone | cell phone | mobile phone | mobile | work phone | telephone | tel | phone number |
    home | cell | ph | contact number | primary phone
address:
    address | home address | street address | mailing address | permanent address | residence
emergency_contact:
    emergency contact | emergency contacts | contact name | next of kin | emergency contact name |
    emergency contact 1 | contact | emerg cont | emergency contact name relation | e name
guarantor:
    guarantor | guarantor name | responsible party
coverage_1:
    primary coverage | coverage 1 | primary insurance | insurance 1 | primary payer | primary payor |
    primary | primary insurance company | coverage 1 primary | primary plan | primary ins | ins 1 |
    payer 1 | payor 1 | 1st insurance | first insurance | primary carrier | primary health insurance
coverage_2:
    secondary coverage | coverage 2 | secondary insurance | insurance 2 | secondary payer |
    secondary payor | secondary | tertiary | secondary insurance company | coverage 2 secondary |
    secondary plan | secondary ins | ins 2 | payer 2 | payor 2 | 2nd insurance | tertiary insurance |
    coverage 3 | insurance 3 | secondary carrier | supplemental insurance
payer:
    payer | payor | insurance | insurance company | insurance name | insurer | carrier | health plan |
    payer name | payor name | insurance carrier | insurance plan | insurance payer | payor plan |
    payer plan | coverage | health insurance | insurance provider
plan:
    plan | plan name | benefit plan | plan type | product
member_id:
    member id | member number | member no | subscriber id | subscriber number | subscriber no |
    policy number | policy no | policy | id number | insurance id | policy id | member |
    subscriber member id | cert number | identification number | member identification number | id no |
    ins id | insured id | insurance no | insurance number | medicare insurance no | policy id no |
    subscriber member no
mbi:
    mbi | medicare beneficiary identifier | medicare number | medicare id | medicare no |
    medicare id number | medicare beneficiary id | hic | hicn | medicare claim number |
    medicare number numero de medicare
group:
    group | group number | group no | grp | group id | group name | rxgrp | rx grp
subscriber:
    subscriber | subscriber name | insured | insured name | policy holder | policyholder | subscriber dob |
    sub name
coverage_dates:
    effective | effective date | eff date | coverage effective | effective from | termination date |
    term date | coverage starts
prescriber:
    ordering provider | ordering physician | ordering practitioner | ordering clinician |
    authorizing provider | authorizing physician | authorising provider | prescriber | prescriber name |
    prescribing provider | prescribing physician | prescribing practitioner | prescribing clinician |
    ordered by | prescribed by | order authorized by | authorized by | treating practitioner |
    treating physician | treating provider | practitioner name | practitioner | physician name | physician |
    provider name | provider | ordering provider name | ordering md | ordering dr | practitioner s name |
    physician s name | provider s name | prescriber s name | order provider | doctor
other_provider:
    pcp | primary care provider | primary care physician | pcp general | primary care | referring provider |
    referring physician | referred by | attending | attending physician | attending provider |
    supervising provider | supervising physician | cosigner | consulting provider | encounter provider |
    visit provider | seen by | rendering provider | author | interpreting physician | interpreted by |
    interpreting provider | read by | reading physician | reviewed by | family physician |
    admitting provider | family doctor | responsible provider
npi:
    npi | npi number | npi no | national provider identifier | provider npi | prescriber npi |
    ordering provider npi | physician npi | practitioner npi | authorizing provider npi | individual npi |
    n p i | prescribing provider npi | ordering npi
other_npi:
    pcp npi | facility npi | supplier npi | group npi | organization npi | clinic npi | referring npi |
    referring provider npi | dme npi | practice npi | interpreting npi | rendering npi | location npi
order_date:
    order date | date of order | date ordered | ordered on | ordered date | ordered | order placed |
    order placed on | placed on | date written | written date | written on | date of written order |
    prescription date | date of prescription | rx date | order date time | order dt | order written |
    order written on | order written date | date prescribed | prescribed on | swo date | order created |
    order entered | entered on | order start | ord date | initial order date | order dated
signature_date:
    signature date | date signed | signed on | date of signature | sign date | signed date |
    electronically signed on | signed at | date time signed | signature date time
printed_date:
    printed | printed on | print date | date printed | report generated | generated on | run date |
    faxed on | date sent | sent | received | date received | entry date | date entered |
    report released date time | released on | release date
start_date:
    start date | date of need | start | end date | stop date | expires | expiration date | valid until |
    discontinued | expected date | need by | date needed | delivery date | anticipated start
encounter_date:
    encounter date | date of encounter | visit date | date of visit | office visit date | appointment date |
    appt date | date of appointment | seen on | encounter | visit | office visit | date of evaluation |
    evaluation date | clinic date | date seen | visit date time | date time of visit | consultation date |
    date of consultation | date of exam | exam date | date of examination | office visit on |
    date of office visit | clinic visit | contact date | face to face date | face to face encounter |
    date of face to face | visit on | progress notes date | note date | encounter on | encounter dt |
    face to face encounter date | appointment | date of note | note dated
service_date:
    date of service | dos | service date | date service | date of svc | service dt | svc date | performed |
    performed on | date performed | date of procedure | procedure date
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
    discharged
plain_date:
    date | dt | date time | report of
items:
    item | items | item description | equipment | description | dme | dme item | equipment ordered |
    items ordered | item ordered | supply | supplies | product | device | order | orders | ordered item |
    ordered items | equipment requested | procedure | equipment description | description of item |
    dme ordered | device ordered | medical equipment | hcpcs description | equipment supply |
    equipment and supplies | dme order | item requested | code description | rx | order name |
    order description | supply item | equipment supplies | ordered equipment | item s | item s ordered |
    item equipment
hcpcs:
    hcpcs | hcpcs code | hcpcs codes | hcpc | code | cpt | cpt hcpcs | procedure code | billing code |
    hcpcs cpt | item code | hcpcs no | hcpcs item
quantity:
    quantity | qty | quantity to dispense | amount | count | units | qty ordered | quantity ordered |
    no of units | quan | qnty | disp qty
length_of_need:
    length of need | lon | estimated length of need | duration of need | length need | duration |
    est length of need | expected length of need | lon months | length of need months | period of need |
    length of need in months
diagnosis:
    diagnosis | diagnoses | dx | icd 10 | icd10 | icd 10 code | icd 10 codes | icd 10 cm | diagnosis code |
    diagnosis codes | primary diagnosis | dx code | dx codes | associated diagnoses | associated diagnosis |
    indication | indications | reason for order | medical necessity | medical justification |
    clinical indication | reason for study | reason for test | secondary diagnosis | diagnosis icd 10 |
    diagnoses icd 10 | icd | dx s | supporting diagnosis | diagnosis description | order diagnosis |
    icd code | icd 10 diagnosis
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
    reference number | order ref | accession no | requisition | confirmation number
pressure:
    pressure | pressure setting | pressure settings | cpap pressure | settings | setting | pressure range |
    prescribed pressure | pap settings | device settings | pap pressure | therapy settings | set pressure
ahi:
    ahi | apnea hypopnea index | apnoea hypopnoea index | apnea hypopnea index ahi | overall ahi |
    total ahi | ahi total | ahi overall | diagnostic ahi | baseline ahi | apnea plus hypopnea index |
    apnea and hypopnea index | ahi index | apneas hypopneas index | apnea hypopnea lndex | ahi events hour |
    ahi events hr | ahi per hour | overall apnea hypopnea index | baseline apnea hypopnea index |
    diagnostic apnea hypopnea index | total apnea hypopnea index | ah index | a h index | ahi tst |
    index ahi | a h l
pahi:
    pahi | pat ahi | pat apnea hypopnea index | pat derived ahi
rdi:
    rdi | respiratory disturbance index | respiratory disturbance index rdi | overall rdi | total rdi |
    prdi
rei:
    rei | respiratory event index | respiratory event index rei | overall rei | total rei
supine_ahi:
    supine ahi | ahi supine | supine apnea hypopnea index | ahi in supine | ahi in supine sleep |
    ahi while supine | ahi supine sleep | back ahi
rem_ahi:
    rem ahi | ahi rem | rem apnea hypopnea index | ahi in rem | ahi in rem sleep | ahi during rem |
    ahi rem sleep
other_index:
    nrem ahi | non rem ahi | non supine ahi | ahi nrem |
    ahi non supine | lateral ahi |
    ahi non rem | left ahi | right ahi | prone ahi | ahi in nrem |
    ahi lateral | ahi prone | side ahi |
    off supine ahi | non supine apnea hypopnea index | nrem apnea hypopnea index | supine rdi | rem rdi |
    nrem rdi | rem rei | supine rei | non supine rei | nrem supine ahi | rem supine ahi | apnea index |
    hypopnea index | obstructive apnea index | obstructive ahi | obstructive apnea hypopnea index |
    arousal index | plm index | plmi | limb movement index | rera index | snore index | snoring index |
    desaturation index | goal ahi | target ahi | normal ahi
residual_ahi:
    residual ahi | residual apnea hypopnea index | ahi on cpap | ahi on pap | ahi on therapy | therapy ahi |
    treatment ahi | titrated ahi | ahi at optimal pressure | ahi at final pressure | ahi on treatment |
    therapeutic ahi | on pap ahi | cpap ahi | pap ahi | titration ahi | ahi with cpap | ahi with pap |
    ahi at this pressure | device ahi | machine ahi | post treatment ahi | treatment phase ahi |
    ahi titration | ahi treatment | download ahi
central_index:
    central apnea index | cai | central ahi | central index | central apnea hypopnea index
odi:
    odi | oxygen desaturation index | odi 4 | odi 3 | oxygen desaturation index odi
tst:
    total sleep time | tst | total sleep time tst | sleep time | total sleep | sleep time total |
    sleep duration | total sleep time min | est sleep time | estimated sleep time | patient slept
trt:
    total recording time | trt | recording time | total recording time trt | recording duration |
    monitoring time | flow evaluation period | time in bed | tib | duration of recording |
    valid recording time | evaluation time | total monitoring time | evaluation period | total valid time |
    valid sleep time | recording length | analysis time | total study time | total time in bed |
    evaluated time
efficiency:
    sleep efficiency | efficiency | sleep eff | se
events_total:
    total events | apnea hypopnea | apneas hypopnea | total respiratory events | apneas and hypopneas |
    apneas hypopneas | total apneas and hypopneas | total apneas hypopneas | number of events |
    total number of events | events total | respiratory events total | total number of respiratory events |
    number of apneas and hypopneas | apneas plus hypopneas | total apneas plus hypopneas |
    total number of apneas and hypopneas | respiratory events | total a h | total scored events |
    scored events | events scored | number of respiratory events | total no of events | total event count |
    event count | apnea and hypopnea events | combined apneas and hypopneas | total apnea hypopnea events |
    apneas and hypopneas total | total a + h | total apnea and hypopnea | apnea + hypopnea
obstructive:
    obstructive apneas | obstructive apnea | obstructive apnea events | obstructive | oa
central:
    central apneas | central apnea | central | ca | central apnea events
mixed:
    mixed apneas | mixed apnea | mixed | ma
hypopneas:
    hypopneas | hypopnea | total hypopneas | hypopnea events | hypopneas total | number of hypopneas
apneas:
    total apneas | apneas | apneas total | number of apneas | apnea events
nadir:
    nadir | oxygen nadir | spo2 nadir | lowest oxygen saturation | lowest spo2 | minimum spo2 | min spo2 |
    o2 nadir | nadir spo2 | lowest saturation | minimum oxygen saturation | oxygen saturation nadir |
    low spo2 | lowest o2 saturation | lowest sao2 | minimum saturation | minimum o2 saturation |
    spo2 minimum | lowest o2 | saturation nadir | nadir saturation | low sat | lowest desaturation |
    minimum sao2 | nadir o2 | spo2 low | oxyhemoglobin nadir | lowest oxyhemoglobin saturation |
    desaturation nadir | nadir oxygen saturation | nadir sao2 | nadir saturation o2 | low sao2 |
    minimum oxyhemoglobin saturation | lowest oximetry
mean_spo2:
    mean spo2 | average spo2 | mean oxygen saturation | average oxygen saturation | mean saturation |
    avg spo2 | mean sao2 | baseline spo2 | baseline oxygen saturation | mean o2 saturation |
    average saturation | spo2 mean | mean oxyhemoglobin saturation | average o2 saturation | average sao2 | baseline saturation
optimal_pressure:
    optimal pressure | final pressure | recommended pressure | therapeutic pressure |
    optimal cpap pressure | final cpap pressure | optimal cpap | final setting | final settings |
    effective pressure
ess:
    epworth sleepiness scale | epworth | ess | epworth score | epworth sleepiness score |
    epworth sleepiness scale ess | epworth sleepiness scale score | ess score | epworth total |
    epworth scale | epworth sleepiness
bmi:
    bmi | body mass index | body mass index bmi | calculated bmi | bmi calculated
neck:
    neck circumference | neck size | neck | neck collar size | neck circ | collar size | neck circumf |
    neck circumference in | neck measurement | neck girth
modality:
    visit type | encounter type | type of visit | modality | visit modality | mode of visit |
    type of encounter | appointment type
usage_period:
    usage | date range | reporting period | report period | compliance period | therapy period |
    data range | usage period | download period | compliance information | report dates
usage_days:
    usage days | days used | days with usage | days with device usage | days device used | days of use |
    nights used | number of days used | used days
usage_4h_days:
    4 hours | days used 4 hours | days with usage 4 hours | days with 4 hours | days 4 hours |
    days with usage greater than or equal to 4 hours | days used greater than 4 hours |
    days with device usage 4 hours | days used at least 4 hours | days with at least 4 hours |
    number of days 4 hours | days of 4 hours or more
usage_4h_share:
    percent of days with usage 4 hours | percent of days with usage greater than or equal to 4 hours |
    percent days used 4 hours | percent of days 4 hours | percentage of days 4 hours | percent days 4 hours |
    percent days with usage 4 hours | percentage of days with usage 4 hours | days 4 hours percent |
    percent of nights 4 hours | percent compliance
usage_total_days:
    total days | days in period | days total | days in report | total number of days
usage_all:
    average usage total days | average usage all days | average usage | average hours all days |
    avg usage all days | average usage days total
usage_used:
    average usage days used | average usage on days used | average hours on days used |
    avg usage days used | average time used
leak_95:
    leak 95th percentile | 95th percentile leak | leaks 95th percentile | 95 leak | leak 95
pressure_95:
    pressure 95th percentile | 95th percentile pressure | 95 pressure | pressure 95 | 90 pressure |
    device pressure 90
device_serial:
    serial number | device serial number | serial no | device serial
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
    technique | methods | procedure description | sleep architecture | respiratory | oximetry | oxygen |
    cardiac | limb movements | findings | addendum | attestation | coverage information |
    insurance information | coverages | patient information | patient data | patient demographics |
    order details | order information | provider information | prescriber information |
    clinical information | contacts | providers | encounter information | technical data |
    study information | study data
";

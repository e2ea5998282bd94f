//! Labels of people and their numbers: patient, contacts, coverages, prescribers.

/// A key with a colon, then its spellings, parted by `|`, on indented lines.
pub(super) const TABLE: &str = "
patient_name:
    patient name | name of patient | pt name | beneficiary name | beneficiary | patient | pt | member name |
    legal name | patient legal name | name | name last first | patient name last first | subject name |
    full name | veteran | veteran name | name nombre | resident | patient full name |
    patient s name | name of beneficiary | beneficiary s name | enrollee | enrollee name | resident name |
    patient nm | pat name | name of member | patient legal full name | member s name |
    recipient name | recipient | name of insured patient | patient name last first mi | pt name last first |
    name of pt | patient name dob | name of veteran | patient preferred legal name | person name |
    name patient |
    last first | last first mi | last first middle | member last first | patient last first |
    name of the patient | member full name | patient name first last | patient first and last name |
    patient full legal name | patient printed name | patient name printed | patient name please print |
    printed name of patient | print patient name | patient print name | resident full name |
    patient resident name | beneficiary full name | beneficiary member | beneficiary patient |
    patient beneficiary | patient member name | name of enrollee | cardmember | cardmember name |
    patient as on card | name as on card | name on card | name as it appears on card |
    patient identification | veteran full name | claimant | claimant name | examinee | examinee name |
    what is your full legal name | what is your full name | what is your name | your name |
    your full name | your full legal name | prescription for | enrolled person |
    enrolled person and suffix | enrolled person name | order for patient |
    patient last name first name
last_name:
    last name | family name | surname | patient last name | pt last name | member last name | last |
    beneficiary last name | patient s last name | lastname | name last
first_name:
    first name | given name | patient first name | pt first name | member first name | first |
    beneficiary first name | patient s first name | firstname | name first | given names
middle_name:
    middle name | middle initial | mi | middle | m i | patient middle initial | middle init
dob:
    date of birth | dob | birth date | birthdate | date birth | d o b | born | patient dob | dob age |
    birth dt | bdate | birthdt | b day | birthday | date of birth age | dob sex | member dob |
    member date of birth | patient date of birth | patient birth date | pt dob | beneficiary dob |
    dt of birth | birth date age | d o birth | date of birth mm dd yyyy |
    when were you born | your date of birth | what is your date of birth | birth date mm dd yyyy |
    birthdate yyyy mm dd | born on | birth date yyyy mm dd
mrn:
    mrn | medical record number | medical record no | medical record | med rec | med record |
    med rec number | med rec no | mr number | patient mrn | mrn number | epic mrn | hospital number |
    unit number | chart number | chart no | mr no | patient id | pt id | hospital no | unit no |
    medical rec no | med rec nbr | medical record nbr | mrn nbr | medical record id |
    medical records number | medical records no | mrn no | mrn id | chart id | chart | hosp no |
    hosp number | hospital id | hospital record number | unit nbr | unit record number | empi | mpi |
    mpi number | enterprise id | enterprise mrn | patient identifier | patient number | patient no |
    pat id | pat no | pt no | pt number | pid | mr nbr | m r number | m r no | record no | record number |
    patient record number | facility mrn | clinic number | clinic no | patient chart number | pat mrn |
    person number | patient mrn id | mrn facility | patient identification number | med record no |
    med record number | legacy mrn | health record number | hrn | mr |
    hosp | pat | record | hospital | person nbr |
    u | file | patient id no | patient id number | file no | file number | patient file no |
    patient file number | emr no | emr id | emr number | ehr id | emrn | hospital mrn |
    medical record no mrn | medical record number mrn | mrn medical record number |
    mrn medical record no | med rec num | record id | patient code | subject id | patient reference |
    patient reference number | site patient id | patient unit number | patient medical record number |
    patient medical record no | patient medical record | patient s mrn | medical record num | id mrn |
    mrn chart | mrn chart no | clinic id | external id | external patient id | patient s id |
    patient s id number | mrn acct | mrn account | mrn fin | mrn csn | pt mrn | chart mrn |
    patient record no | patient record id | pt id number | pt id no | patient number id | cpi |
    cpi number | mrn hrn | hospital unit number | hospital chart number | patient chart |
    patient chart no | mrn patient id | patient id mrn | hospital patient id |
    our chart no | our chart number | our record no | our record number | our patient no |
    medical rec | medical rec number | medical rec nbr | medical rec num | medical rec id |
    med record nbr | med record num | med record id | med rec id | med rcd no | med rcd number |
    med rcd nbr | med rcd num | med rcd id | patient record nbr | patient record num | pt record no |
    pt record number | pt record nbr | pt record num | pt record id | health record no |
    health record nbr | health record num | health record id | chart nbr | chart num
bare_id:
    id |
    i d
sex:
    sex | gender | legal sex | birth sex | sex assigned at birth | age sex
stop:
    ordering user | order author | entered by | requested by | transcribed by | client | client name | age | height | ht | weight | wt | marital status | race | ethnicity | language | preferred language |
    religion | employer | occupation | ssn | social security number | email | e mail | room | bed | unit |
    department | dept | location | facility | clinic | fax | fax number | zip | city | state | county |
    country | comments | comment | notes | copay | deductible | priority | class | order class | release |
    specialty | taxonomy | license | license no | dea | technician | technologist | recording technologist |
    scored by | scoring technologist | attn | pages | number of pages | cc | mode of arrival |
    accompanied by | room number | technical comments | equipment used | bmi percentile | pulse |
    heart rate | temp | temperature | respirations | resp | bp | blood pressure | member services |
    provider services | spo2 | o2 sat | refills | frequency | directions | instructions | time | end time |
    start time | page | questions | answer | question | response | electronically signed | performed by |
    collected by | preparer | employer name | job title | maiden name | preferred name | aka | alias |
    also known as | preferred first name | interpreter | interpreter needed | advance directive |
    code status | admit source | hospital service | department name | patient class | patient type |
    patient status | financial class | account type | account status | case manager | mother s name |
    mother s maiden name | father s name | veteran status | smoking status | pronouns | gender identity |
    sexual orientation | patient portal | portal status | mychart | last updated | last verified |
    verified | verified by | registered by | clerk | user | ins verified | authorization |
    authorization number | auth | auth no | referral | referral number | tax id | tin | ein | ptan |
    state license | provider id | degree | credentials | title | subject | attention |
    special instructions | delivery instructions | deliver to | ship to | urgency | review type |
    request type | type of request | line of business | group name | payer id | payor id | electronic payer id |
    claims payer id | seq | seq no | cob | payer no | payer number | rxbin | rxpcn | rx bin | rx pcn | bin | pcn | issuer
account:
    account | account number | account no | acct | acct no | acct number | acc no | acct nbr |
    visit number | visit no | visit id | encounter number | encounter no | encounter id | encounter csn |
    csn | har | hospital account | hospital account number | fin | fin nbr | fin number | financial number |
    patient account number | patient account no | patient acct | pt acct | contact serial number |
    case number | billing number | guarantor account | guarantor acct | guarantor account number |
    admission number | episode number | patient account | bill number
supplier:
    supplier | dme supplier | vendor | dme company | dispense to | supplier name | dme vendor |
    dme provider | servicing provider | servicing facility | home care company | homecare company |
    equipment supplier | equipment provider | supplier information | supplier info | pharmacy |
    preferred pharmacy | dme supplier information | facility name | place of service | testing facility |
    vendor name | supplier use only | for supplier use only | supplier to complete
relation:
    relationship | relation | rel to patient | relation to patient | relationship to patient |
    relation to pt | relationship to pt | patient relationship to insured |
    patient relationship to subscriber | patient relation to subscriber | patient relationship |
    patient s relationship to insured | relationship to subscriber | relationship to insured |
    relation to insured | rel to pt | pt rel to sub | pt relation | patient rel to subscriber |
    patient rel to guarantor | patient rel |
    rel | reln | relat | relationship to member | relation to member | relationship with patient
order_status:
    order status | status | status of order | prescription status
phone:
    phone | daytime tel | evening tel | day tel | tel day | tel evening | other phone | home phone | cell phone | mobile phone | mobile | work phone | telephone | tel | phone number |
    home | cell | ph | contact number | primary phone | home telephone | home phone number | home no |
    home number | cell no | cell number | mobile no | mobile number | phone home | phone cell |
    phone mobile | phone h | phone c | phone m | phone no | phone nbr | telephone number | telephone no |
    tel no | daytime phone | day phone | evening phone | preferred phone | patient phone | pt phone |
    telephone home | telephone cell | tel h | tel c | tel home | tel cell | ph home | ph cell | h phone |
    c phone | home ph | cell ph | hm phone | hm ph | primary phone number | main phone | best phone |
    contact phone | member phone
address:
    address | home address | street address | mailing address | permanent address | residence
emergency_contact:
    emergency contact | emergency contacts | contact name | next of kin | emergency contact name |
    emergency contact 1 | contact | emerg cont | emergency contact name relation | e name |
    emergency contact person | emergency contact 2 | in case of emergency | in case of emergency contact |
    in case of emergency notify | notify in emergency | person to notify | emergency notify |
    emergency contact details | emergency contact information | emergency contact info | ice contact |
    primary emergency contact | emer contact | emergency | emergency contact s | nok | next of kin name |
    first contact | contact 1 | contact person | patient contacts | patient contact | primary contact |
    emerg contact | emerg contact name | emergency contact full name | person to notify in emergency |
    nearest relative | spouse name | relative to notify |
    ice | contact name relation | emergency contact name phone | emergency contact name phone number |
    emergency contact name and phone | emergency contact name and number | emergency contact and phone |
    emergency contact phone | notify | person to contact | person to call | emergency name |
    emerg name | ec name | legal next of kin | alternate contact | contact in emergency |
    contact in case of emergency | in emergency notify | in an emergency notify |
    in case of an emergency | in case of an emergency notify | in case of emergency call |
    in case of emergency please contact | in case of emergency please notify | local contact |
    relative | emergency contact relationship | emergency contact name relationship |
    emergency contact relation | emergency contact person name | emergency notification |
    emergency notify name | whom to notify | whom to notify in emergency | who to contact in emergency |
    who should we call in an emergency | next of kin emergency contact | emergency contact next of kin |
    kin | kin name | closest relative | name of emergency contact | name of next of kin |
    emerg contact person | emergency ctc | emer contact name | emergency contact 1 name | emergency 1 |
    1st contact | 1st emergency contact | contact 1 name | secondary contact |
    primary emergency contact name | spouse partner name | family contact |
    whom should we call if there is an emergency | whom should we call in an emergency |
    who should we call if there is an emergency | who should we contact in case of emergency |
    whom should we contact in an emergency | whom to call in an emergency |
    notify in case of emergency | in case of emergency we should call | person to call in an emergency |
    emerg notify | emerg person | your emergency contact | who is your emergency contact |
    emergency contact is
subject:
    re | regarding | reference | in re | in reference to | patient re | subject patient | re patient |
    for | concerning
guarantor:
    guarantor | guarantor name | responsible party | guarantor information | guarantor info |
    responsible person | financially responsible | financially responsible party | person responsible |
    guarantor last name | bill to | person responsible for bill | responsible party name |
    financial guarantor | account guarantor |
    guar | guar name | resp party | resp party name | account responsible |
    who is responsible for the bill | bill goes to
coverage_1:
    primary coverage | coverage 1 | primary insurance | insurance 1 | primary payer | primary payor |
    primary | primary insurance company | coverage 1 primary | primary plan | primary ins | ins 1 |
    payer 1 | payor 1 | 1st insurance | first insurance | primary carrier | primary health insurance |
    primary medical insurance | primary insurance name | primary insurance carrier |
    primary insurance plan | primary insurance payer | primary payer name | primary ins co |
    primary insurer | primary coverage payer | ins primary | insurance primary | coverage primary |
    primary health plan | payer primary | primary insurance company name | prim ins | pri ins | 1st ins |
    first ins | primary medical coverage | primary policy | insurance plan 1 | plan 1 | ins1 | primary cvg |
    cvg 1 | insurance co 1 | insurance no 1 |
    med primary | medical primary | primary medical | primary coverage name | primary payer plan |
    primary insured plan | primary insurance coverage | insurance coverage 1 | policy 1 | pol 1 |
    payer plan 1 | health plan 1 | carrier 1 | insurance company 1 | primary insurance payor |
    primary payor plan | primary health coverage | primary ins name | primary carrier name |
    1st coverage | 1st payer | first payer | main insurance | fc 1 | primary payer health plan
coverage_2:
    secondary coverage | coverage 2 | secondary insurance | insurance 2 | secondary payer |
    secondary payor | secondary | tertiary | secondary insurance company | coverage 2 secondary |
    secondary plan | secondary ins | ins 2 | payer 2 | payor 2 | 2nd insurance | tertiary insurance |
    coverage 3 | insurance 3 | secondary carrier | supplemental insurance | secondary medical insurance |
    secondary insurance name | secondary insurance carrier | secondary insurance plan |
    secondary insurance payer | secondary payer name | secondary ins co | secondary insurer |
    ins secondary | insurance secondary | coverage secondary | payer secondary | second ins |
    second insurance | sec ins | 2nd ins | second coverage | supplemental | supplemental coverage |
    other insurance | additional insurance | secondary health insurance | secondary health plan |
    secondary medical coverage | tertiary coverage | tertiary payer | secondary policy | insurance plan 2 |
    plan 2 | ins2 | secondary cvg | cvg 2 | coordination of benefits |
    med secondary | medical secondary | secondary medical | insurance coverage 2 | policy 2 | pol 2 |
    health plan 2 | carrier 2 | insurance company 2 | 2nd payer | 2nd coverage | 2nd carrier |
    supplementary insurance | secondary insurance payor |
    secondary payor plan | secondary ins name | secondary carrier name | supplemental plan |
    payer plan 2
payer:
    payer | insurance at time of order | insurance at time of service | insurance at visit | current insurance |
    insurance of record | payor | insurance | insurance company | insurance name | insurer | carrier | health plan |
    payer name | payor name | insurance carrier | insurance plan | insurance payer | payor plan |
    payer plan | coverage | health insurance | insurance provider | company | company name | ins company |
    ins co | ins company name | insurance co | insurance company name | insurer name |
    insurance carrier name | health plan name | payer plan name | ins | ins name | insurance type |
    carrier name | insurance coverage | patient insurance | pt insurance | plan carrier |
    insurance plan name | payer information | payer info | payor name plan | third party payer |
    ins carrier | coverage payer | payor information |
    health insurance carrier | name of insurance | name of insurance company | name of insurer |
    name of health plan | name of payer | insurance co name | health insurance company |
    health insurance name | health insurance plan | medical insurance | insurance plan payer |
    plan payer | payer health plan | payor health plan | insured by | insured through | covered by |
    insurance plan company | payor name plan name | primary payer source | payment source |
    medical plan | ins plan | ins plan name | insurance carrier plan | payer carrier | billing payer |
    patient s insurance | patient insurance company |
    which company | insurer company | what insurance do you have | name of your insurance |
    who is your insurance company
plan:
    plan | plan name | benefit plan | plan type | product | benefit plan name | plan product |
    product name | plan description
member_id:
    member id | policy certificate no | policy certificate | certificate | policy certificate id | cert | contract | mem | member number | member no | subscriber id | subscriber number | subscriber no |
    policy number | policy no | policy | id number | insurance id | policy id | member |
    subscriber member id | cert number | identification number | member identification number | id no |
    ins id | insured id | insurance no | insurance number | medicare insurance no | policy id no |
    subscriber member no | subscriber identification number | subscriber member number | insured s id |
    insured s i d | insured s id number | insured id number | insured s i d number | member id number |
    member id no | policy holder id | policyholder id | policy id number | insurance policy number |
    insurance policy no | insurance member id | insurance id number | insurance id no | ins id number |
    ins policy | ins policy no | ins no | cardholder id | card holder id | cert no | certificate number |
    certificate no | contract number | contract no | enrollee id | enrollee number | medicaid id |
    medicaid number | medicaid no | medicaid id number | recipient id | recipient number | beneficiary id |
    beneficiary number | medi cal id | sub id | subsc id | subscr id | subscriber nbr | member nbr |
    policy nbr | policy num | member num | medicare insurance number | medicare or insurance no |
    insurance id member | policy member id | member policy number | member policy id |
    member subscriber id | id subscriber | member id policy | policy cert | policy certificate number |
    subscriber policy number | primary insurance id | secondary insurance id | primary policy number |
    secondary policy number | primary id | secondary id | primary member id | secondary member id |
    primary policy no | secondary policy no | insurance policy | health plan id | plan id number |
    member identification | umi | membership number | membership no | membership id | identification no |
    mem id | mbr id | insurance
    plan member id | plan member | identification | member card no | member
    client identification number | cin | medicaid cin | alternate id | subscriber policy |
    subscriber policy no | policy subscriber id | policy and group | ins member id | ins id no |
    ins cert | ins cert no | contract id | insured policy number | insured s policy number |
    insured policy no | pol | pol no | pol number | pol id | member policy no | member policy |
    id of insured | insured s member id | identifier | subscriber identification | subs id |
    insured no | insured number | health insurance id | health insurance number | health id |
    health plan member id | membership | plan id | dod benefits number | dbn | sponsor id |
    coverage id | policy holder number | policyholder number | beneficiary id number |
    enrollee id number | enrollee no | recipient no | recipient id number | hic no | benefit id |
    medi cal no | bic |
    subscr no | subscr number | subscr | what is the number on the card | number on the card |
    number on card | id on card
mbi:
    mbi | medicare | medicare beneficiary identifier | medicare number | medicare id | medicare no |
    medicare id number | medicare beneficiary id | hic | hicn | medicare claim number |
    medicare number numero de medicare | medicare hic | hic number | hic no | medicare mbi | mbi number |
    mbi no | medicare hicn | medicare beneficiary no | medicare beneficiary number | medicare claim no |
    health insurance claim number | hicn mbi | mbi hicn | patient hicn | patient mbi | beneficiary mbi |
    medicare numero | medicare beneficiary medicare id | beneficiary medicare number |
    new medicare number | hi claim no | hi claim number |
    medicare beneficiary id mbi | medicare beneficiary identifier mbi | medicare id mbi |
    medicare number mbi | mbi id | mbi medicare | medicare member id | medicare policy number |
    medicare policy no | medicare i d | medicare mbi number | hicn no | hicn number | medicare card no |
    medicare no mbi | medicare mbi no
group:
    group | group number | group no | grp | group id | group name | rxgrp | rx grp | grp no | grp number |
    group plan number | employer group | group policy number | policy group | policy group number |
    group plan no | plan group | grp name |
    policy group no | group id number | grp id | group plan | group acct | group account | group grp |
    grp plan no |
    employer or contract group | contract group | grp nbr | gr no | group if any
subscriber:
    subscriber | subscriber name | insured | insured name | policy holder | policyholder | subscriber dob |
    sub name | subscriber s name | insured s name | name of insured | name of subscriber |
    policy holder name | policyholder name | holder | cardholder | card holder | subscriber information |
    insured party | subscriber insured | insured person | primary insured | cardholder name | policy owner |
    name of policyholder | subscriber full name | contract holder | insured info | subscriber info |
    name of cardholder | cardholder s name | member subscriber | insured name last first |
    policy holder s name | subscriber full legal name | name of insured party | contract holder name |
    contract owner | enrolled member | primary cardholder | main subscriber | sponsor | sponsor name
coverage_dates:
    effective | effective date | eff date | coverage effective | effective from | termination date |
    term date | coverage starts |
    eff dt | effective dt | eff from | exp date | exp dt | coverage since | coverage from |
    effective from date | eff
prescriber:
    ordering provider | ordering physician | ordering practitioner | ordering clinician |
    authorizing provider | authorizing physician | authorising provider | prescriber | prescriber name |
    prescribing provider | prescribing physician | prescribing practitioner | prescribing clinician |
    ordered by | prescribed by | order authorized by | authorized by | treating practitioner |
    treating physician | treating provider | practitioner name | practitioner | physician name | physician |
    provider name | provider | ordering provider name | ordering md | ordering dr | practitioner s name |
    physician s name | provider s name | prescriber s name | order provider | doctor | clinician |
    clinician name | clinician signature name | prescriber info | prescriber details |
    practitioner information | physician information | ordering provider information |
    ordering physician information | physician info | provider info | requesting provider |
    requesting physician | requesting practitioner | requesting clinician | requesting md |
    referring ordering provider | ordering provider s name | ordering physician name |
    ordering practitioner name | authorizing provider name | authorizing practitioner |
    authorizing physician name | authorizing clinician | authorising clinician | treating physician name |
    treating practitioner name | treating provider name | prescriber full name | prescriber name printed |
    prescriber printed name | prescriber name print | printed name | print name | physician name print |
    physician name printed | physician printed name | practitioner printed name | practitioner name print |
    provider printed name | provider name print | provider name printed | printed name of physician |
    printed name of practitioner | printed name of prescriber | name of prescriber | name of physician |
    name of practitioner | name of ordering provider | name of provider | prescribing dr |
    ordering clinician name | prescribing provider name | prescribing physician name |
    prescriber s full name | ordering prov | auth provider |
    ordered by provider | md name | doctor name | doctor s name | dr name | ordering doctor |
    prescribing doctor | prescribing md | prescribing practitioner name | signing provider |
    signing physician | signing clinician |
    ord prov | ord provider | ord phys | ord physician | presc | presc provider | rx provider |
    treating practitioner printed | practitioner printed | prescriber printed | physician printed |
    ordering prov name | ordering provider printed
other_provider:
    pcp | fam dr | fam md | fam phys | fam doctor | pcp provider name | primary care provider | primary care physician | pcp general | primary care | referring provider |
    referring physician | referred by | attending | attending physician | attending provider |
    supervising provider | supervising physician | cosigner | consulting provider | encounter provider |
    visit provider | seen by | rendering provider | author | interpreting physician | interpreted by |
    interpreting provider | read by | reading physician | reviewed by | family physician |
    admitting provider | family doctor | responsible provider | pcp name | pcp provider |
    primary care clinician | primary care practitioner | primary care doctor | primary care md |
    primary md | primary provider | primary physician | primary doctor | usual provider |
    usual care provider | personal physician | family dr | family md | family practitioner |
    family medicine provider | primary care prov | primary care phys | pri care provider |
    prim care provider | general practitioner | pcp physician | pcp doctor | primary clinician |
    primary care dr | primary care provider name | primary care physician name | primary care provider pcp |
    primary care physician pcp | patient pcp | pcp family doctor | pcp on file | referring | referring md |
    referring dr | referring doctor | referring clinician | referring practitioner | ref provider |
    ref physician | ref md | referring provider name | referring physician name | admitting physician |
    admitting md | admitting dr | admitting doctor | attending md | attending dr | attending doctor |
    attending name | examining physician | examining provider | performing provider | service provider |
    servicing clinician | dictated by | dictating provider | dictating physician | author of note |
    note author | documented by | written by | visit with | appointment with | seen today by |
    evaluated by | consulted by | primary sleep physician | sleep physician | sleep specialist |
    supervising md | collaborating physician | collaborating provider | scribe | scribed by | copy to |
    copies to | cc to | provider of service | rendering physician | rendering clinician |
    encounter clinician | encounter physician | visit clinician | visit physician | clinic provider |
    billing provider | pcp md |
    name of primary care physician | name of primary care provider | name of pcp |
    name of family doctor | name of family physician | pcp gen | pcp general name | pcp md name |
    pcp full name | your pcp | current pcp | pcp of record | assigned pcp | designated pcp |
    primary care physician pcp name | primary care provider pcp name | regular doctor |
    family care provider | prim md | prim care md | prim care phys | primary care clinic provider |
    pcp clinician | pcp dr | pc provider | pc physician | patient s pcp |
    patient s primary care provider | patient s primary care physician | patient s doctor |
    primary doc | fam md name | general practice doctor | gp | interpreting md |
    interpreting practitioner | sleep provider | sleep md | reading md | scoring physician |
    who is your family doctor | who is your primary care doctor | who is your primary care provider |
    who is your primary care physician | your primary care provider | your primary care physician |
    your family doctor | name of your family doctor | name of your primary care provider |
    name of your primary care physician | supervising phys | superv phys | superv physician |
    superv provider | attending phys | ref phys | ref prov
npi:
    npi | npi number | npi no | national provider identifier | provider npi | prescriber npi |
    ordering provider npi | physician npi | practitioner npi | authorizing provider npi | individual npi |
    n p i | prescribing provider npi | ordering npi | npi nbr | practitioner s npi | physician s npi |
    prescriber s npi | provider s npi | treating practitioner npi | treating physician npi |
    ordering physician npi | ordering practitioner npi | ordering provider s npi |
    prescribing practitioner npi | clinician npi | requesting provider npi | signing provider npi |
    prescriber npi number | physician npi number | provider npi number | nat l provider id |
    national provider id | national provider identification number | upin npi | npi id |
    indiv npi | individual npi number | practitioner s npi number | prescriber s individual npi |
    ordering prov npi | type 1 npi | npi individual | npi type 1 | prescriber individual npi
other_npi:
    pcp npi | facility npi | supplier npi | group npi | organization npi | clinic npi | referring npi |
    referring provider npi | dme npi | practice npi | interpreting npi | rendering npi | location npi |
    dme supplier npi | vendor npi | pharmacy npi | hospital npi | type 2 npi | org npi | attending npi |
    supervising npi | supervising provider npi | billing npi | billing provider npi | servicing npi |
    servicing provider npi | lab npi | site npi | department npi | company npi | supplier npi number |
    nsc npi | supplier nsc npi | agency npi | reading physician npi | primary care npi | pcp npi number |
    taxonomy npi |
    npi of supplier | supplier s npi | npi supplier | npi of facility | npi dme | dme npi number |
    hospital npi number | interpreting physician npi | referring physician npi |
    attending physician npi | rendering provider npi | rendering physician npi | facility npi number |
    group practice npi | practice npi number | clinic npi number | laboratory npi | organizational npi |
    npi type 2 | npi group | npi organization | pharmacy npi number | dispensing npi |
    servicing facility npi | primary care physician npi | primary care provider npi |
    superv npi | sup npi | billing entity npi
";

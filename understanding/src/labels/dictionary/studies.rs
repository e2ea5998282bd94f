//! Labels of what is measured: in studies, at visits, by devices.

/// A key with a colon, then its spellings, parted by `|`, on indented lines.
pub(super) const TABLE: &str = "
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
    type of encounter | appointment type | encounter modality | visit class | encounter class | visit mode |
    visit format | visit method
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
";

//! Spellings of the ideas, from the field's own terms. Recognition errors are `text::fold`'s part.

use super::words::Idea::{self, *};

/// Spellings and the ideas they stand for. The longest spelling at a place wins.
pub(super) const WORDS: &[(&[Idea], &str)] = &[
    (
        &[Ahi],
        "ahi|apnea hypopnea index|apnoea hypopnoea index|apneas hypopneas index|a h index|ah index|a and h index",
    ),
    (&[Ahi, Four], "ahi4|ahi 4|ahi4a"),
    (&[Ahi, Three], "ahi3|ahi 3|ahi3a|ahi 3a"),
    (&[Rei, Four], "rei4|rei 4"),
    (&[Rei, Three], "rei3|rei 3"),
    (&[Rdi], "a h rera|ah rera|apneas hypopneas reras|apneas hypopneas rera|a h r index"),
    (&[Apnea, Central, Index], "ca idx|ca index"),
    (&[Pahi], "pahi|p ahi|pat ahi"),
    (&[Pahi, Central], "pahic"),
    (&[Rdi], "rdi|prdi|p rdi|respiratory disturbance index|respiratory distress index"),
    (&[Rei], "rei|respiratory event index|respiratory events index"),
    (
        &[Odi],
        "odi|odi3|odi4|oxygen desaturation index|desaturation index|desat index|oxygen desat index|desaturations index|dsi|o2 desaturation index",
    ),
    (&[Apnea, Central], "apnea c|apneas c|c apnea|cna|cena|cnta|clear airway apnea|clear airway apneas"),
    (&[Apnea, Obstructive], "apnea o|apneas o|o apnea|oba|obsa|obstructed airway apnea"),
    (&[Apnea, Mixed], "apnea m|apneas m|m apnea|mxa|mxda|mixa"),
    (&[Apnea, Central, Index], "cai|central index"),
    (&[Apnea, Obstructive, Index], "oai"),
    (&[Apnea, Mixed, Index], "mai"),
    (&[Apnea], "apnea|apneas|apnoea|apnoeas|apneic|apn"),
    (&[Hypopnea], "hypopnea|hypopneas|hypopnoea|hypopnoeas|hypopneic|hyp|hypop|hypops|hypopneas total"),
    (&[Obstructive], "ob|obstructive|obs|obst|obstr"),
    (&[Central], "cen|cntl|ctr|cn|central|cent|cheyne stokes"),
    (&[Mixed], "mx|mixed|mix|mxd"),
    (
        &[Apnea, Hypopnea],
        "ah|apneas hypopneas|apneas and hypopneas|a h|ap hyp|apn hyp|apnea hyp|apneahypopnea|apnea hypopnea",
    ),
    (
        &[Rera],
        "rera|reras|respiratory effort related arousal|respiratory effort related arousals|respiratory related arousals|respiratory arousals|respiratory arousal|flow limitation|flow limitations",
    ),
    (
        &[Index],
        "idx|ind|index|indices|per hour|per hr|hourly|events per hour|event per hour|events hour|events hr|event hr|episodes per hour|times per hour|number per hour|no per hour|n hr|rate",
    ),
    (&[Count], "cnt|ct|count|counts|number|number of|num|quantity|nr"),
    (&[Events], "events|event|episodes|episode|occurrences"),
    (
        &[Events, Count],
        "event count|events count|events counted|scored events|events scored|no of events|number of events|nr of events",
    ),
    (&[Respiratory], "respiratory|breathing|resp|sleep disordered breathing|disordered breathing|sdb"),
    (&[Desaturation], "desaturation|desaturations|desat|desats|desaturated"),
    (
        &[Saturation],
        "spo2|sao2|sp02|spo|o2 sat|o2 sats|o2 saturation|o2 saturations|oxygen saturation|oxygen saturations|saturation|saturations|oxyhemoglobin saturation|oxyhemoglobin|oximetry|pulse oximetry|sat|sats|oxygen sat|o2sat|arterial oxygen saturation|pulse oximeter",
    ),
    (&[Oxygen], "oxygen|o2|oxygenation"),
    (&[Mean], "mean|average|avg|averaged|averaging|ave"),
    (&[Low], "low|lowest|minimum|min|minimal|least|lo"),
    (&[Low, Nadir], "nadir"),
    (&[High], "high|highest|maximum|max|maximal|peak"),
    (&[Baseline], "baseline|awake|wake|waking|wakefulness|initial"),
    (&[Time], "time|spent|cumulative time"),
    (&[Time, Lasting], "duration|length"),
    (
        &[Below],
        "below|under|less than|lower than|beneath|or below|or less|or lower|at or below|at or under|and below|at and below|equal to or below|less than or equal to|not exceeding",
    ),
    (&[Below, At88, Time, Saturation], "t88|ct88|tst88"),
    (&[Below, AtOther, Time, Saturation], "t90|t89|t85|t80|t95|ct90|ct80|t70"),
    (
        &[Sleep, Time, Total],
        "total sleep time|tst|total sleep duration|time asleep|total time asleep|total time spent asleep",
    ),
    (
        &[Sleep, Time],
        "sleep time|sleep duration|slept|duration of sleep|sleep minutes|time spent asleep|minutes of sleep|hours of sleep|time sleeping|minutes asleep|hours asleep|asleep for|estimated sleep time|actual sleep time",
    ),
    (&[Sleep], "sleep|asleep|sleeping"),
    (
        &[Total],
        "total|totals|tot|in all|overall|sum|combined|all night|whole night|entire night|all positions|all stages|all|full night|night total|overnight",
    ),
    (
        &[Recording, Time],
        "recorded|total recorded|dark time|worn|time worn|recorder on|recorder ran|total recording time|trt|recording time|recording duration|duration of recording|study duration|duration of study|total study time|study time|recorded time|length of recording|recording length|length of study|total recording|test duration|minutes of recording|hours of recording|recorded for|analysis duration|total record time|record time|minutes were recorded|total time recorded|time recorded|time of recording|recording period|recording lasted|study lasted|test lasted|lights out to lights on|lights off to lights on|total dark time|tdt|spt trt",
    ),
    (&[Recording], "recording|study|test|record"),
    // Words that are alike others, and say nothing.
    (
        &[],
        "scoring|by stage|by stages|by sleep stage|by sleep stages|by state|by sleep state|by position|by body position|by body positions",
    ),
    (
        &[Monitoring],
        "artifact free|artefact free|evaluated|analyzed|analysed|time evaluated|flow evaluation|flow monitoring|airflow evaluation|airflow monitoring",
    ),
    (
        &[Monitoring, Time],
        "mt|tmt|time monitored|time analyzed|time analysed|duration of monitoring|minutes of monitoring|hours of monitoring|minutes of valid data|hours of valid data|monitored for|monitoring lasted|evaluated time|index time|time of valid recording",
    ),
    // How long the oximeter was evaluated is not how long breathing was.
    (
        &[Saturation, Time, Recording],
        "oxygen saturation evaluation|oxygen saturation evaluation period|oxygen saturation evaluation time|saturation evaluation|saturation evaluation period|spo2 evaluation|spo2 evaluation period|spo2 evaluation time|oximeter evaluation|oximeter evaluation period|oximetry evaluation|oximetry evaluation period|oximetry recording time|oximetry time|oximeter time|spo2 recording time|spo2 time|valid spo2 time|valid oximetry time|valid oximeter time|spo2 monitoring time|oximetry monitoring time",
    ),
    (
        &[Bed, Time],
        "time available for sleep|time available|time in bed|tib|total time in bed|minutes in bed|hours in bed|in bed|bed time",
    ),
    (&[Efficiency], "sleep efficiency|efficiency|sleep eff|se|sleep efficency|sl eff"),
    (&[Supine], "supine|sup|back|on back|dorsal"),
    (&[Rem], "rem|rem sleep|stage r|stage rem|r sleep"),
    (&[Nrem], "nrem|non rem|nonrem|nrem sleep|non rem sleep|n rem|stage n1|stage n2|stage n3|slow wave"),
    (
        &[OffSupine],
        "elsewhere|off the back|off back|not on back|non sup|nonsup|non supine|nonsupine|off supine|lateral|side|left|right|prone|upright|left side|right side|sitting|other positions|not supine|n s",
    ),
    (
        &[Therapy],
        "tx|tx part|with pressure|under treatment|under therapy|cpap|pap|bipap|bpap|bilevel|bi level|apap|autopap|titration|therapy|treatment|treated|titrated|ipap|epap|asv|vpap|download|corrected|post treatment|on treatment|post cpap|with cpap",
    ),
    (
        &[Therapy, Final],
        "therapeutic|residual|remaining|optimal|optimum|final|best|effective|recommended pressure|recommended setting|this pressure|left at this pressure|left at that pressure|left at the pressure|left at the final pressure|left at the best pressure|resid|this setting|that setting|that pressure|selected pressure|prescribed pressure|therapeutic pressure|optimal pressure|final pressure|final setting|optimal setting",
    ),
    (&[Pressure], "press|pressure|pressures|cm h2o|cmh2o|cwp|cm of water|cm water|setting|settings"),
    (
        &[Diagnostic],
        "diagnostic|diagnostic night|diagnosis|dx|dx part|dx night|before treatment|before therapy|without treatment|without therapy|without cpap|without pap|untreated|baseline portion|baseline study|diagnostic portion|pre treatment|pretreatment|pre cpap",
    ),
    (&[Percent], "percent|percentage|pct|per cent|proportion|share"),
    (&[Days], "day|days|nights"),
    (
        &[Used],
        "used|usage|use|with device usage|device usage|with usage|compliance|adherence|compliant|adherent|with therapy|with use|on therapy",
    ),
    (
        &[NotUsed],
        "not used|without usage|without device usage|no usage|with no usage|missed|skipped|unused|without use|non compliant|noncompliant",
    ),
    (&[Minutes], "minutes|mins|minute|min s"),
    (&[Hours], "hours|hrs|hh mm|h mm|hr min|hrs min"),
    (&[Longest], "longest|shortest"),
    (
        &[Prior],
        "previous|prior|previously|earlier recording|earlier study|earlier night|prior night|past|last study|last year|outside study|initial study|history of|in the past|years ago|year ago|months ago|months earlier|years earlier|original study",
    ),
    (
        &[Goal],
        "normal|reference|ref|range|goal|target|criteria|criterion|threshold|cutoff|greater than|more than|at least|exceeding|above|over|defined as|is considered|requires|considered|limit|limits|predicted|expected|recommended range|reference range|scale|legend|percentile|norm|norms|desirable",
    ),
    (
        &[Foreign],
        "cumulative usage|total usage|cumulative use|usage hours|hours of usage|ari|cumulative|arousal|arousals|arousal index|awakening|awakenings|awakenings index|limb|limb movement|limb movements|plm|plms|plmi|plmsi|leg|legs|leg movement|leg movements|lm|snore|snores|snoring|latency|onset|sol|waso|wake after sleep onset|wake time|time awake|awake time|stage|stages|n1|n2|n3|heart|heart rate|hr|pulse|pulse rate|bpm|ecg|ekg|bradycardia|tachycardia|rhythm|co2|etco2|tcco2|pco2|paco2|capnography|end tidal|bmi|body mass index|weight|height|neck|age|epworth|ess|mallampati|spontaneous|fragmentation|shift|shifts|stage shifts|position changes|transitions|sleep period|sleep period time|spt|total sleep period|total sleep period time|movement|movements|bruxism|reserve|epoch|epochs|page|phone|fax|zip|year|years|oxygen flow|l min|lpm|liter|liters|litres|liters per minute|flow rate|leak|leaks|mask|hematocrit|temperature|blood pressure|bp|sensors|channels|lead|leads|hypoventilation|hypoxemia|burden|hypoxic burden|sleep latency|rem latency|periodic breathing|variability|score|scores|pht|phts|resistance|flow reduction|reduction|seconds|secs|sec|credits|artifact|artefact|error|signal|quality|lowest desaturation event|drop|drops|fall|severity|desaturation event average|delta",
    ),
];

/// Words for what of a recording can be used, and for its length: any of the first before any of the second.
pub(super) const VALID: &str = "monitoring|monitored|total monitoring|total monitored|valid|total valid|usable|total usable|analysis|analyzed|analysed|total analysis|evaluation|total evaluation|evaluated|evaluable|interpretable|artifact free|artefact free|scorable|technically adequate|technically valid|technically acceptable|flow evaluation|flow monitoring|airflow evaluation|airflow monitoring|valid monitoring|effective monitoring|flow monitored|satisfactory|valid flow|valid sleep|good quality";
pub(super) const LENGTH: &str = "time|period|data|recording|recording time|recording duration|recorded time|data time|signal|signal time|study time|monitoring time|monitoring period|hours|minutes";

/// Abbreviations that mean something only where they fill a cell.
pub(super) const SHORT: [(&str, &[Idea]); 14] = [
    ("CA", &[Central, Apnea]),
    ("CSA", &[Central, Apnea]),
    ("OA", &[Obstructive, Apnea]),
    ("OSA", &[Obstructive, Apnea]),
    ("MA", &[Mixed, Apnea]),
    ("MSA", &[Mixed, Apnea]),
    ("AI", &[Apnea, Index]),
    ("HI", &[Hypopnea, Index]),
    ("H", &[Hypopnea]),
    ("HYP", &[Hypopnea]),
    ("A", &[Apnea]),
    ("#", &[Count]),
    ("N", &[Count]),
    ("NO", &[Count]),
];

//! Wordings and layouts that no house of the evaluation uses.

mod layouts;
mod oximetry;
mod positions;
mod times;
mod titration;
mod totals;

use super::fields;
use crate::find::DocView;
use crate::fixtures::page;
use crate::labels::Labelled;
use crate::sheet::Sheet;

fn said(text: &str) -> Vec<String> {
    read(text, false)
}

fn read(text: &str, titration: bool) -> Vec<String> {
    let page = page(1, text);
    let pages = [Labelled::of(Sheet::of(&page))];
    const LEFT_OUT: [&str; 3] = ["test_kind", "recording_start", "interpreted_at"];
    fields(&DocView { pages: &pages }, titration)
        .iter()
        .filter(|field| {
            !LEFT_OUT.contains(&field.name.as_str())
                && !field.name.starts_with("sign")
                && !field.name.starts_with("cpap.")
        })
        .map(|field| format!("{}={}", field.name, field.value))
        .collect()
}

/// What a record of use says.
pub(super) fn use_of(text: &str) -> Vec<String> {
    let page = page(1, text);
    let pages = [Labelled::of(Sheet::of(&page))];
    let fields = crate::extract::adherence::fields(&DocView { pages: &pages });
    fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect()
}

/// Each text with all that is read of it, and nothing else.
pub(super) fn exactly(cases: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (text, wanted) in cases {
        let mut read = said(text);
        read.sort();
        let mut wanted: Vec<String> = wanted.iter().map(|one| (*one).to_owned()).collect();
        wanted.sort();
        if read != wanted {
            wrong.push_str(&format!("\n{text}\n  read   {read:?}\n  wanted {wanted:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Each text with the same that is read of it, and nothing else.
fn all_say(texts: &[&str], wanted: &[&str]) {
    let cases: Vec<(&str, &[&str])> = texts.iter().map(|text| (*text, wanted)).collect();
    exactly(&cases);
}

#[test]
fn a_value_is_found_in_many_sentences() {
    exactly(&[
        ("The lowest oxygen saturation was 79%.", &["nadir_spo2=79"][..]),
        ("Oxygen saturation fell to a minimum of 79 %.", &["nadir_spo2=79"]),
        ("SpO2 averaged 93% with a nadir of 79%.", &["mean_spo2=93", "nadir_spo2=79"]),
        ("The patient spent 34 minutes below 88%.", &["minutes_at_88=34"]),
        ("Time spent with saturation at or below 88% was 12.5 minutes.", &["minutes_at_88=12.5"]),
        ("12.5 minutes were spent with SpO2 of 88% or less.", &["minutes_at_88=12.5"]),
        ("The saturation was below 90% for 34 minutes.", &[]),
        ("5.4% of sleep time was spent below 88%.", &[]),
        ("She had an AHI of 31.2 events per hour.", &["ahi=31.2"]),
        ("AHI = 23/h", &["ahi=23"]),
        ("The overall apnea/hypopnea index was calculated at 23.4 per hour of sleep.", &["ahi=23.4"]),
        (
            "There were 124 respiratory events with 112 obstructive apneas, 4 central apneas and 8 hypopneas.",
            &["events_total=124", "obstructive=112", "central=4", "hypopneas=8"],
        ),
        (
            "Obstructive apneas 70, central apneas 4 and hypopneas 61.",
            &["obstructive=70", "central=4", "hypopneas=61"],
        ),
        (
            "There were 93 obstructive apneas and 179 hypopneas, a total of 272 respiratory events.",
            &["obstructive=93", "hypopneas=179", "events_total=272"],
        ),
        ("No central apneas and 61 hypopneas were seen.", &["central=0", "hypopneas=61"]),
        ("Total sleep time was 6 h 12 m and sleep efficiency 86%.", &["tst=372", "efficiency=86"]),
        ("She slept 372.5 minutes.", &["tst=372.5"]),
        ("Of 421 minutes of recording there were 372 minutes of sleep.", &["trt=421", "tst=372"]),
        ("In REM sleep, the AHI was 45 and the RDI 50.", &["rem_ahi=45"]),
        ("The AHI was 31.2, in the supine position 45.1.", &["ahi=31.2", "supine_ahi=45.1"]),
        ("The AHI was 45.1 in the supine position.", &["supine_ahi=45.1"]),
        ("The arousal index was 21 per hour.", &[]),
        ("There were 40 arousals with index 9.9.", &[]),
        ("A previous study in 2019 showed an AHI of 44.", &[]),
        ("An AHI greater than 15 is considered moderate.", &[]),
        ("On CPAP of 9 cm H2O the AHI was 2.1.", &["final_pressure=9", "residual_ahi=2.1"]),
        ("The AHI by the 4% rule was 23.1 and by the 3% rule 31.5.", &["ahi_4pct=23.1", "ahi_3pct=31.5"]),
        ("Average pulse 85 bpm with lowest 61 and highest 116.", &[]),
        ("The longest apnea lasted 45 seconds.", &[]),
    ]);
}

#[test]
fn a_value_is_found_in_tables_of_every_orientation() {
    exactly(&[
        // Labels first, units in the label.
        (
            "TST (min)          372.5\nTIB (min)          421.0\nSE (%)             88.5",
            &["tst=372.5", "trt=421", "efficiency=88.5"],
        ),
        // Headings over columns, rows of kinds.
        (
            "                 Count   Index   Mean dur (s)\nObstructive      70      11.3    22.1\nCentral          4       0.6     14.0\nMixed            2       0.3     19.5\nHypopnea         61      9.8     25.2\nTotal A+H        137     22.1    23.0",
            &[
                "obstructive=70",
                "central=4",
                "central_index=0.6",
                "mixed=2",
                "hypopneas=61",
                "events_total=137",
                "ahi=22.1",
            ],
        ),
        // Turned.
        (
            "             OA     CA     MA     Hyp    AHI\nNumber       70     4      2      61     137\nIndex        11.3   0.6    0.3    9.8    22.1",
            &[
                "obstructive=70",
                "central=4",
                "central_index=0.6",
                "mixed=2",
                "hypopneas=61",
                "events_total=137",
                "ahi=22.1",
            ],
        ),
        // Label above its value.
        (
            "TRT (min)     TST (min)     Efficiency (%)     AHI (/hr)\n421.0         372.5         88.5               22.1",
            &["trt=421", "tst=372.5", "efficiency=88.5", "ahi=22.1"],
        ),
        // Two pairs a row.
        (
            "Recording duration:   421.0 min      AHI:        22.1 /h\nSleep duration:       372.5 min      Min SpO2:   79 %",
            &["trt=421", "ahi=22.1", "tst=372.5", "nadir_spo2=79"],
        ),
        // Leaders.
        (
            "Lowest O2 sat .......... 79 %\nMean O2 sat ............ 93 %\nMin. <= 88 % ........... 34.2 min",
            &["nadir_spo2=79", "mean_spo2=93", "minutes_at_88=34.2"],
        ),
    ]);
}

#[test]
fn columns_tell_positions_rules_and_limits_apart() {
    exactly(&[
        // Positions in columns.
        (
            "              Total    Supine   Non-supine   REM     NREM\nAHI           22.1     40.2     8.1          31.0    20.5",
            &["ahi=22.1", "supine_ahi=40.2", "rem_ahi=31"],
        ),
        // Positions in rows.
        (
            "Position     Time (min)   AHI\nSupine       120.0        40.2\nLateral      252.5        8.1\nTotal        372.5        22.1",
            &["supine_ahi=40.2", "ahi=22.1"],
        ),
        // Rules in columns.
        (
            "             3%       4%\nAHI          31.5     22.1\nODI          25.0     18.2",
            &["ahi_3pct=31.5", "ahi_4pct=22.1"],
        ),
        // Limits in columns.
        (
            "Saturation       < 90%     < 88%     < 85%\nTime (min)       45.2      20.1      3.3\n% of sleep       12.1      5.4       0.9",
            &["minutes_at_88=20.1"],
        ),
        // Normal values beside.
        (
            "             Result     Normal\nAHI          22.1       < 5\nMean SpO2    93 %       > 94 %",
            &["ahi=22.1", "mean_spo2=93"],
        ),
        // Two numbers, nobody says which.
        ("AHI      22.1      8.3", &[]),
        ("Arousals\nNumber   140\nIndex    22.6", &[]),
        ("OXIMETRY\nMean: 93%\nMinimum: 79%", &["mean_spo2=93", "nadir_spo2=79"]),
        ("Heart rate\nMean: 63\nMinimum: 48", &[]),
    ]);
}

#[test]
fn which_rule_scored_an_index_is_told_in_many_words() {
    exactly(&[
        ("AHI (CMS): 22.1", &["ahi_4pct=22.1"]),
        ("Medicare AHI: 22.1 events/hr", &["ahi_4pct=22.1"]),
        ("AHI 1A: 31.5      AHI 1B: 22.1", &["ahi_3pct=31.5", "ahi_4pct=22.1"]),
        ("AHI (AASM recommended criteria): 31.5", &["ahi_3pct=31.5"]),
        ("AHI, acceptable rule: 22.1", &["ahi_4pct=22.1"]),
        ("AHI (3% desat or arousal): 31.5/hr", &["ahi_3pct=31.5"]),
        ("Hypopnea: 4% desat.\nAHI: 22.1", &["ahi_4pct=22.1"]),
        ("AHI of 22.1 events per hour using a 4% oxygen desaturation.", &["ahi_4pct=22.1"]),
    ]);
}

#[test]
fn parts_of_a_night_and_titrations() {
    exactly(&[
        (
            "                    Diagnostic   PAP Titration\nTST (min)           129.4        201.0\nAHI (4%)            44.2         2.1\nLow SpO2 (%)        78           90",
            &["tst=129.4", "ahi_4pct=44.2", "residual_ahi=2.1", "nadir_spo2=78"],
        ),
        (
            "During the first part the patient slept for 146.4 of 182.7 minutes. There were 104 events: 60 obstructive apneas and 44 hypopneas.",
            &["tst=146.4", "trt=182.7", "events_total=104", "obstructive=60", "hypopneas=44"],
        ),
        (
            "Lights off:   22:10       Total recording time:   465.1 m\nLights on:    06:18       Total sleep time:       406.7 m",
            &["trt=465.1", "tst=406.7"],
        ),
        (
            "OXIMETRY   Mean: 92%   Low: 86%   Time <= 88%: 3.4 m   ODI: 7.0",
            &["mean_spo2=92", "nadir_spo2=86", "minutes_at_88=3.4", "odi=7"],
        ),
    ]);
    let titration = "CPAP     TST (min)    AHI\n5        31.0         27.1\n7        40.5         11.9\n9        118.5        2.2\nTotal sleep time: 340.5 min\nResidual AHI at the optimal pressure: 2.2 events/hour, with supine REM sleep seen.";
    assert_eq!(read(titration, true), ["residual_ahi=2.2", "tst=340.5"]);
}

#[test]
fn a_heading_further_above_disturbs_nothing() {
    let head = "DIAGNOSTIC POLYSOMNOGRAM REPORT\nPatient Name: Doe, Jane A      DOB: 12/01/1956     MRN: E1234567\nStudy Date: 10/05/2026\n";
    exactly(&[(
        &format!(
            "{head}Total Sleep Time: 95.0 min\nAHI (4%)     24.0 /hr\nTotal events 38\nIMPRESSION\nObstructive sleep apnea."
        ),
        &["tst=95", "ahi_4pct=24", "events_total=38"],
    )]);
}

#[test]
fn a_titration_says_what_it_settled_on() {
    for (text, wanted) in [
        ("Final pressure ................... CPAP 13 cm H2O", &["final_pressure=13"][..]),
        ("Best setting: BiPAP 15/11 cmH2O.", &["final.ipap=15", "final.epap=11"]),
        ("Optimal pressure: IPAP 15 / EPAP 11 cm H2O.", &["final.ipap=15", "final.epap=11"]),
        ("Therapeutic CPAP     9 cmH2O", &["final_pressure=9"]),
        ("CPAP was raised to 18 cmH2O and failed.", &[]),
        ("AHI at the final pressure: 3.4", &["residual_ahi=3.4"]),
    ] {
        assert_eq!(read(text, true), wanted, "{text}");
    }
}

#[test]
fn crowded_lines_are_read_to_their_end() {
    exactly(&[
        ("TRT: 140.5 min    TST: 129.6 min    SE: 92.2 %", &["trt=140.5", "tst=129.6", "efficiency=92.2"]),
        (
            "Apnea-O: 94    Apnea-M: 5    Apnea-C: 4    Hypop.: 64    A+H: 167",
            &["obstructive=94", "mixed=5", "central=4", "hypopneas=64", "events_total=167"],
        ),
        ("TRT: 140.5 min TST: 129.6 min SE: 92.2 %", &["trt=140.5", "tst=129.6", "efficiency=92.2"]),
        (
            "Apnea-O: 94 Apnea-M: 5 Apnea-C: 4 Hypop.: 64 A+H: 167",
            &["obstructive=94", "mixed=5", "central=4", "hypopneas=64", "events_total=167"],
        ),
        (
            "Apnea-O: 94 Apnea-M: 5 Apnea-C: 4 Hypop.: 64     A+H: 167",
            &["obstructive=94", "mixed=5", "central=4", "hypopneas=64", "events_total=167"],
        ),
        (
            "Patient      Doe, Jane       Study #       S-1\nD.O.B.       03.04.1950      Study date    10.16.2025\nPt. No.      P77             Body mass idx   34.2\n\nBASELINE (21:37 - 23:58)\nTRT: 140.5 min    TST: 129.6 min    SE: 92.2 %\nApnea-O: 94    Apnea-M: 5    Apnea-C: 4    Hypop.: 64    A+H: 167\nPAP\nTST: 201.0 min    ArI: 12.0\nBest: CPAP 11 cm: A+H index 2.2, lowest SaO2 90.",
            &[
                "trt=140.5",
                "tst=129.6",
                "efficiency=92.2",
                "obstructive=94",
                "mixed=5",
                "central=4",
                "hypopneas=64",
                "events_total=167",
                "residual_ahi=2.2",
                "final_pressure=11",
            ],
        ),
        ("SaO2 avg 95, lowest 69, min <=88%: 12.5", &["mean_spo2=95", "nadir_spo2=69", "minutes_at_88=12.5"]),
        ("Total respiratory events (pAHI): 39", &["events_total=39"]),
        (
            "Oxygen Saturation Statistics\nMean: 93 %      Minimum: 84 %      Maximum: 99 %      Mean of desats nadirs: 88 %\n<= 88 (min): 6.7      < 70 (min): 0.0",
            &["mean_spo2=93", "nadir_spo2=84", "minutes_at_88=6.7"],
        ),
        (
            "Min. desat (%): 86      Minutes SpO2 88% or less: 8.6\nDesat. Index: 12.9      Minutes SpO2 < 60%: 0.0",
            &["nadir_spo2=86", "minutes_at_88=8.6", "odi=12.9"],
        ),
        (
            "                                              Count  Per hour of analysis time\nAH, hypopneas with >= 4% desaturation (REI)   39     6.9",
            &["events_total=39", "ahi_4pct=6.9"],
        ),
        (
            "SaO2 table\nWake avg     Sleep avg     Lowest     ODI      min <=88%\n96           93            79         12.5     8.1",
            &["mean_spo2=93", "nadir_spo2=79", "odi=12.5", "minutes_at_88=8.1"],
        ),
        (
            "Total Sleep Time      Respiratory indices\n5 h 50 min            pAHI, 4%: 14.0\nTotal Recording Time  pRDI: 17.2\n5 h 58 min            ODI: 12.5\nPercent REM           REM: 3\n17.8",
            &["tst=350", "trt=358", "ahi_4pct=14", "rdi=17.2", "odi=12.5"],
        ),
    ]);
}

#[test]
fn one_cell_says_nothing_of_the_next() {
    exactly(&[
        ("Arousals per hour       11.7                   Min. desat (%)          90", &["nadir_spo2=90"]),
        (
            "Total Sleep Time                   Respiratory Indices (events per hour)\n5 h 50 min                         pAHI, 4% desaturation: 73.9",
            &["tst=350", "ahi_4pct=73.9"],
        ),
        (
            "Apneas     Hypopneas     Total     REI\n80         57            137       19.5",
            &["apneas=80", "hypopneas=57", "events_total=137", "rei=19.5"],
        ),
        (
            "Recorded 300.9 min; artifact-free (\"index time\") 293.9 min. Sleep is not scored by this recorder.",
            &["trt=300.9", "monitoring_time=293.9"],
        ),
        (
            "Recording details                    Statistics\nRecording date:    10/05/2026        AHI:                    22.1\nDuration - hr:     7:26              % Obstructive apneas:   92\nFlow evaluation - hr:   6:32         Hypopneas:              65",
            &["trt=446", "ahi=22.1", "monitoring_time=392", "hypopneas=65"],
        ),
    ]);
}

#[test]
fn positions_stages_and_totals_in_other_words() {
    exactly(&[
        ("The supine AHI was 40.2 and the non-supine AHI 8.1.", &["supine_ahi=40.2"]),
        (
            "While supine the patient had an AHI of 40.2; in REM sleep it was 31.0.",
            &["supine_ahi=40.2", "rem_ahi=31"],
        ),
        ("Supine AHI 40.2, lateral AHI 8.1, REM AHI 31.0, NREM AHI 20.5", &["supine_ahi=40.2", "rem_ahi=31"]),
        (
            "AHI was 22.1 overall, 40.2 supine and 31.0 in REM.",
            &["ahi=22.1", "supine_ahi=40.2", "rem_ahi=31"],
        ),
        ("The AHI was 22.1 (supine 40.2, REM 31.0).", &["ahi=22.1", "supine_ahi=40.2", "rem_ahi=31"]),
        ("Apnea-hypopnea index in supine sleep: 40.2", &["supine_ahi=40.2"]),
        ("AHI, supine: 40.2      AHI, REM: 31.0", &["supine_ahi=40.2", "rem_ahi=31"]),
        (
            "AHI - Supine       40.2\nAHI - REM          31.0\nAHI - Total        22.1",
            &["supine_ahi=40.2", "rem_ahi=31", "ahi=22.1"],
        ),
        ("Supine index (AHI)     40.2\nREM index (AHI)        31.0", &["supine_ahi=40.2", "rem_ahi=31"]),
        (
            "Body position      Supine    Lateral    Prone\nSleep time (min)   120.0     252.5      0.0\nAHI                40.2      8.1        0.0",
            &["supine_ahi=40.2"],
        ),
        (
            "                   Events    Index\nREM                22        31.0\nNREM               115       20.5\nTotal AHI          137       22.1",
            &["events_total=137", "ahi=22.1"],
        ),
        ("A total of 137 apneas and hypopneas were scored.", &["events_total=137"]),
        ("Total number of apneas + hypopneas: 137", &["events_total=137"]),
        ("Total Apneas + Hypopneas       137", &["events_total=137"]),
        ("Number of respiratory events:  137", &["events_total=137"]),
        ("Apneas/Hypopneas (total):  137", &["events_total=137"]),
        ("Respiratory events, total      137", &["events_total=137"]),
        ("Total events (apneas + hypopneas)   137", &["events_total=137"]),
        ("137 respiratory events were scored over the night.", &["events_total=137"]),
        (
            "The recording contained 137 scored respiratory events (70 obstructive, 2 mixed, 4 central apneas; 61 hypopneas).",
            &["events_total=137", "hypopneas=61", "obstructive=70", "mixed=2", "central=4"],
        ),
        (
            "Apneas: 76 (70 obstructive, 4 central, 2 mixed)",
            &["apneas=76", "obstructive=70", "central=4", "mixed=2"],
        ),
        ("Monitoring time was 421 minutes.", &["monitoring_time=421"]),
        ("Valid recording time: 7 h 1 min", &["monitoring_time=421"]),
        (
            "The device recorded 446 minutes, of which 421 minutes were suitable for analysis.",
            &["trt=446", "monitoring_time=421"],
        ),
        ("Lowest saturation 79%, average 93%.", &["nadir_spo2=79", "mean_spo2=93"]),
        ("Saturations averaged 93% and fell to 79%.", &["mean_spo2=93"]),
        ("Oxygen saturation ranged from 79% to 98%.", &[]),
        ("SpO2: mean 93 %, min 79 %, max 98 %", &["mean_spo2=93", "nadir_spo2=79"]),
        ("SpO2 (mean/min): 93 / 79 %", &["mean_spo2=93", "nadir_spo2=79"]),
        ("The lowest saturation on CPAP was 91%.", &[]),
        ("The time below 88% was 20.1 min (5.4% of the night).", &["minutes_at_88=20.1"]),
        ("Hypopneas 61      Apneas 76      A+H 137", &["hypopneas=61", "apneas=76", "events_total=137"]),
    ]);
}

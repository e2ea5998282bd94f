//! Indices by position and stage, as laboratories word and lay them out.

use super::{all_say, exactly};

const BOTH: &[&str] = &["supine_ahi=40.2", "rem_ahi=31"];

#[test]
fn one_label_a_value() {
    all_say(
        &[
            "Supine AHI: 40.2      REM AHI: 31.0",
            "AHI Supine: 40.2/hr\nAHI REM: 31.0/hr",
            "AHI (supine): 40.2      AHI (REM): 31.0",
            "AHI - supine .......... 40.2\nAHI - REM ............. 31.0",
            "Supine-AHI 40.2\nREM-AHI 31.0",
            "AHI, supine sleep (events/hr)    40.2\nAHI, REM sleep (events/hr)       31.0",
            "Supine Apnea/Hypopnea Index    40.2 /hr\nREM Apnea/Hypopnea Index       31.0 /hr",
            "A/H index supine: 40.2 /h      A/H index REM: 31.0 /h",
            "AHI in supine position: 40.2\nAHI in REM sleep: 31.0",
            "AHI while supine: 40.2\nAHI during REM: 31.0",
            "AHI on back: 40.2\nAHI stage R: 31.0",
            "SUPINE AHI  40.2   REM AHI  31.0",
            "Supine position AHI: 40.2     Stage REM AHI: 31.0",
            "AHI by position - supine: 40.2\nAHI by stage - REM: 31.0",
            "Supine REI/AHI: 40.2 per hour\nREM-related AHI: 31.0 per hour",
        ],
        BOTH,
    );
}

#[test]
fn beside_other_positions_and_stages() {
    all_say(
        &[
            "Supine AHI: 40.2     Non-supine AHI: 8.1\nREM AHI: 31.0     NREM AHI: 20.5",
            "AHI supine / non-supine: 40.2 / 8.1\nAHI REM / NREM: 31.0 / 20.5",
            "AHI (supine/lateral): 40.2/8.1      AHI (REM/NREM): 31.0/20.5",
            "AHI by position: supine 40.2, left 5.0, right 11.2, prone 0.0\nAHI by stage: REM 31.0, NREM 20.5",
            "AHI by Position\nSupine: 40.2\nLeft: 5.0\nRight: 11.2\nAHI by Stage\nREM: 31.0\nNREM: 20.5",
            "               Time (min)   Events   AHI\nSupine         120.0        80       40.2\nOff supine     252.5        57       8.1\nREM            70.0         36       31.0\nNREM           302.5        101      20.5",
            "            Supine    Lateral    Prone    REM     NREM\nTime (min)  120.0     252.5      0.0      70.0    302.5\nAHI (/hr)   40.2      8.1        0.0      31.0    20.5",
            "            Back      Left    Right    Front\nAHI         40.2      5.0     11.2     0.0\n\n            REM       NREM\nAHI         31.0      20.5",
            "Position    % TST    AHI\nBack        32.2     40.2\nSide        67.8     8.1\nStage       % TST    AHI\nREM         18.8     31.0\nNREM        81.2     20.5",
            "Index by position (A+H/hr)\nSupine          40.2\nNon-supine      8.1\nIndex by state (A+H/hr)\nREM             31.0\nNREM            20.5",
        ],
        BOTH,
    );
}

#[test]
fn in_sentences() {
    const ALL: &[&str] = &["ahi=22.1", "supine_ahi=40.2", "rem_ahi=31"];
    all_say(
        &[
            "The overall AHI was 22.1, with a supine AHI of 40.2 and a REM AHI of 31.0.",
            "The AHI was 22.1 per hour, rising to 40.2 in the supine position and to 31.0 in REM sleep.",
            "The AHI was 22.1 events per hour (40.2 supine, 31.0 in REM).",
            "The AHI was 22.1 events/hour overall, 40.2 events/hour supine and 31.0 events/hour during REM sleep.",
            "AHI 22.1/hr overall; supine 40.2/hr; REM 31.0/hr.",
            "Overall AHI 22.1, supine 40.2, non-supine 8.1, REM 31.0, NREM 20.5.",
            "The AHI was 22.1. In the supine position the AHI was 40.2 and in REM sleep it was 31.0.",
            "The AHI was 22.1/h. Supine AHI was 40.2/h; lateral AHI was 8.1/h. REM AHI was 31.0/h.",
            "AHI = 22.1 (supine = 40.2; REM = 31.0)",
            "The apnea-hypopnea index was 22.1 per hour of sleep. Respiratory events were worse in the supine position (AHI 40.2) and in REM sleep (AHI 31.0).",
            "The AHI was 22.1/hour; the AHI in the supine position was 40.2/hour and the AHI in REM sleep was 31.0/hour.",
            "The AHI was 22.1/hour, in REM 31.0/hour and supine 40.2/hour.",
            "Total AHI 22.1; AHI while supine 40.2; AHI in REM 31.0; AHI in NREM 20.5.",
        ],
        ALL,
    );
}

#[test]
fn what_is_no_index_of_a_place() {
    exactly(&[
        ("Supine sleep: 120.0 min (32.2 %)", &[][..]),
        ("Supine REM AHI: 60.0", &[]),
        ("REM latency: 88.5 min", &[]),
        ("REM: 18.8 % of TST", &[]),
        ("Non-supine AHI: 8.1", &[]),
        ("NREM AHI 20.5", &[]),
        ("Supine RDI: 44.0", &[]),
        ("The patient slept supine for 32.2 % of the night. The AHI was 22.1.", &["ahi=22.1"]),
        ("Supine ODI: 30.1", &[]),
        ("REM arousal index: 18.0", &[]),
        ("Number of events supine: 80", &[]),
    ]);
}

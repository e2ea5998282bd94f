//! The events in all and events by kind, as laboratories word and lay them out.

use super::{all_say, exactly};

#[test]
fn all_events_with_a_label() {
    all_say(
        &[
            "Total respiratory events: 137",
            "Total number of respiratory events    137",
            "Total Events ........ 137",
            "Total A+H: 137",
            "A+H total: 137",
            "# A+H: 137",
            "Number of apneas and hypopneas: 137",
            "No. of apneas/hypopneas: 137",
            "Apneas + Hypopneas (#)      137",
            "Apneas & Hypopneas: 137",
            "Apnea/Hypopnea count: 137",
            "Apnea + Hypopnea events: 137",
            "Respiratory events (total #): 137",
            "Respiratory events scored: 137",
            "Scored respiratory events    137",
            "Scored events: 137",
            "Resp. events (A+H): 137",
            "Total resp events 137",
            "Total apneas and hypopneas     137",
            "Total Apneas plus Hypopneas: 137",
            "All respiratory events: 137",
            "All apneas and hypopneas: 137",
            "Events (apneas + hypopneas): 137",
            "Total sleep-disordered breathing events: 137",
            "Sum of apneas and hypopneas: 137",
            "Total Number of Apneas and Hypopneas\n137",
            "TOTAL APNEAS/HYPOPNEAS 137",
            "Event total: 137",
            "Events, total (A+H)   137",
            "Number of events (AHI): 137",
            "AHI events: 137",
            "Total events used for AHI: 137",
        ],
        &["events_total=137"],
    );
}

#[test]
fn all_events_in_sentences() {
    all_say(
        &[
            "There were 137 apneas and hypopneas.",
            "There was a total of 137 respiratory events.",
            "There were a total of 137 scored respiratory events during the night.",
            "A total of 137 apneas plus hypopneas were seen.",
            "Scoring identified 137 respiratory events.",
            "The patient had 137 apneas and hypopneas in total.",
            "Respiratory events totaled 137.",
            "In all, 137 respiratory events were scored.",
            "137 apneas/hypopneas were recorded.",
            "The total number of apneas and hypopneas was 137.",
            "We scored 137 events of disordered breathing.",
            "The study recorded 137 breathing events.",
        ],
        &["events_total=137"],
    );
    exactly(&[
        (
            "137 respiratory events were scored, consisting of 70 obstructive apneas, 4 central apneas, 2 mixed apneas and 61 hypopneas.",
            &["events_total=137", "obstructive=70", "central=4", "mixed=2", "hypopneas=61"][..],
        ),
        (
            "The 137 respiratory events comprised 70 obstructive, 2 mixed and 4 central apneas and 61 hypopneas.",
            &["events_total=137", "obstructive=70", "central=4", "mixed=2", "hypopneas=61"],
        ),
        (
            "Respiratory events: 137 total (70 obstructive apneas, 4 central apneas, 2 mixed apneas, 61 hypopneas).",
            &["events_total=137", "obstructive=70", "central=4", "mixed=2", "hypopneas=61"],
        ),
        (
            "There were 76 apneas (70 obstructive, 4 central, and 2 mixed) and 61 hypopneas for a total of 137 events.",
            &["events_total=137", "apneas=76", "obstructive=70", "central=4", "mixed=2", "hypopneas=61"],
        ),
        (
            "A total of 137 events were scored: 70 obstructive apneas, 4 central apneas, 2 mixed apneas, 61 hypopneas.",
            &["events_total=137", "obstructive=70", "central=4", "mixed=2", "hypopneas=61"],
        ),
        ("There were 137 respiratory events (AHI 22.1/hr).", &["events_total=137", "ahi=22.1"]),
        (
            "The AHI was 22.1 (137 events in 372.0 minutes of sleep).",
            &["events_total=137", "ahi=22.1", "tst=372"],
        ),
        ("137 events / 6.2 hours = AHI 22.1", &["events_total=137", "ahi=22.1"]),
        ("AHI 22.1 based on 137 apneas and hypopneas", &["events_total=137", "ahi=22.1"]),
    ]);
}

#[test]
fn all_events_in_tables() {
    const ALL: &[&str] = &["obstructive=70", "central=4", "mixed=2", "hypopneas=61", "events_total=137"];
    all_say(
        &[
            "Event type            Count\nObstructive apnea     70\nCentral apnea         4\nMixed apnea           2\nHypopnea              61\nTotal                 137",
            "Respiratory Events      #\nObstructive Apneas      70\nCentral Apneas          4\nMixed Apneas            2\nHypopneas               61\nAll events              137",
            "                   Number\nObs. apnea         70\nCen. apnea         4\nMix. apnea         2\nHypopnea           61\nA + H              137",
            "             Obstr.   Central   Mixed    Hypopnea    Total\nEvents       70       4         2        61          137",
            "             OA    CA    MA    HYP    TOTAL\n#            70    4     2     61     137",
            "OA      CA      MA      H       A+H\n70      4       2       61      137",
            "OA: 70   CA: 4   MA: 2   H: 61   Total: 137",
            "OA 70, CA 4, MA 2, Hyp 61, Total 137",
            "Obstructive apneas: 70\nCentral apneas: 4\nMixed apneas: 2\nHypopneas: 61\nTotal: 137",
            "Apneas, obstructive     70\nApneas, central         4\nApneas, mixed           2\nHypopneas               61\nTotal events            137",
            "Apneas: obstructive 70, central 4, mixed 2. Hypopneas: 61. Total events: 137.",
            "Obstructive Apneas (OA): 70     Central Apneas (CA): 4     Mixed Apneas (MA): 2\nHypopneas (H): 61     Total (A+H): 137",
            "No. of OA: 70     No. of CA: 4     No. of MA: 2\nNo. of hypopneas: 61     No. of A+H: 137",
            "Obstructive apnea count 70\nCentral apnea count 4\nMixed apnea count 2\nHypopnea count 61\nTotal event count 137",
            "# Obstructive Apneas: 70\n# Central Apneas: 4\n# Mixed Apneas: 2\n# Hypopneas: 61\n# Total Events: 137",
        ],
        ALL,
    );
}

#[test]
fn other_totals_are_none() {
    exactly(&[
        ("Total arousals: 137", &[][..]),
        ("Total leg movements    137", &[]),
        ("Total desaturation events: 137", &[]),
        ("Total number of awakenings: 12", &[]),
        ("Snoring events: 137", &[]),
        ("Total limb movement events: 137", &[]),
        ("Total number of events with desaturation: 37", &[]),
        ("RERAs: 5", &[]),
        ("Total apneas: 76", &["apneas=76"]),
        ("Total hypopneas: 61", &["hypopneas=61"]),
        ("Obstructive hypopneas: 55", &[]),
        ("Central events: 4", &[]),
    ]);
}

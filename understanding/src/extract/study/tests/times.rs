//! Times of sleep, recording and monitoring, as laboratories word and lay them out.

use super::{all_say, exactly};

#[test]
fn monitoring_time() {
    all_say(
        &[
            "Monitoring time: 421 min",
            "Monitoring Time (MT)      421.0 minutes",
            "Total monitoring time ....... 421 min",
            "Monitoring Time (min)     421",
            "Monitored time: 7 h 1 min",
            "Time monitored: 7:01",
            "Monitoring duration: 7h 1m",
            "Duration of monitoring: 421 minutes",
            "Total time monitored (min): 421",
            "MT: 421 min",
            "TMT (min): 421",
            "Total Valid Time: 421 min",
            "Valid monitoring time: 421 minutes",
            "Valid time: 7 hrs, 1 min",
            "Total analysis time: 421 min",
            "Analyzed time: 421 min",
            "Analysis period: 421 min",
            "Evaluated time: 421 min",
            "Total evaluation time: 7 h 1 min",
            "Evaluation period: 7 h 1 min",
            "Flow evaluation period: 7 h 1 min",
            "Usable time: 421 min",
            "Usable data: 421 min",
            "Time analyzed: 421 min",
            "Valid data: 7 h 1 m",
            "Index time: 421.0 min",
            "Artifact-free recording: 421 min",
            "Artifact-free time: 421 min",
            "Effective monitoring time: 421 min",
            "Interpretable recording time: 421 min",
            "Valid recording duration: 421 min",
            "The monitoring time was 421 minutes.",
            "The patient was monitored for 421 minutes.",
            "There were 421 minutes of monitoring time.",
            "There were 421 minutes of valid data.",
            "The total monitoring time was 7 hours and 1 minute.",
            "Monitoring lasted 421 minutes.",
        ],
        &["monitoring_time=421"],
    );
}

#[test]
fn sleep_and_recording() {
    all_say(
        &[
            "Total Recording Time: 446.5 min\nTotal Sleep Time: 372.5 min\nSleep Efficiency: 83.4 %",
            "TRT 446.5 min     TST 372.5 min     SE 83.4 %",
            "TRT (min): 446.5\nTST (min): 372.5\nSE (%): 83.4",
            "Recording time    446.5 min\nSleep time        372.5 min\nEfficiency        83.4 %",
            "Total recording time (min)     Total sleep time (min)     Sleep efficiency (%)\n446.5                          372.5                      83.4",
            "Total recording time (TRT) was 446.5 minutes with a total sleep time (TST) of 372.5 minutes. The sleep efficiency was 83.4%.",
            "The recording lasted 446.5 minutes. The patient slept 372.5 minutes. Sleep efficiency was 83.4%.",
            "The patient slept for 372.5 of 446.5 minutes recorded, a sleep efficiency of 83.4%.",
            "Study duration (lights out to lights on): 446.5 minutes\nTotal sleep: 372.5 minutes\nSleep efficiency index: 83.4 %",
            "Time in bed (TIB): 446.5 min\nActual sleep time: 372.5 min\nSleep efficiency (TST/TIB): 83.4 %",
            "Total Time in Bed: 446.5m\nTotal Sleep Time: 372.5m\nSleep Efficiency: 83.4",
            "TIB: 446.5 min, TST: 372.5 min, SE: 83.4%",
            "Recording: 446.5 min. Total sleep: 372.5 min. Efficiency: 83.4%.",
            "Total recording time 7 h 26.5 min, total sleep time 6 h 12.5 min, sleep efficiency 83.4 percent",
        ],
        &["trt=446.5", "tst=372.5", "efficiency=83.4"],
    );
    exactly(&[
        ("Sleep latency: 22.0 min", &[][..]),
        ("Wake after sleep onset 52.0 min", &[]),
        ("REM sleep time: 70.0 min", &[]),
        ("Supine sleep time: 120.0 min", &[]),
        ("Sleep period time: 410.0 min", &[]),
        ("TST in REM: 70.0 min", &[]),
        ("Total wake time: 74.0 min", &[]),
    ]);
}

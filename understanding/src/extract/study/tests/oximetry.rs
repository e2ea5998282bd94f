//! Saturations and the time spent below a limit, as laboratories word and lay them out.

use super::{all_say, exactly};

#[test]
fn the_lowest_saturation() {
    all_say(
        &[
            "Lowest SpO2: 79 %",
            "SpO2 nadir: 79%",
            "Nadir SpO2    79",
            "O2 nadir: 79%",
            "Oxygen nadir 79%",
            "Minimum SaO2 ........ 79 %",
            "Min SpO2 (%)     79",
            "SpO2 (min): 79%",
            "Minimum oxygen saturation: 79",
            "Low SpO2: 79",
            "Low O2 sat: 79%",
            "Lowest O2: 79%",
            "Lowest sat: 79%",
            "Lowest desaturation: 79%",
            "Desaturation nadir: 79 %",
            "Nadir of desaturation: 79%",
            "Lowest oxygen desaturation 79%",
            "SaO2 minimum (%): 79",
            "LOWEST SATURATION 79 PERCENT",
            "Lowest SpO2 during sleep: 79 %",
            "Minimum SpO2 in sleep 79%",
            "Lowest Oxygen Saturation (%) 79",
            "Oxygen saturation nadir was 79%.",
            "The nadir was 79%.",
            "The oxygen saturation nadir reached 79%.",
            "Desaturations were seen to a nadir of 79%.",
            "Oxygen desaturated to a low of 79%.",
            "Saturation dropped as low as 79%.",
            "The lowest oxyhemoglobin saturation recorded was 79%.",
            "The minimum saturation during the study was 79%.",
            "There was oxygen desaturation down to a nadir of 79%.",
            "Events were associated with oxygen desaturations to as low as 79%.",
        ],
        &["nadir_spo2=79"],
    );
}

#[test]
fn mean_and_lowest_together() {
    all_say(
        &[
            "Mean SpO2: 93 %     Lowest SpO2: 79 %",
            "Average SpO2 93%, nadir 79%",
            "SpO2: mean 93%, nadir 79%",
            "SpO2 (mean / nadir): 93% / 79%",
            "Mean/Lowest SpO2: 93 / 79 %",
            "Oxygen saturation averaged 93% with a low of 79%.",
            "The mean SpO2 was 93% and the lowest was 79%.",
            "The average saturation was 93% and the nadir saturation 79%.",
            "           Mean    Min    Max\nSpO2 (%)   93      79     98",
            "SpO2 summary\nMean           93 %\nMinimum        79 %\nMaximum        98 %",
            "Oximetry: baseline 95%, mean 93%, nadir 79%.",
            "Baseline SpO2 95%; mean 93%; lowest 79%",
            "Avg O2 sat: 93     Low O2 sat: 79     Baseline O2 sat: 95",
            "Mean oxygen saturation during sleep was 93%, minimum 79%.",
            "SpO2 avg 93, low 79",
        ],
        &["mean_spo2=93", "nadir_spo2=79"],
    );
}

#[test]
fn time_at_or_below_the_limit() {
    all_say(
        &[
            "Time <= 88%: 20.1 min",
            "Time SpO2 <=88%     20.1 min",
            "SpO2 <= 88 % (min): 20.1",
            "T88: 20.1 min",
            "T<=88%: 20.1 min",
            "Time at or below 88%: 20.1 minutes",
            "Time with SpO2 <=88%: 20.1 min (5.4 %)",
            "Time spent <= 88% SpO2: 20.1 min",
            "Minutes at or below 88%: 20.1",
            "Minutes <=88%     20.1",
            "Min at <= 88%: 20.1",
            "Cumulative time <= 88%: 20.1 min",
            "Total time <=88% saturation 20.1 minutes",
            "Duration SpO2 <= 88%: 20.1 min",
            "SpO2 88% or less: 20.1 min",
            "Time below 89%: 20.1 min",
            "TST with SpO2 <= 88%: 20.1 min",
            "Time with O2 saturation of 88% or below: 20.1 minutes",
            "Time in minutes SpO2 was at or below 88 %: 20.1",
            "O2 sat <= 88% for 20.1 min",
            "Time < 89% (minutes)     20.1",
            "The patient spent 20.1 minutes with an oxygen saturation of 88% or less.",
            "SpO2 was at or below 88% for 20.1 minutes.",
            "The saturation was 88% or lower for 20.1 minutes.",
            "A total of 20.1 minutes was spent at or below 88%.",
            "Time spent with saturations less than or equal to 88% totaled 20.1 minutes.",
            "For 20.1 minutes the oxygen saturation was at or below 88%.",
            "20.1 min of the night at SpO2 <= 88%",
            "Oxygen saturation remained at or below 88% for 20.1 minutes (5.4% of TST).",
            "20.1 minutes of sleep were spent at or below 88 % saturation.",
        ],
        &["minutes_at_88=20.1"],
    );
    exactly(&[
        (
            "Time < 90%: 45.2 min     Time <= 88%: 20.1 min     Time < 85%: 3.3 min",
            &["minutes_at_88=20.1"][..],
        ),
        ("Time <= 90%: 45.2 min", &[]),
        ("% time <= 88%: 5.4", &[]),
        ("Time <=88%: 5.4%", &[]),
        ("Desaturations below 88%: 12", &[]),
        ("Longest time <= 88%: 4.2 min", &[]),
    ]);
}

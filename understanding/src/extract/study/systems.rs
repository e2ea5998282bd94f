//! Reports as the recording systems print them, from general knowledge of their layouts, with invented values.

use super::tests::{exactly, use_of};

#[test]
fn sleep_works() {
    exactly(&[(
        "Lights Off: 10:32:11 PM                 Total Recording Time (TRT): 446.5 min
Lights On: 5:58:41 AM                   Total Sleep Time (TST): 372.5 min
Sleep Onset Latency: 22.0 min           Sleep Efficiency (SE): 83.4 %
Wake After Sleep Onset: 52.0 min        REM Latency: 88.5 min

RESPIRATORY EVENTS
                      Index     Total #    Mean (s)   Max (s)    REM #     NREM #
Obstructive Apneas    11.3      70         22.1       45.0       20        50
Mixed Apneas          0.3       2          19.5       24.0       0         2
Central Apneas        0.6       4          14.0       18.5       1         3
Hypopneas             9.8       61         25.2       60.0       22        39
Apneas + Hypopneas    22.1      137        23.0       60.0       43        94
RERAs                 0.8       5          15.0       22.0       1         4

Oximetry Distribution
Average SpO2: 93 %    Lowest SpO2: 79 %   Time <= 88%: 20.1 min",
        &[
            "trt=446.5",
            "tst=372.5",
            "efficiency=83.4",
            "obstructive=70",
            "mixed=2",
            "central=4",
            "central_index=0.6",
            "hypopneas=61",
            "events_total=137",
            "ahi=22.1",
            "mean_spo2=93",
            "nadir_spo2=79",
            "minutes_at_88=20.1",
        ],
    )]);
}

#[test]
fn sleepware() {
    exactly(&[(
        "Total recording time (TRT):  446.5 min.      Sleep efficiency:   83.4 %
Total sleep time (TST):      372.5 min.      Number of stage shifts:   112

RESPIRATORY EVENTS
                        CA      OA      MA      Apnea    Hyp*     A + H    RERA    Total
Number:                 4       70      2       76       61       137      5       142
Mean Dur (sec):         14.0    22.1    19.5    21.8     25.2     23.4     15.0    23.1
Max Dur (sec):          18.5    45.0    24.0    45.0     60.0     60.0     22.0    60.0
Index (#/h TST):        0.6     11.3    0.3     12.2     9.8      22.1     0.8     22.9
* Hypopneas scored based on 4% or greater desaturation.

                        Supine   Non-Supine   REM     NREM
AHI:                    40.2     8.1          31.0    20.5
Minimum SpO2 value: 79 %",
        &[
            "trt=446.5",
            "tst=372.5",
            "efficiency=83.4",
            "obstructive=70",
            "mixed=2",
            "central=4",
            "apneas=76",
            "central_index=0.6",
            "hypopneas=61",
            "events_total=137",
            "ahi_4pct=22.1",
            "supine_ahi=40.2",
            "rem_ahi=31",
            "nadir_spo2=79",
        ],
    )]);
}

#[test]
fn profusion() {
    exactly(&[(
        "SLEEP SUMMARY                                   RESPIRATORY SUMMARY
Time Available for Sleep:      446.5 min        Apnea-Hypopnea Index:      22.1 /hr
Total Sleep Time:              372.5 min        Apnea Index:               12.2 /hr
Sleep Efficiency:              83.4 %           Hypopnea Index:            9.8 /hr
Sleep Latency:                 22.0 min         Lowest SaO2:               79 %
Arousal Index:                 21.4 /hr         Average SaO2:              93 %",
        &["trt=446.5", "tst=372.5", "efficiency=83.4", "ahi=22.1", "nadir_spo2=79", "mean_spo2=93"],
    )]);
}

#[test]
fn polysmith_and_rem_logic() {
    exactly(&[
        (
            "The patient was recorded for 446.5 minutes and slept 372.5 minutes, for a sleep efficiency of 83.4%. There were 70 obstructive apneas, 2 mixed apneas, 4 central apneas and 61 hypopneas, giving an apnea/hypopnea index of 22.1 events per hour. The RDI was 22.9. The mean oxygen saturation was 93%, with a low of 79%.",
            &[
                "trt=446.5",
                "tst=372.5",
                "efficiency=83.4",
                "obstructive=70",
                "mixed=2",
                "central=4",
                "hypopneas=61",
                "ahi=22.1",
                "rdi=22.9",
                "mean_spo2=93",
                "nadir_spo2=79",
            ],
        ),
        (
            "Apnea+Hypopnea (A+H)             137        22.1/h
Obstructive Apnea                70         11.3/h
Central Apnea                    4          0.6/h
Oxygen Desaturation (OD)         112        18.0/h
SpO2 mean                        93 %
SpO2 min                         79 %
Time in SpO2 below 88%           20.1 min   5.4 %",
            &[
                "events_total=137",
                "ahi=22.1",
                "obstructive=70",
                "central=4",
                "central_index=0.6",
                "odi=18",
                "mean_spo2=93",
                "nadir_spo2=79",
                "minutes_at_88=20.1",
            ],
        ),
    ]);
}

#[test]
fn home_recorders() {
    exactly(&[
        // WatchPAT
        (
            "Start Study Time:   10:31:22 PM        Total Recording Time:   7 hrs, 26 min
End Study Time:     5:58:02 AM         Total Sleep Time:       6 hrs, 12 min

Respiratory Indices
                 Total Events    REM      NREM     All Night
pRDI:            155             40.0     22.0     25.1
pAHI 4%:         137             31.0     20.5     22.1
ODI 4%:          112             28.0     16.2     18.0

Oxygen Saturation Statistics
Mean:   93        Minimum:   79        Maximum:   99
Oxygen Saturation      <90      <=88     <85     <80     <70
Duration (minutes):    45.2     20.1     3.3     0.5     0.0
Sleep %:               12.1     5.4      0.9     0.1     0.0",
            &[
                "trt=446",
                "tst=372",
                "rdi=25.1",
                "ahi_4pct=22.1",
                "rem_ahi=31",
                "events_total=137",
                "odi=18",
                "mean_spo2=93",
                "nadir_spo2=79",
                "minutes_at_88=20.1",
            ],
        ),
        // ApneaLink
        (
            "Analysis (Flow evaluation period: 6 h 32 min / SpO2 evaluation period: 6 h 30 min)
Indices                        Normal       Result
AHI*:             22.1         < 5 / h      Average breaths per minute [bpm]:   15.4
RI*:              23.0         < 5          Breaths:                            6021
Apnea index:      12.2         < 5 / h      Apneas:                             80
Hypopnea index:   9.9          < 5 / h      Hypopneas:                          65
ODI*:             18.0         < 5 / h      No. of desaturations:               117
Average saturation:   93 %                  Lowest saturation:                  79 %
t <= 88% SpO2:    20 min (5 %)              Baseline Saturation:                94 %",
            &[
                "monitoring_time=392",
                "ahi=22.1",
                "apneas=80",
                "hypopneas=65",
                "odi=18",
                "mean_spo2=93",
                "nadir_spo2=79",
                "minutes_at_88=20",
            ],
        ),
    ]);
}

#[test]
fn more_home_recorders() {
    exactly(&[
        // Noxturnal
        (
            "Recording Duration:        7h 26m
Analysis Duration (TRT):   6h 58m
Respiratory Parameters (per hour)
AHI (Apnea + Hypopnea Index):    22.1     Supine:  40.2    Non-Supine:  8.1
ODI (Oxygen Desaturation Index): 18.0     Supine:  30.1    Non-Supine:  7.7
Snore %: 12.5
Oxygen Saturation (SpO2)
Average:  93.0 %     Lowest:  79.0 %",
            &["ahi=22.1", "supine_ahi=40.2", "odi=18", "mean_spo2=93", "nadir_spo2=79"],
        ),
        // Alice NightOne
        (
            "Total Recording Time, TRT           446.5 minutes
Monitoring Time, MT (flow)          421.0 minutes
Respiratory Event Index, REI        22.1 events per hour of MT
Total Apneas                        80
Total Hypopneas                     75
Lowest Oxygen Saturation            79 %
Time at <= 88% Oxygen Saturation    20.1 minutes",
            &[
                "trt=446.5",
                "monitoring_time=421",
                "rei=22.1",
                "apneas=80",
                "hypopneas=75",
                "nadir_spo2=79",
                "minutes_at_88=20.1",
            ],
        ),
    ]);
}

#[test]
fn records_of_use() {
    for (text, wanted) in [
        (
            "Compliance Report
Usage                         08/20/2026 - 09/18/2026
Usage days                    27/30 days (90%)
>= 4 hours                    24 days (80%)
< 4 hours                     3 days (10%)
Usage hours                   170 hours 32 minutes
Average usage (total days)    5 hours 41 minutes
AirSense 11 AutoSet
Therapy
Leaks - L/min        Median: 0.2    95th percentile: 18.2   Maximum: 41.0
Events per hour      AI: 1.4        HI: 0.6                 AHI: 2.0
Apnea Index          Central: 0.3   Obstructive: 0.9        Unknown: 0.2",
            ["days_used=27", "days_total=30", "days_ge_4h=24", "pct_ge_4h=80", "residual_ahi=2"],
        ),
        (
            "Compliance Information   08/20/2026 - 09/18/2026
Compliance Summary
Days with Device Usage                       27 days
Days without Device Usage                    3 days
Percent Days with Device Usage               90.0%
Cumulative Usage                             7 days 2 hrs. 32 mins. 10 secs.
Days in Range, Total                         30 days
Percent of Days with Usage >= 4 Hours        80.0%
Number of Days with Usage >= 4 Hours         24
Average AHI                                  2.0",
            ["days_used=27", "days_total=30", "days_ge_4h=24", "pct_ge_4h=80", "residual_ahi=2"],
        ),
        (
            "Report of use, August 20, 2026 through September 18, 2026. The device was used on 27 of 30 nights, and for at least 4 hours on 24 nights (80%). The residual AHI was 2.0 events per hour.",
            ["days_used=27", "days_total=30", "days_ge_4h=24", "pct_ge_4h=80", "residual_ahi=2"],
        ),
    ] {
        let read = use_of(text);
        for one in wanted {
            assert!(read.iter().any(|read| read == one), "{one} of {read:?}\n{text}");
        }
        let named = |read: &String| {
            !wanted.contains(&read.as_str())
                && wanted.iter().any(|one| one.split('=').next() == read.split('=').next())
        };
        assert!(!read.iter().any(named), "{read:?}\n{text}");
    }
}

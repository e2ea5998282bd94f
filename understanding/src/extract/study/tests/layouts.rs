//! Layouts in which the label is not where it usually is.

use super::{exactly, read};

#[test]
fn numbers_before_their_labels() {
    exactly(&[(
        "22.1 /h      AHI, hypopneas with >= 4% desaturation     137        apneas + hypopneas, total
25.0 /h      RDI                                        70         obstructive apneas
40.2 /h      AHI supine                                 4          central apneas
8.1 /h       AHI not supine                             2          mixed apneas
31.0 /h      AHI in REM                                 61         hypopneas
93 %         average SpO2                               20.1 min   at SpO2 of 88% or lower
79 %         minimum SpO2                               18.0 /h    ODI
372.5 min    total sleep time                           22.0 min   sleep latency
83.4 %       sleep efficiency                           21.0 /h    arousals",
        &[
            "ahi_4pct=22.1",
            "events_total=137",
            "rdi=25",
            "obstructive=70",
            "supine_ahi=40.2",
            "central=4",
            "mixed=2",
            "rem_ahi=31",
            "hypopneas=61",
            "mean_spo2=93",
            "minutes_at_88=20.1",
            "nadir_spo2=79",
            "odi=18",
            "tst=372.5",
            "efficiency=83.4",
        ][..],
    )]);
}

#[test]
fn headings_that_need_their_corner() {
    exactly(&[
        (
            "A + H per hour     in REM     in NREM     on the back     elsewhere\n                   31.0       20.5        40.2            8.1",
            &["rem_ahi=31", "supine_ahi=40.2"][..],
        ),
        (
            "Index [n/h]     Total     REM      NREM     supine     not supine\nAHI 4 %         22.1      31.0     20.5     40.2       8.1\nRDI             25.0",
            &["ahi_4pct=22.1", "rem_ahi=31", "supine_ahi=40.2", "rdi=25"],
        ),
        (
            "           Tot.     REM      NREM     Sup.     Non-sup.\nAHI4 (/h)  22.1     31.0     20.5     40.2     8.1",
            &["ahi_4pct=22.1", "rem_ahi=31", "supine_ahi=40.2"],
        ),
        (
            "Dark time (TRT), min      446.5     Slept (TST), min      372.5\nEfficiency, TST/TRT x 100     83.4     Latency to sleep, min     22.0",
            &["trt=446.5", "tst=372.5", "efficiency=83.4"],
        ),
        ("Time SaO2 up to 88 % [min]      20.1", &["minutes_at_88=20.1"]),
        ("Events in all      137", &["events_total=137"]),
    ]);
}

#[test]
fn what_is_left_at_a_pressure() {
    for (text, wanted) in [
        (
            "11 cmH2O     CPAP at the end of titration\n2.2 /h       AHI left at this pressure, supine REM sleep included\n45.0 /h      AHI without treatment (earlier recording)\n340.5 min    total sleep time",
            &["residual_ahi=2.2", "tst=340.5", "final_pressure=11"][..],
        ),
        (
            "CPAP, end of night [cm H2O]      11\nAHI at this pressure [n/h]       2.2\nAHI of diagnostic night [n/h]    45.0",
            &["residual_ahi=2.2", "final_pressure=11"],
        ),
        (
            "Best pressure, cm water                       15 over 11\nEvents per hour left at that pressure         2.2",
            &["residual_ahi=2.2", "final.ipap=15", "final.epap=11"],
        ),
        (
            "Final press.: BPAP 15/11 cmH2O. Resid. AHI 2.2/h incl. supine REM.",
            &["residual_ahi=2.2", "final.ipap=15", "final.epap=11"],
        ),
    ] {
        assert_eq!(read(text, true), wanted, "{text}");
    }
}

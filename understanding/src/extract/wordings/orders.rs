//! Length of need and the settings of devices, as orders print them.

use super::check;
use domain::parser::DocumentClass;

#[test]
fn lengths_of_need() {
    check(
        DocumentClass::Order,
        &[
            ("Length of Need: 99 months (lifetime)", &["length_of_need=99"]),
            ("Length of need:  [X] 99 (Lifetime)   [ ] 12 months   [ ] Other ____", &["length_of_need=99"]),
            ("Length of need:  [ ] 99 (Lifetime)   [X] 12 months   [ ] Other ____", &["length_of_need=12"]),
            ("EST. LENGTH OF NEED (# OF MONTHS):  99   1-99 (99=LIFETIME)", &["length_of_need=99"]),
            ("Length of need (1-99 months, 99 = lifetime): 12", &["length_of_need=12"]),
            ("Estimated length of need (99 = lifetime): 12 months", &["length_of_need=12"]),
            ("LON: 99", &["length_of_need=99"]),
            ("LON 99 mo", &["length_of_need=99"]),
            ("L.O.N.: Lifetime", &["length_of_need=99"]),
            ("LON = 12 MOS", &["length_of_need=12"]),
            ("Duration: 99 months", &["length_of_need=99"]),
            ("Length of Need            Lifetime (99)", &["length_of_need=99"]),
            ("Length of need is lifetime.", &["length_of_need=99"]),
            ("The estimated length of need is 99 months.", &["length_of_need=99"]),
            ("Lifetime need (99 months).", &["length_of_need=99"]),
            ("The patient will need this equipment for 12 months.", &["length_of_need=12"]),
            ("This equipment is needed for a lifetime (99 months).", &["length_of_need=99"]),
            ("Needed for: 12 months", &["length_of_need=12"]),
            ("How long is the equipment needed?   99 months", &["length_of_need=99"]),
            ("Length of need\n99", &["length_of_need=99"]),
            (
                "Item                 HCPCS    Qty    Length of need\nCPAP device          E0601    1      99 months",
                &["length_of_need=99"],
            ),
            (
                "Item                 HCPCS    Qty    LON\nCPAP device          E0601    1      Lifetime\nHumidifier           E0562    1      Lifetime",
                &["length_of_need=99"],
            ),
            ("Expected duration of need . . . . . . 12 months", &["length_of_need=12"]),
            ("For how many months? 99", &["length_of_need=99"]),
            ("CPAP E0601, qty 1, x 99 months", &["length_of_need=99"]),
            ("CPAP E0601, 1 each, for lifetime use", &["length_of_need=99"]),
            ("Period of medical need: 1 year", &["length_of_need=12"]),
            ("Months needed: 12", &["length_of_need=12"]),
            // What is no length of need.
            ("Refills: 12 months. Replacement every 3 months.", &["length_of_need"]),
            ("Patient has used CPAP for 12 months.", &["length_of_need"]),
            ("Seen within 6 months. Follow up in 3 months.", &["length_of_need"]),
            ("A7034 Nasal mask 1 per 3 months", &["length_of_need"]),
            ("Length of need (99 = lifetime): ______", &["length_of_need"]),
        ],
    );
}

#[test]
fn ranges_of_pressure() {
    const WIDE: &[&str] = &["pap.pressure_min=5", "pap.pressure_max=15", "pap.pressure"];
    check(
        DocumentClass::Order,
        &[
            ("AutoPAP 5–15 cmH2O", WIDE),
            ("Auto CPAP 5-15 cm H₂O", WIDE),
            ("APAP 5 cm to 15 cm", WIDE),
            ("Min: 5 cm   Max: 15 cm", WIDE),
            ("APAP, min 5, max 15", WIDE),
            ("Pressure min 5 / max 15 cmH2O", WIDE),
            ("Minimum pressure 5 cmH2O\nMaximum pressure 15 cmH2O", WIDE),
            ("Min Pressure     Max Pressure     Ramp\n5                15               20 min", WIDE),
            ("Pressure (cmH2O)     Min 5     Max 15", WIDE),
            ("Auto-titrating CPAP with a minimum of 5 and a maximum of 15 cm H2O", WIDE),
            ("Set between 5 and 15 cm of water pressure.", WIDE),
            ("Pressure range from 5 to 15 cwp", WIDE),
            ("PRESSURE LOW: 5    PRESSURE HIGH: 15", WIDE),
            ("Pmin 5 cmH2O / Pmax 15 cmH2O", WIDE),
            ("P-min: 5   P-max: 15", WIDE),
            ("AutoSet 5.0 - 15.0", WIDE),
            ("Mode: APAP     Pressure: 5 - 15", WIDE),
            ("Low pressure limit 5    High pressure limit 15", WIDE),
            ("Starting pressure 5, upper limit 15 cmH2O", WIDE),
            ("Lower limit: 5 cmH2O\nUpper limit: 15 cmH2O", WIDE),
            ("Min. press. 5.0   Max. press. 15.0", WIDE),
            ("Auto range (cm): 5/15", WIDE),
            ("Settings: 5 cmH2O (min) - 15 cmH2O (max)", WIDE),
            ("Settings: Auto 5 to 15", WIDE),
            ("Min Pressure (cmH2O) . . . . 5\nMax Pressure (cmH2O) . . . . 15", WIDE),
            ("Minimum Pressure\n5 cm\nMaximum Pressure\n15 cm", WIDE),
            ("What is the minimum pressure? 5\nWhat is the maximum pressure? 15", WIDE),
            ("Lowest pressure 5; highest pressure 15", WIDE),
            ("PAP range: 5–15 cm/H2O", WIDE),
            ("cm H2O: 5-15", WIDE),
            ("Age 5-15 years. Seen 5-15 times.", &["pap.pressure_min", "pap.pressure_max"]),
            (
                "Rooms 5 to 15. Call between 5 and 15 minutes before.",
                &["pap.pressure_min", "pap.pressure_max"],
            ),
        ],
    );
}

#[test]
fn single_and_double_pressures() {
    const BOTH: &[&str] = &["pap.ipap=14", "pap.epap=8", "pap.pressure", "pap.pressure_min"];
    check(
        DocumentClass::Order,
        &[
            ("BiPAP 14/8 cmH2O", BOTH),
            ("IPAP 14 / EPAP 8", BOTH),
            ("IPAP: 14 cmH2O   EPAP: 8 cmH2O", BOTH),
            ("EPAP 8, IPAP 14 cmH2O", BOTH),
            ("Bilevel 14 over 8", BOTH),
            ("IPAP     EPAP     Rate\n14       8        10", BOTH),
            ("Inspiratory pressure (IPAP) 14 cm   Expiratory pressure (EPAP) 8 cm", BOTH),
            ("Pressure: IPAP of 14 and EPAP of 8 cm of water", BOTH),
            ("IPAP/EPAP: 14/8", BOTH),
            ("I/E pressure 14/8 cm H2O", BOTH),
            ("IPAP\n14 cmH2O\nEPAP\n8 cmH2O", BOTH),
            ("inspiratory 14, expiratory 8 cmH2O", BOTH),
            ("BPAP-ST 14/8 BUR 12", BOTH),
            ("CPAP 9 cm H2O", &["pap.pressure=9"]),
            ("CPAP 9 cm H₂O", &["pap.pressure=9"]),
            ("CPAP 9 cmwp", &["pap.pressure=9"]),
            ("Pressure: 9", &["pap.pressure=9"]),
            ("CPAP pressure setting . . . . . 9 cm", &["pap.pressure=9"]),
            ("Fixed CPAP at a pressure of 9 centimeters of water", &["pap.pressure=9"]),
            ("Mode: CPAP     Set pressure: 9.0", &["pap.pressure=9"]),
            ("Pressure (cmH2O)     9", &["pap.pressure=9"]),
            ("CPAP @ 9", &["pap.pressure=9"]),
            ("CPAP set at 9 cm/H2O", &["pap.pressure=9"]),
            ("Oxygen 2 LPM via nasal cannula continuous", &["o2.flow=2"]),
            ("O2 at 2 liters per minute", &["o2.flow=2"]),
            ("Liter flow: 2", &["o2.flow=2"]),
            ("Flow rate 2 L/min", &["o2.flow=2"]),
            ("Oxygen 2L NC at night", &["o2.flow=2"]),
            ("2 lpm continuous", &["o2.flow=2"]),
            ("Liters per minute: 2", &["o2.flow=2"]),
            ("Prescribed flow (L/min) . . . . 2", &["o2.flow=2"]),
        ],
    );
}

#[test]
fn order_dates() {
    check(
        DocumentClass::Order,
        &[
            ("Order Date: 11/02/2026", &["order_date=2026-11-02"]),
            ("Date Written . . . . 11/02/2026", &["order_date=2026-11-02"]),
            ("Ordered on: November 2, 2026 by Richard Roe, MD", &["order_date=2026-11-02"]),
            ("Order placed 11/02/26 0915", &["order_date=2026-11-02"]),
            ("Rx written: 2-Nov-2026", &["order_date=2026-11-02"]),
            ("Initial date of order: 11/02/2026", &["order_date=2026-11-02"]),
            ("Order #: 998877      Date/Time ordered: 11/02/2026 09:15", &["order_date=2026-11-02"]),
            (
                "Written Order Date          Start Date\n11/02/2026                  11/05/2026",
                &["order_date=2026-11-02"],
            ),
            ("DATE OF THIS ORDER: NOV 02, 2026", &["order_date=2026-11-02"]),
            ("Prescription date: 11/02/2026     Faxed: 11/04/2026", &["order_date=2026-11-02"]),
            ("Printed 11/04/2026. Signed 11/03/2026.", &["order_date"]),
        ],
    );
}

//! Names, places and practices to draw from. None belongs to anybody in particular.

use crate::kind::HospitalKind;

/// Given names of women.
pub(crate) const WOMEN: [&str; 24] = [
    "Margaret",
    "Dorothy",
    "Carol",
    "Patricia",
    "Rosa",
    "Mei-Ling",
    "Anne",
    "Mary Jo",
    "Denise",
    "Yolanda",
    "Ingrid",
    "Fatima",
    "Beverly",
    "Judith",
    "Theresa",
    "Gloria",
    "Marjorie",
    "Lucille",
    "Renata",
    "Sheila",
    "Constance",
    "Wanda",
    "Priscilla",
    "Eleanor",
];

/// Given names of men.
pub(crate) const MEN: [&str; 24] = [
    "Robert",
    "William",
    "Eugene",
    "Harold",
    "Luis",
    "Jean-Paul",
    "Walter",
    "Dennis",
    "Raymond",
    "Carlos",
    "Stanley",
    "Ahmed",
    "Vincent",
    "Leonard",
    "Francis",
    "Gerald",
    "Milton",
    "Clarence",
    "Theodore",
    "Norman",
    "Douglas",
    "Bernard",
    "Chester",
    "Philip",
];

/// Family names: plain, hyphenated, double, with apostrophe and prefix.
pub(crate) const FAMILIES: [&str; 48] = [
    "Kowalski",
    "Brennan",
    "Garcia-Lopez",
    "O'Connor",
    "Van Buren",
    "Washington",
    "Nguyen",
    "Martinez Ruiz",
    "Schmidt",
    "DeLuca",
    "Abernathy",
    "Fitzgerald",
    "McAllister",
    "Petrov",
    "Hernandez",
    "Thompson-Reed",
    "Lindqvist",
    "Okafor",
    "St. Clair",
    "Ramirez",
    "Goldberg",
    "Whitfield",
    "Delgado Vega",
    "Patterson",
    "MacDonald",
    "Sorensen",
    "Blackwood",
    "Castellano",
    "Hutchinson",
    "Mbeki",
    "Carmichael",
    "Dubois",
    "Rosenthal",
    "Vasquez-Ortiz",
    "Holloway",
    "Pemberton",
    "Yamamoto",
    "Kirkpatrick",
    "Underwood",
    "Fournier",
    "Esposito",
    "Haldane",
    "Chaudhry",
    "Winthrop",
    "Santangelo",
    "Bergeron",
    "Tillman",
    "Ostrowski",
];

/// Family names of clinicians; none is also a patient's.
pub(crate) const CLINICIANS: [&str; 18] = [
    "Feldman",
    "Iyer",
    "Sandoval",
    "Whitaker",
    "Choudhury",
    "Larkin",
    "Novak",
    "Bautista",
    "Renner",
    "Achebe",
    "Hollis",
    "Moreau",
    "Prescott",
    "Takahashi",
    "Gallagher",
    "Weintraub",
    "Ferraro",
    "Lindholm",
];

/// Streets.
pub(crate) const STREETS: [&str; 14] = [
    "Maple Avenue",
    "Orchard Street",
    "River Road",
    "Old Mill Lane",
    "Chestnut Drive",
    "Second Street",
    "County Route 9",
    "Elm Court",
    "Hillcrest Terrace",
    "Church Street",
    "Canal Street",
    "Prospect Place",
    "Birchwood Road",
    "Union Avenue",
];

/// How hospitals write the name of Medicare.
pub(crate) const MEDICARE: [(&str, &str); 3] = [
    ("Medicare", "Medicare Part A and B"),
    ("Medicare Part B", "Traditional Medicare"),
    ("MEDICARE", "MEDICARE PART A & B"),
];

/// What differs from one part of the country to another.
pub(crate) struct Region {
    pub(crate) area_code: &'static str,
    /// Towns with state and zip code.
    pub(crate) towns: [(&'static str, &'static str, &'static str); 8],
    /// Primary care practices.
    pub(crate) primary_care: [&'static str; 4],
    /// Sleep and lung practices.
    pub(crate) sleep_practices: [&'static str; 3],
    /// Commercial payers, plans and how their member ids begin.
    pub(crate) commercial: [(&'static str, &'static str, &'static str); 5],
}

/// Where a hospital stands.
pub(crate) fn region(kind: HospitalKind) -> &'static Region {
    match kind {
        HospitalKind::A => &ILLINOIS,
        HospitalKind::B => &NEW_YORK,
    }
}

const NEW_YORK: Region = Region {
    area_code: "518",
    towns: [
        ("Riverside", "NY", "12309"),
        ("Colonie", "NY", "12205"),
        ("Glenville", "NY", "12302"),
        ("Saratoga Springs", "NY", "12866"),
        ("Hudson", "NY", "12534"),
        ("Troy", "NY", "12180"),
        ("Clifton Park", "NY", "12065"),
        ("Catskill", "NY", "12414"),
    ],
    primary_care: [
        "Riverside Primary Care - Main Street",
        "Riverside Family Medicine",
        "Capital Internal Medicine Associates",
        "Hudson Valley Community Health",
    ],
    sleep_practices: [
        "Riverside Sleep Medicine",
        "Riverside Pulmonary and Sleep Associates",
        "Capital Sleep Disorders Center",
    ],
    commercial: [
        ("Capital District Physicians' Health Plan", "CDPHP HMO", "CDP"),
        ("Aetna", "Aetna Open Access Managed Choice", "W"),
        ("UnitedHealthcare", "UHC Choice Plus PPO", "9"),
        ("Empire BlueCross BlueShield", "Empire PPO", "YLD"),
        ("Cigna", "Cigna Open Access Plus", "U"),
    ],
};

const ILLINOIS: Region = Region {
    area_code: "309",
    towns: [
        ("Clement", "IL", "61520"),
        ("Galesburg", "IL", "61401"),
        ("Canton", "IL", "61520"),
        ("Macomb", "IL", "61455"),
        ("Pekin", "IL", "61554"),
        ("Peoria", "IL", "61602"),
        ("Kewanee", "IL", "61443"),
        ("Monmouth", "IL", "61462"),
    ],
    primary_care: [
        "Clement Clinic - Abbey Square",
        "Clement Family Practice",
        "Prairie Internal Medicine",
        "Spoon River Community Health",
    ],
    sleep_practices: [
        "Clement Sleep Medicine",
        "Clement Lung and Sleep Center",
        "Prairie Sleep Disorders Clinic",
    ],
    commercial: [
        ("Blue Cross and Blue Shield of Illinois", "BlueChoice Preferred PPO", "XOF"),
        ("Aetna", "Aetna Open Access Managed Choice", "W"),
        ("UnitedHealthcare", "UHC Choice Plus PPO", "9"),
        ("Health Alliance Medical Plans", "Health Alliance HMO", "HA"),
        ("Cigna", "Cigna Open Access Plus", "U"),
    ],
};

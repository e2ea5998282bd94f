//! What laboratories measure: chemistry, blood counts, gases, hormones, clotting, urine, infections.

/// Names and usual abbreviations, as they head a row.
#[rustfmt::skip]
pub(super) const ANALYTES: &[&str] = &[
    // Chemistry
    "sodium", "potassium", "chloride", "carbon dioxide", "co2", "co2 total", "total co2", "bicarbonate", "bicarb", "anion gap", "glucose", "urea nitrogen", "bun",
    "blood urea nitrogen", "urea", "creatinine", "bun creatinine ratio", "egfr", "gfr", "estimated gfr", "calcium", "phosphorus", "phosphate",
    "magnesium", "protein total", "total protein", "albumin", "globulin", "a g ratio", "bilirubin", "bilirubin total", "total bilirubin", "direct bilirubin",
    "bilirubin direct", "alkaline phosphatase", "alk phos", "ast", "alt", "sgot", "sgpt", "ggt", "ldh", "lactate dehydrogenase", "uric acid",
    "lipase", "amylase", "ammonia", "lactate", "lactic acid", "osmolality", "na", "k", "cl", "glu", "gluc", "creat", "crea", "ca", "mg", "phos", "alb", "tbili", "alkp",
    "glucose random", "glucose fasting", "fasting glucose", "potassium plasma", "sodium plasma", "hco3 venous",
    // Lipids, diabetes
    "cholesterol", "cholesterol total", "total cholesterol", "hdl", "hdl cholesterol", "ldl", "ldl cholesterol", "vldl", "triglycerides", "triglyceride",
    "non hdl cholesterol", "chol hdlc ratio", "hemoglobin a1c", "hgb a1c", "hba1c", "a1c", "hgba1c", "glycated hemoglobin", "estimated average glucose", "eag", "fructosamine", "c peptide", "insulin", "microalbumin", "apolipoprotein b",
    // Blood count
    "wbc", "white blood cell", "white blood cells", "white blood cell count", "white cell count", "leukocytes", "rbc", "red blood cell", "red blood cells", "red blood cell count", "red cell count",
    "erythrocytes", "hemoglobin", "haemoglobin", "hgb", "hb", "hematocrit", "haematocrit", "hct", "mcv", "mch", "mchc", "rdw", "rdw cv", "rdw sd", "platelets", "platelet count", "platelet", "plt",
    "mpv", "neutrophils", "lymphocytes", "lymphs", "monocytes", "eosinophils", "eos", "basophils", "basos", "immature granulocytes", "neutrophils absolute", "absolute neutrophils",
    "absolute lymphocytes", "absolute monocytes", "absolute eosinophils", "absolute basophils", "bands", "nrbc", "reticulocytes", "reticulocyte count", "retic", "segs",
    // Iron, vitamins, hormones
    "ferritin", "iron", "iron total", "serum iron", "tibc", "iron binding capacity", "transferrin", "iron saturation", "transferrin saturation", "vitamin b12", "b12", "folate", "folic acid", "vitamin d", "vitamin d 25 oh",
    "25 oh vitamin d", "25 hydroxyvitamin d", "vitamin d 25 hydroxy", "tsh", "thyroid stimulating hormone", "free t4", "t4 free", "t4", "t3", "free t3", "thyroxine", "cortisol", "testosterone", "testosterone total", "prolactin", "estradiol",
    "fsh", "lh", "pth", "parathyroid hormone", "igf 1", "growth hormone", "psa", "psa total", "prostate specific antigen", "cea", "hcg", "beta hcg", "dhea sulfate", "progesterone", "aldosterone", "renin", "homocysteine", "thyroglobulin",
    // Heart, inflammation, clotting
    "bnp", "nt probnp", "probnp", "b type natriuretic peptide", "natriuretic peptide", "troponin", "troponin i", "troponin t", "ck", "cpk", "creatine kinase", "ck mb", "crp", "c reactive protein", "hs crp", "esr", "sed rate", "sedimentation rate",
    "procalcitonin", "d dimer", "inr", "pt", "prothrombin time", "ptt", "aptt", "fibrinogen", "alpha 1 antitrypsin", "alpha 1 antitrypsin level", "ige", "ige total", "total ige", "immunoglobulin g", "iga", "igg", "igm", "complement c3", "complement c4", "rheumatoid factor", "ana", "ace level", "angiotensin converting enzyme",
    // Gases
    "ph", "ph arterial", "arterial ph", "pco2", "paco2", "pco2 arterial", "po2", "pao2", "po2 arterial", "hco3", "base excess", "beecf", "be", "tco2", "so2", "sao2", "o2 saturation arterial", "o2 sat arterial", "carboxyhemoglobin", "cohb", "methemoglobin", "methb", "met hgb",
    "co hgb", "oxyhemoglobin", "o2hb", "fo2hb", "cthb", "thb", "fio2", "ionized calcium", "ica", "ica2", "a a gradient", "aado2", "ca2", "fcohb", "fmethb", "p f ratio", "pao2 fio2", "hhb", "cohgb", "methgb", "ctco2", "chco3", "cbase", "abe", "sbe", "sbc", "glc", "lac", "ph t", "pco2 t", "po2 t", "o2sat", "p50", "o2ct", "paco2 arterial", "ph a", "ph venous", "pco2 venous", "po2 venous",
    // Urine
    "specific gravity", "leukocyte esterase", "leukocytes esterase", "nitrite", "ketones", "ketone", "urobilinogen", "occult blood", "protein urine", "glucose urine", "urine ph", "urine protein", "urine glucose", "epithelial cells", "squamous epithelial cells", "hyaline casts", "bacteria", "mucus", "color", "appearance", "clarity", "protein", "albumin creatinine ratio", "microalbumin creatinine ratio", "blood urine",
    // Infections, drugs
    "sars cov 2", "covid 19", "sars cov 2 pcr", "influenza a", "influenza b", "rsv", "hepatitis b surface antigen", "hbsag", "hepatitis c antibody", "hcv antibody", "hiv", "hiv 1 2", "rpr", "quantiferon", "strep a", "mrsa", "c difficile", "clostridium difficile", "acid fast smear",
    "digoxin", "vancomycin", "vancomycin trough", "theophylline", "theophylline level", "lithium", "phenytoin", "valproic acid", "carbamazepine", "tacrolimus", "acetaminophen", "salicylate", "ethanol", "opiates", "benzodiazepines", "cocaine metabolite", "amphetamines", "cannabinoids", "methadone", "oxycodone", "fentanyl", "blood type", "rh type",
];

//! Families told by words, and the plans that follow.

use crate::fixtures::{knowledge, sources};
use crate::knowledge::Knowledge;
use domain::patient_scraper::{CollectionPlan, ListedDocument, Section};
use jiff::civil::date;

fn told(knowledge: &Knowledge, texts: &[&str]) -> Vec<String> {
    knowledge.families_told(texts).into_iter().collect()
}

#[test]
fn a_messages_words_tell_the_family() {
    let knowledge = knowledge();
    for (text, expected) in [
        ("Please see the attached order for CPAP.", vec!["pap"]),
        ("New DME order for bilevel PAP device", vec!["pap", "rad"]),
        ("CPAP supplies renewal", vec!["pap_supplies"]),
        ("Two DME orders: CPAP, PAP supplies", vec!["pap", "pap_supplies"]),
        ("Order: home oxygen (11/02/2026)", vec!["oxygen"]),
        ("manual wheelchair", vec!["manual_chair"]),
        ("Hospital bed order", vec!["bed"]),
        ("Rx E1390", vec!["oxygen"]),
        ("DME order attached", vec!["default"]),
        ("Fasting lipid panel resulted.", vec![]),
    ] {
        assert_eq!(told(&knowledge, &[text]), expected, "{text}");
    }
    assert_eq!(told(&knowledge, &["DME order", "Standard Written Order - oxygen concentrator"]), ["oxygen"]);
}

#[test]
fn plans_follow_the_families() {
    let knowledge = knowledge();
    let unknown = knowledge.plan_for([]);
    assert!(unknown.opens(Section::Orders) && unknown.opens(Section::Snapshot));
    assert!(!unknown.opens(Section::Notes) && !unknown.opens(Section::Encounters));
    let any = knowledge.plan_for([CollectionPlan::ANY_ITEM]);
    assert_eq!(knowledge.plan_for(["nebulizer"]), any);
    assert_eq!(knowledge.plan_for(["power_mobility"]), knowledge.plan_for(["manual_chair"]));
    let both = knowledge.plan_for(["pap", "oxygen"]);
    for section in Section::ALL {
        assert!(both.opens(section) && any.opens(section), "{section:?}");
    }
    assert!(knowledge.knows_plan("pap").is_ok() && knowledge.knows_plan("power_mobility").is_ok());
    assert!(knowledge.knows_plan("paps").is_err());
}

#[test]
fn an_order_for_something_else_is_missed_and_supplies_with_their_device_are_not() {
    let knowledge = knowledge();
    let missed = |read_for: &[&str], ordered: &[&str]| {
        let read_for: Vec<String> = read_for.iter().map(|family| (*family).to_owned()).collect();
        knowledge.families_missed(&read_for, ordered.iter().copied())
    };
    assert_eq!(missed(&[], &["pap"]), ["pap"]);
    assert_eq!(missed(&["pap_supplies"], &["pap_supplies", "pap"]), ["pap"]);
    assert!(missed(&["pap"], &["pap", "pap_supplies"]).is_empty());
    assert!(missed(&["default"], &["pap", "oxygen"]).is_empty());
    assert!(missed(&["manual_chair"], &["power_mobility"]).is_empty());
    assert_eq!(missed(&["oxygen"], &["pap", "rad"]), ["pap", "rad"]);
}

#[test]
fn a_plan_for_a_family_nobody_knows_is_a_mistake() {
    let mut sources = sources();
    for (name, text) in &mut sources {
        if name.ends_with("collection.toml") {
            *text =
                text.replace("families = [\"rad\", \"ventilator\"]", "families = [\"rad\", \"ventilators\"]");
            *text = text.replace("plan.unknown", "plan.unknwon");
        }
    }
    let pairs: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mistakes = Knowledge::from_toml_sources(&pairs).expect_err("two mistakes");
    assert!(mistakes.iter().any(|mistake| mistake.key == "plan.unknown"), "{mistakes:?}");
}

/// Whether the shipped plan of a family fetches a row of this title and type, dated a month before the message.
fn fetched(family: &str, section: Section, title: &str, epic_type: &str) -> bool {
    let row = ListedDocument {
        epic_id: "D1".into(),
        section,
        title: title.into(),
        epic_type: epic_type.into(),
        service_date: Some(date(2026, 10, 20)),
        author: None,
        status: None,
        edited: None,
    };
    knowledge()
        .plan_for([family].into_iter().filter(|family| !family.is_empty()))
        .decide(&row, date(2026, 11, 20))
        .is_ok()
}

#[test]
fn documents_about_something_else_stay_in_the_hospital() {
    use Section::{Encounters, Media, Notes, Orders};
    for (family, section, title, epic_type) in [
        ("pap", Orders, "Lab order - CBC", "Order"),
        ("pap", Orders, "Ambulatory referral to Physical Therapy", "Order"),
        ("", Orders, "Medication order - lisinopril", "Order"),
        ("pap", Notes, "Dermatology Consult", "Progress Notes"),
        ("rad", Notes, "Orthopedics Office Visit", "Progress Notes"),
        ("oxygen", Notes, "Telephone Encounter", "Telephone Encounter"),
        ("default", Notes, "Refill request", "Telephone Encounter"),
        ("pap", Encounters, "Podiatry visit", "After Visit Summary"),
        ("pap", Media, "Lipid Panel", "Lab"),
        ("pap", Media, "CT Lumbar Spine", "Imaging"),
        ("bed", Media, "Consent for Treatment", "Consent"),
    ] {
        assert!(!fetched(family, section, title, epic_type), "{family}: {title}");
    }
}

#[test]
fn documents_that_a_rule_may_need_are_fetched() {
    use Section::{Encounters, Media, Notes, Orders};
    for (family, section, title, epic_type) in [
        ("pap", Orders, "Standard Written Order", "DME Order"),
        ("", Orders, "DME Referral: PAP Device and Supplies", "DME Order"),
        ("pap", Orders, "Ambulatory referral to Sleep Lab", "Order"),
        ("default", Orders, "Medication order - albuterol", "Order"),
        // Primary care evaluates for sleep apnea, and so do those who look at airways.
        ("pap", Notes, "Annual Wellness Visit", "Progress Notes"),
        ("pap", Notes, "ENT Consult", "Progress Notes"),
        ("pap", Notes, "Telephone Encounter - CPAP trial", "Telephone Encounter"),
        ("pap", Notes, "Video visit", "Telemedicine"),
        // Whether it may be passed on is told by its content.
        ("pap", Notes, "Behavioral Health Progress Note", "Progress Notes"),
        ("pap", Encounters, "After Visit Summary", "After Visit Summary"),
        ("pap", Media, "Clinical Unknown", "Clinical Unknown"),
        ("pap", Media, "Sleep Lab Report", "Lab"),
        ("pap", Media, "Insurance card", "Registration"),
        ("rad", Media, "Arterial Blood Gas", "Lab"),
        ("rad", Media, "Pulmonary Function Test", "Procedure Report"),
        // Haematocrit and heart: oxygen, group II.
        ("oxygen", Media, "CBC with Differential", "Lab"),
        ("oxygen", Media, "Echocardiogram", "Imaging"),
        ("oxygen", Notes, "Physical Therapy Note", "Progress Notes"),
        ("manual_chair", Notes, "Physical Therapy Note", "Progress Notes"),
        ("bed", Notes, "Orthopedics Office Visit", "Progress Notes"),
    ] {
        assert!(fetched(family, section, title, epic_type), "{family}: {title}");
    }
}

#[test]
fn a_list_nobody_wrote_is_a_mistake() {
    let mut sources = sources();
    for (name, text) in &mut sources {
        if name.ends_with("collection.toml") {
            *text = text.replacen("[\"@laboratory_orders\"", "[\"@laboratory_order\"", 1);
        }
    }
    let pairs: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mistakes = Knowledge::from_toml_sources(&pairs).expect_err("a mistake");
    let [mistake] = mistakes.as_slice() else { panic!("one mistake: {mistakes:?}") };
    assert_eq!(
        (mistake.key.as_str(), mistake.nearest.as_deref()),
        ("plan.unknown", Some("laboratory_orders"))
    );
}

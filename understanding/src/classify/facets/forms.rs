//! Entries of the papers around a case: cover sheets, cards, facesheets, orders and requests.

use super::Group::{Card, Cover, Face, Order};
use super::Place::{Any, Dial, Entry, Head};
use super::{Facet, facet};

#[rustfmt::skip]
pub(super) const FACETS: &[Facet] = &[
    // Cover sheets
    facet(Cover, "to", Entry, &[
        "to", "attn", "attention", "recipient", "recipients", "deliver to", "send to", "sent to", "fax to", "receiver",
        "receiving party", "addressee", "please deliver to", "going to", "destination", "recipient name", "to company",
        "to name", "for attention of", "company", "send fax to", "faxed to", "ship to", "to facility", "forward to", "requested by", "released to", "recipient facility",
    ]),
    facet(Cover, "to", Any, &["please deliver to", "please deliver the following", "sent to", "attn dme", "attention intake"]),
    facet(Cover, "from", Entry, &[
        "from", "fr", "sender", "sent by", "fax from", "sender name", "faxed by", "sending party", "originator", "sending office",
        "from company", "from name", "transmitted by", "submitted by", "sent from", "released by", "sending facility",
        "from facility", "prepared by", "from office", "from dept", "from department",
    ]),
    facet(Cover, "fax", Dial, &[
        "fax", "facsimile", "fax no", "fax number", "fax phone", "to fax", "their fax", "fax nbr", "recipient fax",
        "receiver fax", "facsimile number", "telefax", "telecopier", "fax line", "destination fax", "at fax",
    ]),
    facet(Cover, "fax", Any, &["fax nbr", "fax number", "by fax to", "by fax", "faxed to", "via fax", "fx"]),
    facet(Cover, "phone", Dial, &[
        "phone", "telephone", "tel", "phone number", "voice", "callback", "call back", "sender phone", "our phone",
        "contact number", "callback number", "ph",
    ]),
    facet(Cover, "pages", Head, &[
        "pages", "pgs", "number of pages", "no of pages", "total pages", "total number of pages", "page count", "pages sent",
        "pages to follow", "pages including", "pages incl", "total no of pages", "of pages", "number of sheets", "sheets",
        "pages with cover", "pages transmitted", "page total", "total page count", "pages in this transmission",
        "pages including this one", "pages including cover", "total pgs", "no pages", "pages incl cover", "pages attached",
        "length of transmission",
    ]),
    facet(Cover, "pages", Any, &[
        "including cover", "including this page", "including this sheet", "including this one", "incl cover",
        "including the cover", "incl this", "with this sheet", "pages following", "pages follow", "pages to follow",
        "counting this", "including this cover", "plus cover", "not including cover", "excluding cover",
    ]),
    facet(Cover, "re", Entry, &[
        "re", "subject", "regarding", "reference", "in re", "concerning", "concerns", "subj", "patient re", "about", "regards", "topic",
    ]),
    facet(Cover, "date", Entry, &["date", "dt", "sent", "date sent", "date time", "time", "sent on", "transmitted", "fax date", "today"]),
    facet(Cover, "text", Entry, &[
        "comment", "comments", "msg", "message", "notes", "note", "remarks", "memo", "special instructions", "notes comments",
        "comments instructions", "cover message", "additional comments",
    ]),
    facet(Cover, "cc", Entry, &["cc"]),
    facet(Cover, "urgency", Head, &["sign and return", "please fill", "please sign", "action required", "routine", 
        "urgent", "for review", "please comment", "please reply", "please recycle", "for your review", "reply asap",
        "as requested", "per your request", "for your information", "for your records", "fyi", "high priority",
        "priority", "please call", "reply requested", "time sensitive", "please respond",
    ]),
    facet(Cover, "enclosed", Head, &[
        "enclosed", "attached", "encl", "enclosures", "attachments", "documents sent", "documents attached", "documents enclosed",
        "records sent", "enclosed please find", "contents", "items enclosed", "please find", "documents included",
        "attached please find", "included", "included in this fax", "what is attached", "in this packet", "records enclosed",
        "packet contents", "this packet contains", "this fax contains", "documents in this fax", "we are sending",
    ]),
    facet(Cover, "enclosed", Any, &["we are sending", "are sending you", "what you will find", "behind this page", "papers follow", "documents follow", "records follow", "you will find", "please find enclosed", "please find attached", "find enclosed", "enclosed please find", "are attached in this order", "documents are attached", "records are attached", "attached are", "are enclosed"]),
    facet(Cover, "notice", Any, &[
        "identifiable health information", "by mistake", "named recipient", "must not read", "pass them on", "intended recip", "call the sender", "addressee only", "private and confidential", "for the addressee", "sent in error", "gets this by", "rec d in error", "this fax may", "confidenciales", "tell the sender", "hipaa notice", "health information that",
        "confidentiality notice", "confidentiality statement", "intended recipient", "intended only", "received this fax in error",
        "received this in error", "received this transmission in error", "received it in error", "received in error",
        "this transmission", "this facsimile", "this fax", "legally privileged", "privileged and confidential",
        "privileged or confidential", "notify the sender", "notify us immediately", "destroy all copies", "destroy the",
        "unauthorized use", "disclosure copying", "dissemination", "individual or entity", "this communication",
        "confidential information", "protected health information", "redisclosure", "is confidential", "strictly prohibited",
        "fax is confidential", "wrong number", "if you are not the", "this message", "misdirected",
    ]),
    facet(Cover, "title", Head, &[
        "fax cover sheet", "fax cover", "cover sheet", "cover page", "facsimile transmittal", "facsimile", "fax transmission",
        "fax transmittal", "transmittal", "fax message", "telefax", "efax", "facsimile cover", "fax sheet", "fax memo",
        "transmission cover", "transmission sheet", "transmittal form", "facsimile message", "facsimile transmission",
        "fax header", "fax referral", "referral cover", "routing slip", "routing sheet", "document transmittal",
        "referral packet", "records release", "release of records", "records transmittal", "intake cover",
    ]),
    facet(Cover, "title", Any, &["fax cover sheet", "cover sheet", "facsimile transmittal", "fax transmission", "fax transmittal"]),
    // Cards
    facet(Card, "number", Head, &[
        "member id", "member no", "member number", "member identification", "id no", "id number", "identification number",
        "subscriber id", "subscriber number", "enrollee id", "policy number", "policy no", "membership number", "membership id",
        "medicaid id", "recipient id", "medicare number", "medicare claim number", "contract number", "certificate number",
        "cardholder id", "dod id", "humana id", "beneficiary id", "client id", "id", "cin", "plan id", "member id number",
        "insured id", "issuer 80840", "health plan 80840", "access number", "subscriber no", "id card number", "umi", "mbi",
        "alternate id", "medicaid number", "dbn", "sponsor id",
    ]),
    facet(Card, "group", Head, &["group", "grp", "group number", "group no", "grp no", "group id", "grp number", "group name", "employer group"]),
    facet(Card, "rx", Any, &[
        "rxbin", "rx bin", "rxpcn", "rx pcn", "rxgrp", "rx grp", "rxgroup", "rx group", "rxid", "rx id", "bin number",
        "medicarerx", "prescription drug coverage", "pharmacists", "pharmacist", "pharmacy help", "express scripts", "optumrx",
        "caremark", "pharmacy benefits", "rx benefits",
    ]),
    facet(Card, "rx", Entry, &["bin", "pcn", "rx"]),
    facet(Card, "copay", Head, &[
        "copay", "copays", "co pay", "copayment", "copayments", "coinsurance", "deductible", "ded", "oop max", "out of pocket",
        "specialist", "spec", "urgent care", "er", "emergency room", "office visit", "pcp visit", "in network", "out of network",
        "primary care visit", "hospital er", "ov",
    ]),
    facet(Card, "parts", Any, &[
        "entitled to", "coverage starts", "hospital part a", "medical part b", "con derecho a", "cobertura empieza",
        "is entitled to", "medicare health insurance",
    ]),
    facet(Card, "service", Any, &[
        "customer service", "member services", "member service", "provider services", "provider service", "customer care",
        "provider line", "nurse line", "nurseline", "payer id", "payor id", "submit claims", "claims to", "claims address",
        "mail claims", "send claims", "edi", "electronic claims", "medical claims", "precertification", "providers call",
        "for providers", "eligibility and benefits", "medical providers call", "call the number", "payer number",
        "behavioral health", "24 hour nurse", "member website", "claims inquiries",
    ]),
    facet(Card, "card", Any, &[
        "insurance card", "insurance cards", "id card", "identification card", "member card", "membership card", "medicaid card",
        "benefit card", "this card", "your card", "card front", "card back", "front of card", "back of card", "front and back",
        "copy of front", "front copy", "back not scanned", "card image", "card copy", "card scan", "cardholder", "card holder", "benefit identification", "carry this card",
        "carry your card", "health insurance card", "copy of card", "scanned card", "valid only", "possession of this card",
        "insurance id", "health card", "possession of",
    ]),
    facet(Card, "plan", Any, &[
        "hmo", "ppo", "epo", "hdhp", "dsnp", "d snp", "hmo pos", "pos plan", "medicare advantage", "open access", "choice plus",
        "preferred provider", "medicare supplement", "medigap", "plan type", "health plan", "supplement plan", "medicaid",
        "tricare", "gold plus", "health net", "medicare complete", "cms h", "pbp", "network", "managed care",
    ]),
    facet(Card, "holder", Head, &[
        "member name", "subscriber name", "subscriber", "enrollee", "enrollee name", "insured", "name nombre", "sponsor",
        "member", "cardholder name", "dependents", "dependent", "insured name", "name of beneficiary", "beneficiary",
    ]),
    facet(Card, "effective", Head, &[
        "effective", "effective date", "eff date", "eff", "issued", "issue date", "plan year", "coverage effective", "plan effective",
        "effective since", "member since",
    ]),
    // What no card has
    facet(Face, "guarantor", Head, &[
        "guarantor", "guar", "responsible party", "person responsible", "bill to", "guarantor name", "guarantor account",
        "financially responsible", "party responsible", "resp party", "statement to", "account guarantor", "billing party",
    ]),
    facet(Face, "guarantor", Any, &["responsible for the bill", "responsible for bill", "who is responsible", "responsible for payment", "guarantor"]),
    facet(Face, "contact", Head, &[
        "emergency contact", "emergency contacts", "emerg contact", "emer contact", "next of kin", "nok", "person to notify",
        "contact person", "emergency person", "emergency name", "emergency notify", "in case of emergency", "notify",
        "contact in emergencies", "contact 1", "contact 2", "relative", "nearest relative", "emergency phone", "ice",
        "patient contacts", "contact name", "family contact", "emergency", "notify in emergency", "relationship to patient",
    ]),
    facet(Face, "contact", Any, &["emergency contact", "next of kin", "in case of emergency", "in an emergency", "person to notify"]),
    facet(Face, "phone", Head, &[
        "home phone", "mobile phone", "cell phone", "work phone", "phone", "telephone", "mobile", "home tel", "tel h", "tel",
        "cell", "home ph", "day phone", "evening phone", "contact phone", "phone home", "phone cell", "daytime phone", "ph",
        "email", "e mail", "phone 1", "primary phone", "phones", "tel home", "best number",
    ]),
    facet(Face, "address", Head, &[
        "address", "addr", "street", "street address", "home address", "city", "mailing address", "permanent address", "zip",
        "zip code", "residence", "lives at", "city state zip", "county", "address 1", "addr 1", "city st zip",
    ]),
    facet(Face, "marital", Head, &["marital status", "marital", "marital stat", "ms", "mar status", "mar st", "civil status", "m s"]),
    facet(Face, "marital", Any, &["married retired", "marital status"]),
    facet(Face, "religion", Head, &["religion", "relig", "religious preference", "faith", "church"]),
    facet(Face, "race", Head, &["race", "ethnicity", "ethnic group", "race ethnicity", "ethnic"]),
    facet(Face, "language", Head, &["language", "preferred language", "pref language", "primary language", "interpreter", "lang", "preferred lang", "needs interpreter", "pref lang"]),
    facet(Face, "employer", Head, &[
        "employer", "employment", "employment status", "occupation", "employer name", "empl", "emp status", "employed by", "emp", "work status",
    ]),
    facet(Face, "ssn", Head, &["ssn", "social security", "social security number", "soc sec", "ss", "social security no", "soc sec no"]),
    facet(Face, "insurance", Head, &[
        "insurance", "primary insurance", "coverage", "coverages", "payer", "payor", "carrier", "plan", "health plan", "policy",
        "policy number", "policy no", "member id", "insurance information", "insurance name", "insurance company", "ins 1", "ins",
        "primary coverage", "insurance 1", "coverage 1", "health insurance", "subscriber id", "policy nbr", "insured through",
        "insurance primary", "coverage list", "primary ins", "ins plan", "pri ins", "primary payer", "third party", "f c",
        "payer plan", "payor plan", "company", "insurer",
    ]),
    facet(Face, "second", Head, &[
        "secondary insurance", "secondary coverage", "secondary", "insurance 2", "coverage 2", "ins 2", "insurance secondary",
        "secondary payer", "secondary ins", "other insurance", "other coverage", "supplemental insurance", "sec ins", "second insurance",
        "tertiary", "supplement", "secondary payor", "medigap",
    ]),
    facet(Face, "subscriber", Head, &[
        "subscriber", "policy holder", "policyholder", "insured", "subscriber name", "insured person", "insured name", "sub name",
        "subscriber id", "relation to subscriber", "relationship to subscriber", "relation to insured", "patient relationship to insured",
        "rel to subscriber", "pt relation", "holder", "sub id", "subscr",
    ]),
    facet(Face, "doctor", Head, &[
        "pcp", "primary care", "primary care provider", "primary care physician", "family doctor", "fam dr", "usual provider",
        "primary physician", "family physician", "referring", "referring physician", "ref phys", "referring provider", "pcp name",
        "prim care", "provider of record",
    ]),
    facet(Face, "admission", Head, &[
        "admission date", "admit date", "adm date", "admitted", "adm", "admit dt", "admission", "admit", "reg date", "registration date",
        "date of admission", "arrival", "adm dr", "admitting", "admitting physician", "admission type", "admit type", "reg type",
        "admit source", "registered", "check in",
    ]),
    facet(Face, "stay", Head, &[
        "attending", "room", "bed", "unit room bed", "room bed", "nurse unit", "patient class", "pt class", "fin class",
        "financial class", "hospital account", "fin", "har", "csn", "location", "hospital service", "service", "attending physician",
        "patient type", "pt type", "accommodation", "acct", "account number", "visit number", "encounter number", "advance directive",
        "code status", "isolation", "account no", "room no",
    ]),
    facet(Face, "sex", Head, &["sex", "gender", "legal sex", "birth sex", "sex assigned at birth", "gender identity", "pronouns"]),
    facet(Face, "pharmacy", Head, &["pharmacy", "preferred pharmacy"]),
    // Orders and requests
    facet(Order, "order date", Entry, &["order date", "date of order", "date ordered", "ordered on", "rx date", "start date", "date written", "written on"]),
    facet(Order, "need", Head, &["length of need", "duration of need", "lon", "est length of need", "estimated length of need", "medical necessity"]),
    facet(Order, "item", Head, &["qty", "quantity", "hcpcs", "item", "items ordered", "equipment ordered", "equipment", "dispense", "refills", "item description", "supplies"]),
    facet(Order, "diagnosis", Head, &["diagnosis", "diagnoses", "icd 10", "dx", "icd 10 code", "diagnosis code", "diagnosis codes", "icd10", "dx code"]),
    facet(Order, "prescriber", Head, &[
        "prescriber", "ordering provider", "ordering physician", "prescribing physician", "npi", "authorizing provider", "ordering practitioner",
        "treating practitioner", "prescriber signature", "physician signature", "requesting provider", "servicing provider", "physician s signature",
        "provider signature", "practitioner",
    ]),
    facet(Order, "request", Any, &["authorization request", "i certify", "prior authorization request", "please provide the following"]),
];

//! How orders word pressures and flows.

use regex::Regex;
use std::sync::LazyLock;

pub(super) type Pattern = LazyLock<Option<Regex>>;

/// Units of pressure with the water named, so that a number before one is a pressure whatever stands around it.
const WATER: &str = r"(?:cms?\.?\s*/?\s*(?:of\s+)?(?:H\s?[2zZ₂]\s?[O0]|water(?:\s+pressure)?|wp\b)|cwp\b|centimet(?:er|re)s?\s+of\s+(?:H\s?[2₂]\s?O|water))";
/// The same, or a bare `cm`.
const UNIT: &str = r"(?:WATER|cms?\b\.?|hPa\b|mbar\b|centimet(?:er|re)s?\b)";
/// A pressure or flow as printed.
const NUM: &str = r"\d{1,2}(?:\.\d{1,2})?";
/// What may stand between a name and its number: a unit in brackets, a sign, leaders, small words.
const SEP: &str = r"(?:\s*[(\[]?\s*(?:in\s+)?UNIT\s*[)\]]?)?\s*(?:[:=@?>~.,)_]|\bof\b|\bat\b|\bis\b|\bset\b|\bto\b|\s){0,60}";
/// Between the two ends of a range.
const TO: &str = r"(?:-|–|—|~|\bto\b|\band\b|\bthru\b|\bthrough\b)";

fn pattern(text: &str) -> Option<Regex> {
    let whole = text
        .replace("SEP", SEP)
        .replace("UNIT", UNIT)
        .replace("WATER", WATER)
        .replace("NUM", NUM)
        .replace("TO", TO);
    Regex::new(&format!("(?i){whole}")).ok()
}

/// `5 to 15 cmH2O`, `5 cm - 15 cm`.
pub(super) static RANGE: Pattern =
    LazyLock::new(|| pattern(r"\b(?P<a>NUM)\s*(?:UNIT\s*)?TO\s*(?P<b>NUM)\s*UNIT"));
/// A range without a unit, behind the words that make it one of pressures.
pub(super) static NAMED_RANGE: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:press(?:ures?)?(?:\s+(?:range|settings?|limits?))?",
        r"|(?:auto(?:matic)?|a)[\s-]?(?:pap|cpap|set|titrat\w*|adjust\w*)(?:[\s-]+(?:cpap|pap))?(?:\s+(?:range|settings?|pressures?|mode|device))?",
        r"|auto(?:\s+(?:range|settings?|mode|pressure))?|[ac]?pap\s+(?:range|settings?)|settings?(?:\s+range)?|pressure\s+range|UNIT)",
        r"\s*SEP(?:(?:from|between|auto)\s+)?(?P<a>NUM)\s*(?:UNIT\s*)?(?:TO|/)\s*(?P<b>NUM)"
    ))
});
/// `MIN 5 CM / MAX 15 CM`.
pub(super) static LEAST_AND_MOST: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:p[\s-]?)?(?:min(?:imum|imal)?|low(?:er|est)?|start(?:ing)?)\b\.?(?:\s*\(?(?:press(?:ure)?|limit|[ac]pap)\b[.)]?)*SEP(?P<a>NUM)",
        r"\s*(?:UNIT)?[\s,;/|&–-]*(?:\b(?:and|to|with)\b)?\s*(?:an?\s+)?",
        r"(?:p[\s-]?)?(?:max(?:imum|imal)?|high(?:er|est)?|upper)\b\.?(?:\s*\(?(?:press(?:ure)?|limit|[ac]pap)\b[.)]?)*SEP(?P<b>NUM)"
    ))
});
/// `5 cmH2O (min) - 15 cmH2O (max)`.
pub(super) static NUMBER_FIRST: Pattern = LazyLock::new(|| {
    pattern(
        r"\b(?P<a>NUM)\s*(?:UNIT)?\s*\(?\s*(?:min(?:imum)?|low(?:est)?)\b\.?\s*\)?[\s,;/|&–-]*(?:\b(?:and|to)\b)?\s*(?P<b>NUM)\s*(?:UNIT)?\s*\(?\s*(?:max(?:imum)?|high(?:est)?)\b",
    )
});
pub(super) static LEAST: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:p[\s-]?min|(?:min(?:imum|imal)?|low(?:er|est)?)\b\.?\s+(?:(?:auto|apap|cpap|pap|auto-?cpap|auto-?pap|set|therapy|allowed)\s+)*(?:press(?:ure)?|limit|[ac]pap)",
        r"|press(?:ure)?\s*[,(:-]?\s*(?:min(?:imum)?|low(?:er)?)|(?:cpap|apap|pap|auto)\s+min(?:imum)?)\b[.)]?(?:\s+(?:limit|setting))?SEP(?P<v>NUM)"
    ))
});
pub(super) static MOST: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:p[\s-]?max|(?:max(?:imum|imal)?|high(?:er|est)?|upper)\b\.?\s+(?:(?:auto|apap|cpap|pap|auto-?cpap|auto-?pap|set|therapy|allowed)\s+)*(?:press(?:ure)?|limit|[ac]pap)",
        r"|press(?:ure)?\s*[,(:-]?\s*(?:max(?:imum)?|high(?:er)?|upper)|(?:cpap|apap|pap|auto)\s+max(?:imum)?)\b[.)]?(?:\s+(?:limit|setting))?SEP(?P<v>NUM)"
    ))
});
pub(super) static IPAP: Pattern = LazyLock::new(|| {
    pattern(
        r"\b(?:IPAP|inspir(?:atory|ation)(?:\s+(?:positive\s+airway\s+)?pressure)?(?:\s*\(\s*IPAP\s*\))?)(?:\s*\(?\b(?:max(?:imum)?|pressure|setting)\b\)?)?SEP(?P<v>NUM)\b",
    )
});
pub(super) static EPAP: Pattern = LazyLock::new(|| {
    pattern(
        r"\b(?:EPAP|expir(?:atory|ation)(?:\s+(?:positive\s+airway\s+)?pressure)?(?:\s*\(\s*EPAP\s*\))?)(?:\s*\(?\b(?:min(?:imum)?|pressure|setting)\b\)?)?SEP(?P<v>NUM)\b",
    )
});
/// `14/8 cm H2O` of a bilevel device.
pub(super) static BOTH: Pattern = LazyLock::new(|| pattern(r"\b(?P<a>NUM)\s*/\s*(?P<b>NUM)\s*UNIT"));
pub(super) static NAMED_BOTH: Pattern = LazyLock::new(|| {
    pattern(
        r"\b(?:bi-?pap|bi-?level|bpap|vpap|ipap\s*/\s*epap|i\s*/\s*e\s+pressures?|e047[01])\b[^.;\d]{0,30}\b(?P<a>NUM)\s*(?:UNIT\s*)?(?:/|\bover\b)\s*(?P<b>NUM)",
    )
});
/// `BiPAP I 14 / E 8`; in capitals only.
pub(super) static LETTERED: Pattern = LazyLock::new(|| {
    Regex::new(r"\bI\s?[:=]?\s?(?P<a>\d{1,2}(?:\.\d)?)\s*(?i:cm\w*|cwp)?\s*[/,;]?\s*E\s?[:=]?\s?(?P<b>\d{1,2}(?:\.\d)?)\b").ok()
});
/// `14 inspiration / 8 expiration`.
pub(super) static NUMBERS_FIRST: Pattern = LazyLock::new(|| {
    pattern(
        r"\b(?P<a>NUM)\s*(?:UNIT\s*)?\(?\s*(?:insp\w*|IPAP)\b[^\d;]{0,16}?(?P<b>NUM)\s*(?:UNIT\s*)?\(?\s*(?:exp\w*|EPAP)\b",
    )
});
pub(super) static PRESSURE: Pattern = LazyLock::new(|| pattern(r"\b(?P<v>NUM)\s*WATER"));
pub(super) static NAMED_PRESSURE: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:(?:fixed|set|prescribed|cpap|pap|therapy|treatment)\s+(?:(?:fixed|set)\s+)?pressure(?:\s+settings?)?",
        r"|cpap\s*(?:therapy\s*)?(?:set\s*)?(?:@|\bat\b|\bto\b|settings?)|pressure(?:\s+settings?)?|press\b\.?)SEP(?P<v>NUM)\b"
    ))
});
/// `CPAP, nightly, 9 cm`.
pub(super) static CPAP_AND_UNIT: Pattern =
    LazyLock::new(|| pattern(r"\bcpap\b[^.;\d]{0,30}\b(?P<v>NUM)\s*UNIT"));
pub(super) static FLOW: Pattern = LazyLock::new(|| {
    pattern(
        r"\b(?P<v>NUM)\s*(?:-\s*\d\s*)?(?:l|liters?|litres?)\s*(?:/\s*min|/\s*m\b|pm\b|per\s+min|(?:via|by|per)\s+(?:nasal|nc\b|n/c|cannula|mask)|n\.?c\.?\b|n/c|nasal\s+cann|continuous)",
    )
});
pub(super) static NAMED_FLOW: Pattern = LazyLock::new(|| {
    pattern(
        r"\b(?:flow(?:\s+rate)?|lit(?:er|re)\s+flow|lit(?:er|re)s?\s+per\s+min(?:ute)?|lpm|oxygen|o2)\s*(?:\(?\s*(?:in\s+)?(?:LPM|L\s?/\s?min|lit(?:er|re)s?(?:\s+per\s+min\w*)?)\s*\)?)?(?:[:=@?.>_]|\bof\b|\bat\b|\s){1,60}(?P<v>NUM)\b",
    )
});

#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_compiles() {
        use super::*;
        for (name, pattern) in [
            ("RANGE", &RANGE),
            ("NAMED_RANGE", &NAMED_RANGE),
            ("LEAST_AND_MOST", &LEAST_AND_MOST),
            ("NUMBER_FIRST", &NUMBER_FIRST),
            ("LEAST", &LEAST),
            ("MOST", &MOST),
            ("IPAP", &IPAP),
            ("EPAP", &EPAP),
            ("BOTH", &BOTH),
            ("NAMED_BOTH", &NAMED_BOTH),
            ("LETTERED", &LETTERED),
            ("NUMBERS_FIRST", &NUMBERS_FIRST),
            ("PRESSURE", &PRESSURE),
            ("NAMED_PRESSURE", &NAMED_PRESSURE),
            ("CPAP_AND_UNIT", &CPAP_AND_UNIT),
            ("FLOW", &FLOW),
            ("NAMED_FLOW", &NAMED_FLOW),
        ] {
            assert!(pattern.is_some(), "{name}");
        }
    }
}

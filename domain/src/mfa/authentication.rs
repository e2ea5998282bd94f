//! `Authentication-Results` (RFC 8601), as far as it says whose DKIM signature passed.
//!
//! Comments are removed before anything is looked for: a sender chooses much of what stands in them.

/// The domains whose DKIM signature passed, in lower case; none when the header is of another mail system or
/// cannot be read safely.
pub fn passed_dkim_domains(header: &str, authserv_id: &str) -> Option<Vec<String>> {
    let plain = without_comments(header)?;
    let mut parts = plain.split(';');
    // The id may be followed by a version number.
    let id = parts.next()?.split_whitespace().next()?;
    if !id.eq_ignore_ascii_case(authserv_id) {
        return None;
    }
    Some(parts.filter_map(passed_domain).collect())
}

/// The signing domain of one `dkim=pass header.d=… header.i=@…` part.
fn passed_domain(part: &str) -> Option<String> {
    let mut words = part.split_whitespace();
    let (method, verdict) = words.next()?.split_once('=')?;
    if !method.eq_ignore_ascii_case("dkim") || !verdict.eq_ignore_ascii_case("pass") {
        return None;
    }
    let mut domain = None;
    for word in words {
        let Some((name, value)) = word.split_once('=') else { continue };
        if name.eq_ignore_ascii_case("header.d") {
            // What signed is `d`; `i` may name a part of it.
            return some_domain(value);
        }
        if name.eq_ignore_ascii_case("header.i") {
            domain = value.rsplit_once('@').and_then(|(_, host)| some_domain(host));
        }
    }
    domain
}

fn some_domain(text: &str) -> Option<String> {
    let domain = text.trim_matches('.').to_ascii_lowercase();
    let shaped = domain.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    (shaped && domain.contains('.')).then_some(domain)
}

/// The header without its comments, quoted strings emptied; none when brackets or quotes do not match.
fn without_comments(header: &str) -> Option<String> {
    let mut plain = String::with_capacity(header.len());
    let (mut depth, mut quoted) = (0_u32, false);
    let mut chars = header.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted || depth > 0 => {
                chars.next()?;
            }
            '"' if depth == 0 => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            _ if depth > 0 => {}
            _ => plain.push(c),
        }
    }
    (depth == 0 && !quoted).then_some(plain)
}

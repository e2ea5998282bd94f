//! How a portal's second factor reaches us, and whether the code mails of two portals can be told apart.

use super::PortalSettings;
use crate::settings::secret::SecretReference;
use crate::settings::section::Section;
use domain::ids::PortalName;
use std::collections::BTreeMap;

/// Second factors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MfaSettings {
    /// A mail with a code comes to this address, signed by this domain.
    Mail {
        /// The account's own recipient address, lower case.
        recipient: String,
        /// The domain whose DKIM signature must have passed, lower case.
        sender_domain: String,
        /// Words of its subjects, where another portal's mails come to the same address from the same domain.
        subject: Option<String>,
    },
    /// Codes are computed from a shared secret.
    Totp {
        /// Where the base32 secret is found.
        secret: SecretReference,
    },
    /// A person types each code: `portal code NAME CODE`.
    Person,
}

#[derive(Clone, Copy)]
enum MfaKind {
    Mail,
    Totp,
    Person,
}

pub(super) fn read(section: &mut Section<'_>) -> Option<MfaSettings> {
    let choices = [("mail", MfaKind::Mail), ("totp", MfaKind::Totp), ("person", MfaKind::Person)];
    let given = section.has("mfa");
    let kind = section.choice("mfa", &choices);
    if !given {
        section.note("mfa", "is missing; expected one of mail, totp, person");
    }
    let base = section.base().to_owned();
    let recipient = section.parsed("mfa_recipient", mail_address);
    let sender_domain = section.parsed("mfa_sender_domain", domain_name);
    let subject = section.parsed("mfa_subject", super::not_empty);
    let secret = section.parsed("totp_secret", |text| SecretReference::parse(text, &base));
    let wanted = |key: &str, kind: &str| {
        if !section.has(key) {
            section.note(key, format!("is missing; mfa = \"{kind}\" needs it"));
        }
    };
    let kind = kind?;
    if !matches!(kind, MfaKind::Mail) && section.has("mfa_subject") {
        section.note("mfa_subject", "only mfa = \"mail\" has mails");
    }
    match kind {
        MfaKind::Mail => {
            wanted("mfa_recipient", "mail");
            wanted("mfa_sender_domain", "mail");
            Some(MfaSettings::Mail { recipient: recipient?, sender_domain: sender_domain?, subject })
        }
        MfaKind::Totp => {
            wanted("totp_secret", "totp");
            Some(MfaSettings::Totp { secret: secret? })
        }
        MfaKind::Person => Some(MfaSettings::Person),
    }
}

/// Portals whose mails come from one domain to one address take turns. Subjects that tell only some of them apart, or
/// hold each other, would hand a mail to the wrong one.
pub(super) fn refuse_half_told_apart(
    section: &Section<'_>,
    mfa: &MfaSettings,
    others: &BTreeMap<PortalName, PortalSettings>,
) {
    let MfaSettings::Mail { recipient, sender_domain, subject } = mfa else { return };
    for (name, other) in others {
        let MfaSettings::Mail { recipient: to, sender_domain: from, subject: theirs } = &other.mfa else {
            continue;
        };
        if (recipient, sender_domain) != (to, from) {
            continue;
        }
        match (subject, theirs) {
            (None, None) => {}
            (Some(ours), Some(theirs)) => {
                let (ours, theirs) = (ours.to_lowercase(), theirs.to_lowercase());
                if ours.contains(&theirs) || theirs.contains(&ours) {
                    let what = format!(
                        "one of it and that of portal {name} holds the other; take words that differ"
                    );
                    section.note("mfa_subject", what);
                }
            }
            (Some(_), None) | (None, Some(_)) => {
                let what = format!(
                    "portal {name} gets its codes at the same address from the same domain: give both an mfa_subject, \
                     or neither (then they log in one after the other)"
                );
                section.note("mfa_subject", what);
            }
        }
    }
}

fn mail_address(text: &str) -> Result<String, String> {
    let text = text.trim().to_lowercase();
    match text.split_once('@') {
        Some((user, domain)) if !user.is_empty() && domain.contains('.') && !text.contains(' ') => Ok(text),
        _ => Err("expected a mail address".to_owned()),
    }
}

fn domain_name(text: &str) -> Result<String, String> {
    let text = text.trim().to_lowercase();
    let fits =
        text.contains('.') && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    if fits { Ok(text) } else { Err("expected a domain such as \"hospital.example\"".to_owned()) }
}

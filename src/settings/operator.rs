//! Who sits at the command line, for the audit log: the account's name as the environment gives it, with the user
//! id as the kernel gives it. A name can be set by anybody; the number cannot.

use super::Variables;
use std::os::unix::fs::MetadataExt;

/// Names longer than this are nobody's.
const NAME_CHARS_MAX: usize = 64;

/// The operating system's account under which this program runs, and behind `sudo` the account it was called from:
/// `alice (uid 1000)`, `alice as epic (uid 990)`.
pub fn operator_account(variables: &Variables) -> String {
    account(variables, std::fs::metadata("/proc/self").ok().map(|own| own.uid()))
}

fn account(variables: &Variables, uid: Option<u32>) -> String {
    let named = |name: &str| {
        let shown: String =
            variables.get(name)?.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
        (!shown.trim().is_empty()).then_some(shown)
    };
    let number = uid.map_or_else(|| "uid unknown".to_owned(), |uid| format!("uid {uid}"));
    match (named("SUDO_USER"), named("LOGNAME").or_else(|| named("USER"))) {
        (Some(caller), Some(name)) => format!("{caller} as {name} ({number})"),
        (Some(name), None) | (None, Some(name)) => format!("{name} ({number})"),
        (None, None) => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_as_well_as_it_can_be() {
        let variables = |set: &[(&str, &str)]| {
            set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Variables>()
        };
        for (set, shown) in [
            (&[("LOGNAME", "alice"), ("USER", "bob")][..], "alice (uid 7)"),
            (&[("USER", "bob"), ("LOGNAME", "")], "bob (uid 7)"),
            (&[("SUDO_USER", "alice"), ("USER", "epic")], "alice as epic (uid 7)"),
            (&[("USER", "a\nb\u{1b}[1m")], "ab[1m (uid 7)"),
            (&[], "uid 7"),
        ] {
            assert_eq!(account(&variables(set), Some(7)), shown);
        }
        assert!(operator_account(&Variables::new()).starts_with("uid "));
    }
}

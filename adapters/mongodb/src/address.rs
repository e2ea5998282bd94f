//! The connection string: whose password comes from elsewhere, and what is said of one that cannot be used.

use domain::ports::{PortError, PortResult};
use domain::redacted::Redacted;
use mongodb::error::ErrorKind;
use mongodb::options::{ClientOptions, ConnectionString};
use std::fmt::Write;

/// Reads an address. The driver's own words on a bad one can quote its password, so none of them are passed on.
pub(crate) async fn parse(uri: &str, password: Option<&Redacted<String>>) -> PortResult<ClientOptions> {
    let thing = "MongoDB address";
    let no_address = || {
        let cause = "is no address of MongoDB, as mongodb://user:password@host:27017/database is one; \
                     write special characters in name and password as %xx";
        PortError::permanent(thing, cause)
    };
    let address = ConnectionString::parse(with_password(uri, password)).map_err(|_| no_address())?;
    ClientOptions::parse(address).await.map_err(|error| match *error.kind {
        // The hosts of mongodb+srv:// are asked of the name service.
        ErrorKind::DnsResolve { .. } | ErrorKind::Io(_) => {
            PortError::transient(thing, "its hosts cannot be looked up; check the name and the name service")
        }
        _ => no_address(),
    })
}

/// The address with the password of its account in it; not to be shown.
fn with_password(uri: &str, password: Option<&Redacted<String>>) -> String {
    let Some((password, (account, hosts))) = password.zip(uri.split_once('@')) else { return uri.to_owned() };
    let mut encoded = String::new();
    // Everything but letters and digits as %XX is right in every part of an address.
    for byte in password.reveal().bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("{account}:{encoded}@{hosts}")
}

#[cfg(test)]
mod tests {
    use super::with_password;

    #[test]
    fn a_password_comes_in_whatever_it_is_made_of() {
        let password = "p@:/%ä".into();
        let uri = with_password("mongodb://u@h:1,i/?a=b", Some(&password));
        assert_eq!(uri, "mongodb://u:p%40%3A%2F%25%C3%A4@h:1,i/?a=b");
        assert_eq!(with_password("mongodb://h/", Some(&password)), "mongodb://h/");
        assert_eq!(with_password("mongodb://u@h/", None), "mongodb://u@h/");
    }
}

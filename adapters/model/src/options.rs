//! Where the server is, how it is spoken to, and which addresses are refused before anything is sent.

use reqwest::Url;
use secrecy::SecretString;
use std::time::Duration;

/// What a server calls the longest answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenLimit {
    /// `max_completion_tokens`: OpenAI, Azure, vLLM.
    MaxCompletionTokens,
    /// `max_tokens`: Ollama, and older servers of any kind.
    MaxTokens,
}

impl TokenLimit {
    /// The member's name in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MaxCompletionTokens => "max_completion_tokens",
            Self::MaxTokens => "max_tokens",
        }
    }
}

/// How a server is spoken to.
#[derive(Clone, Debug)]
pub struct ModelOptions {
    /// Its address, up to and without `/chat/completions`; of Azure's deployments the resource's address alone.
    pub address: String,
    /// The model's name, or that of the deployment.
    pub model: String,
    /// Hosts that texts may be sent to.
    pub hosts: Vec<String>,
    /// The key; none for a server that wants none.
    pub key: Option<SecretString>,
    /// Azure's deployments are addressed by their name and a version of the interface.
    pub azure_api_version: Option<String>,
    /// What the server calls the longest answer.
    pub token_limit: TokenLimit,
    /// Whether temperature 0 and a seed are sent; models that think before they answer refuse them.
    pub deterministic: bool,
    /// How long one try may take, whole.
    pub timeout: Duration,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// Tries after the first, where a server is busy or away.
    pub retries: u32,
    /// The longest wait before such a try; a server that wants more is left alone.
    pub retry_wait_max: Duration,
    /// A proxy; none: the server is spoken to directly, whatever the environment says.
    pub proxy: Option<Url>,
}

/// Options with which no text is ever sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// No address of a server.
    #[error("the model's address is none; give scheme and host, such as https://api.openai.com/v1")]
    Address,
    /// Text would go over the network unprotected.
    #[error("the model's address is not https; plain http goes to this machine only")]
    Plain,
    /// Not on the list.
    #[error("the host {host} is not among the hosts that texts may be sent to; add it to `model.hosts`")]
    Host {
        /// The address's host.
        host: String,
    },
    /// The key cannot be sent.
    #[error("the model's key has signs that no header can carry; was the right file given?")]
    Key,
    /// No client can be made, for a cause of this machine.
    #[error("no http client can be made: {0}; are the ca-certificates installed?")]
    Client(String),
}

impl ModelOptions {
    /// Whether texts may go where these options say.
    ///
    /// # Errors
    /// The address is none, is not protected, or its host is not allowed.
    pub fn check(&self) -> Result<(), OptionsError> {
        self.endpoint().map(|_| ())
    }

    /// The address questions go to, once it is one they may go to.
    pub(crate) fn endpoint(&self) -> Result<(Url, String), OptionsError> {
        let mut url = Url::parse(&self.address).map_err(|_| OptionsError::Address)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(OptionsError::Address)?.to_owned();
        let named = !url.username().is_empty() || url.password().is_some() || url.query().is_some();
        if !matches!(url.scheme(), "http" | "https") || named {
            return Err(OptionsError::Address);
        }
        if url.scheme() == "http" && !is_this_machine(&host) {
            return Err(OptionsError::Plain);
        }
        if !self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host)) {
            return Err(OptionsError::Host { host });
        }
        {
            let mut path = url.path_segments_mut().map_err(|()| OptionsError::Address)?;
            path.pop_if_empty();
            if self.azure_api_version.is_some() {
                path.extend(["openai", "deployments", &self.model]);
            }
            path.extend(["chat", "completions"]);
        }
        if let Some(version) = &self.azure_api_version {
            url.query_pairs_mut().append_pair("api-version", version);
        }
        Ok((url, host))
    }
}

/// Whether a host is this machine by its name or number, without asking anybody.
fn is_this_machine(host: &str) -> bool {
    let number = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || number.is_ok_and(|number| number.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(address: &str, azure: Option<&str>) -> ModelOptions {
        ModelOptions {
            address: address.to_owned(),
            model: "small model".to_owned(),
            hosts: [
                "api.openai.com",
                "House.openai.azure.com",
                "127.0.0.1",
                "localhost",
                "[::1]",
                "llm.example",
            ]
            .map(str::to_owned)
            .to_vec(),
            key: None,
            azure_api_version: azure.map(str::to_owned),
            token_limit: TokenLimit::MaxTokens,
            deterministic: true,
            timeout: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(1),
            retries: 0,
            retry_wait_max: Duration::ZERO,
            proxy: None,
        }
    }

    #[test]
    fn each_kind_of_server_has_its_address() {
        for (address, azure, expected) in [
            ("https://api.openai.com/v1", None, "https://api.openai.com/v1/chat/completions"),
            ("https://api.openai.com/v1/", None, "https://api.openai.com/v1/chat/completions"),
            ("http://localhost:11434/v1", None, "http://localhost:11434/v1/chat/completions"),
            ("http://[::1]:8000/v1", None, "http://[::1]:8000/v1/chat/completions"),
            (
                "https://house.openai.azure.com",
                Some("2024-10-21"),
                "https://house.openai.azure.com/openai/deployments/small%20model/chat/completions?api-version=2024-10-21",
            ),
            (
                "https://house.openai.azure.com/openai/v1/",
                None,
                "https://house.openai.azure.com/openai/v1/chat/completions",
            ),
        ] {
            let endpoint = options(address, azure).endpoint().map(|(url, _)| url.to_string());
            assert_eq!(endpoint.as_deref(), Ok(expected));
        }
    }

    #[test]
    fn nothing_is_sent_to_strangers_or_unprotected() {
        for (address, expected) in [
            ("", OptionsError::Address),
            ("api.openai.com/v1", OptionsError::Address),
            ("ftp://api.openai.com", OptionsError::Address),
            ("https://user:word@api.openai.com/v1", OptionsError::Address),
            ("https://api.openai.com/v1?to=elsewhere", OptionsError::Address),
            ("http://api.openai.com/v1", OptionsError::Plain),
            ("http://llm.example:8000/v1", OptionsError::Plain),
            ("http://127.0.0.1.example/v1", OptionsError::Plain),
            (
                "https://api.openai.com.example/v1",
                OptionsError::Host { host: "api.openai.com.example".to_owned() },
            ),
        ] {
            assert_eq!(options(address, None).endpoint().err(), Some(expected), "{address}");
        }
    }
}

//! The built function as a process, with nothing of our own environment in its.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use tokio::process::{Child, Command};

/// A running function; it ends with this.
pub(crate) struct Function {
    child: Child,
    log: PathBuf,
}

impl Function {
    /// Starts it with a log and temporary files in `folder`.
    pub(crate) fn start(folder: &Path, api: SocketAddr, variables: &[(&str, String)]) -> Self {
        let log = folder.join(format!("function-{}.log", api.port()));
        let out = std::fs::File::create(&log).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_mail-lambda"))
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "mail")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("TMPDIR", folder)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stderr(out.try_clone().expect("the log"))
            .stdout(out)
            .kill_on_drop(true)
            .spawn()
            .expect("the function starts");
        Self { child, log }
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        self.child.wait().await.expect("the function ends")
    }

    /// Everything it has written.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log")
    }
}

//! The program as a process of its own, with its database synced as always and the example session.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// It with these arguments and a folder for its data.
pub fn program(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salon"));
    command.arg("--data-dir").arg(dir).args(args);
    command
}

/// It, and where it listens; it ends with this.
pub struct Program {
    child: Child,
    pub base: String,
}

impl Program {
    pub fn start(dir: &Path) -> Self {
        let mut command = program(dir, &["--listen", "127.0.0.1:0", "--log", "warn"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut base = None;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some((_, address)) = line.split_once("listens on ") {
                base = Some(address.to_string());
            }
            // The last line that it prints.
            if line.contains("/host/sign-in#") {
                break;
            }
        }
        let base = base.expect("the greeting");
        Self { child, base }
    }

    /// Resident memory, in KiB.
    pub fn memory(&self) -> f64 {
        let used = salon::machine::spent::used(self.child.id()).unwrap();
        used.memory as f64 / 1024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A host's token for it.
pub fn token(dir: &Path) -> String {
    let token = program(dir, &["token", "bench"]).output().unwrap();
    String::from_utf8(token.stdout).unwrap().trim().to_string()
}

/// The cookie of someone new in the audience.
pub async fn cookie(base: &str) -> String {
    let page = reqwest::get(format!("{base}/CENTRE")).await.unwrap();
    let set = page.headers()["set-cookie"].to_str().unwrap().to_string();
    set.split(';').next().unwrap().to_string()
}

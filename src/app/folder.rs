//! A data folder in use: one program has it, everything in it is its owner's alone, and whoever asks is told where
//! its server is reached.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::address::PublicUrl;

const LOCK: &str = "salon.lock";
const SERVING: &str = "serving.json";

/// What a running server says of itself to commands beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Serving {
    pid: u32,
    listens: String,
    public_url: String,
}

/// A data folder that this program has, until it is dropped or the program ends, however it ends.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    _lock: Option<File>,
}

impl Folder {
    /// Makes the folder if there is none, and takes it; refused while another program has it.
    pub fn take(dir: &Path) -> anyhow::Result<Self> {
        make(dir)?;
        let path = dir.join(LOCK);
        let file = private_file(&path, false).with_context(|| {
            format!(
                "cannot write {}; is the data folder writable? Choose another with --data-dir",
                path.display()
            )
        })?;
        let lock = match patiently(&file) {
            Ok(()) => Some(file),
            Err(TryLockError::WouldBlock) => bail!("{}", taken(dir)),
            // Some network file systems have no locks. The log is fenced all the same.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "{} cannot be locked; see to it that no other program uses this folder", path.display());
                None
            }
        };
        Ok(Self {
            dir: dir.to_path_buf(),
            _lock: lock,
        })
    }

    /// Says where the server is, for `salon sign-in` and the like.
    pub fn says(
        &self,
        listens: std::net::SocketAddr,
        public_url: &PublicUrl,
    ) -> anyhow::Result<()> {
        let serving = Serving {
            pid: std::process::id(),
            listens: listens.to_string(),
            public_url: public_url.to_string(),
        };
        let path = self.dir.join(SERVING);
        let write = || -> std::io::Result<()> {
            // Written aside and renamed: whoever reads it meanwhile has all of it.
            let mut aside = tempfile::NamedTempFile::new_in(&self.dir)?;
            serde_json::to_writer(&mut aside, &serving)?;
            aside.flush()?;
            aside.persist(&path)?;
            Ok(())
        };
        write().with_context(|| format!("cannot write {}", path.display()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A file that stays is read by nobody: the lock is free then.
        let _ = fs::remove_file(self.dir.join(SERVING));
    }
}

/// Takes the lock; a command that only looks whether a server runs holds it for a moment.
fn patiently(file: &File) -> Result<(), TryLockError> {
    for _ in 0..5 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            other => return other,
        }
    }
    file.try_lock()
}

/// The address of the server that runs on this folder just now, if one does.
pub fn running(dir: &Path) -> Option<PublicUrl> {
    let lock = File::open(dir.join(LOCK)).ok()?;
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => serving(dir)?.public_url.parse().ok(),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn serving(dir: &Path) -> Option<Serving> {
    let text = fs::read(dir.join(SERVING)).ok()?;
    serde_json::from_slice(&text).ok()
}

fn taken(dir: &Path) -> String {
    let who = serving(dir).map_or_else(
        || "another salon".to_string(),
        |it| format!("another salon (process {}, at {})", it.pid, it.public_url),
    );
    format!(
        "the data folder {} is in use by {who}; stop that one, or choose another folder with --data-dir",
        dir.display()
    )
}

/// Makes the folder, for its owner alone, and withdraws from others what an earlier version let them read.
///
/// A folder that was there keeps its own permissions: someone chose them.
pub fn make(dir: &Path) -> anyhow::Result<()> {
    private_by_default();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(dir).with_context(|| {
        format!(
            "cannot make the data folder {}; choose another with --data-dir",
            dir.display()
        )
    })?;
    for name in [
        "secret.key",
        "salon.db",
        "salon.db-wal",
        "salon.db-shm",
        LOCK,
        SERVING,
        "runs",
    ] {
        let path = dir.join(name);
        if let Err(error) = withdraw(&path) {
            tracing::warn!(%error, "others may be able to read {}", path.display());
        }
    }
    Ok(())
}

/// Whatever this process makes from now on is its owner's alone: SQLite's files, runs, everything.
fn private_by_default() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Takes a file or folder, and what is in it, from group and others.
#[cfg(unix)]
fn withdraw(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if about.is_symlink() {
        return Ok(());
    }
    let mode = about.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))?;
    }
    if about.is_dir() {
        for entry in fs::read_dir(path)? {
            withdraw(&entry?.path())?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn withdraw(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

/// The key beside the database; made on the first start.
pub fn secret_key(dir: &Path) -> anyhow::Result<[u8; 32]> {
    let path = dir.join("secret.key");
    match fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| {
            anyhow::anyhow!(
                "{} is not a key of this program; restore it from your backup",
                path.display()
            )
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key: [u8; 32] = rand::random();
            let written = private_file(&path, true).and_then(|mut file| {
                file.write_all(&key)?;
                file.sync_all()
            });
            written.with_context(|| {
                format!(
                    "cannot write {}; is the data folder writable? Choose another with --data-dir",
                    path.display()
                )
            })?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn private_file(path: &Path, fresh: bool) -> std::io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true);
    if fresh {
        options.create_new(true);
    } else {
        options.create(true).truncate(false);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

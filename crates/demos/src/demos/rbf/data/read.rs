//! Reading data files piece by piece: what is wrong is told with the file and the place in it.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

/// What is wrong with a data file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct DataError {
    /// The file, or the set.
    pub what: String,
    /// The place in the file as it is unpacked, where there is one.
    pub offset: Option<u64>,
    pub why: String,
}

impl DataError {
    pub(super) fn of_set(name: &str, why: String) -> Self {
        Self {
            what: name.to_string(),
            offset: None,
            why,
        }
    }

    pub(super) fn of_file(path: &Path, why: impl Into<String>) -> Self {
        Self::of_set(&path.display().to_string(), why.into())
    }

    pub(super) fn not_there(path: &Path) -> Self {
        Self::of_file(
            path,
            "is neither a folder nor the name of a set inside the program (digits, fashion)",
        )
    }

    pub(super) fn nothing_known(path: &Path) -> Self {
        Self::of_file(
            path,
            "has no data that is known here: neither train-images-idx3-ubyte and its three companions (MNIST, EMNIST and their kin), \
             nor data_batch_1.bin … test_batch.bin (CIFAR-10) or train.bin and test.bin (CIFAR-100), \
             nor folders train and test with a folder of images for each class",
        )
    }
}

/// A file that is read from its beginning, unpacked if it is packed by gzip, with its place known.
pub(super) struct Source {
    what: String,
    reader: Box<dyn Read>,
    at: u64,
}

impl Source {
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let file = File::open(path)
            .map_err(|error| DataError::of_file(path, format!("cannot be opened: {error}")))?;
        let reader = BufReader::with_capacity(64 * 1024, file);
        let is_packed = path.extension().is_some_and(|end| end == "gz");
        Ok(Self {
            what: path.display().to_string(),
            reader: if is_packed {
                Box::new(MultiGzDecoder::new(reader))
            } else {
                Box::new(reader)
            },
            at: 0,
        })
    }

    /// Bytes that are inside the program.
    pub fn packed(what: &str, bytes: &'static [u8]) -> Self {
        Self {
            what: what.to_string(),
            reader: Box::new(MultiGzDecoder::new(bytes)),
            at: 0,
        }
    }

    /// What is wrong here, or at an earlier place.
    pub fn fault(&self, offset: u64, why: impl AsRef<str>) -> DataError {
        DataError {
            what: self.what.clone(),
            offset: Some(offset),
            why: format!("at byte {offset}: {}", why.as_ref()),
        }
    }

    pub fn at(&self) -> u64 {
        self.at
    }

    /// Fills the buffer; `needed` says what for.
    pub fn fill(&mut self, buffer: &mut [u8], needed: &str) -> Result<(), DataError> {
        let mut done = 0;
        while done < buffer.len() {
            match self.reader.read(&mut buffer[done..]) {
                Ok(0) => {
                    let left = buffer.len() - done;
                    let end = self.at + done as u64;
                    return Err(self.fault(
                        end,
                        format!("the file ends; {left} more bytes of {needed} should follow"),
                    ));
                }
                Ok(n) => done += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let end = self.at + done as u64;
                    return Err(self.fault(end, format!("cannot be read: {error}")));
                }
            }
        }
        self.at += done as u64;
        Ok(())
    }

    pub fn number(&mut self, needed: &str) -> Result<u32, DataError> {
        let mut four = [0; 4];
        self.fill(&mut four, needed)?;
        Ok(u32::from_be_bytes(four))
    }

    /// Fills the buffer, or says that the file ends right here.
    pub fn fill_or_end(&mut self, buffer: &mut [u8], needed: &str) -> Result<bool, DataError> {
        let (first, rest) = buffer.split_at_mut(1);
        if self.is_over(first)? {
            return Ok(false);
        }
        self.fill(rest, needed)?;
        Ok(true)
    }

    /// Refuses whatever comes after the end that the header told.
    pub fn end(&mut self) -> Result<(), DataError> {
        let at = self.at;
        if self.is_over(&mut [0])? {
            return Ok(());
        }
        Err(self.fault(at, "the data should end here, by its header, but goes on"))
    }

    fn is_over(&mut self, one: &mut [u8]) -> Result<bool, DataError> {
        loop {
            match self.reader.read(one) {
                Ok(0) => return Ok(true),
                Ok(_) => {
                    self.at += 1;
                    return Ok(false);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let at = self.at;
                    return Err(self.fault(at, format!("cannot be read: {error}")));
                }
            }
        }
    }
}

/// The file of this name in a folder, as it is or packed.
pub(super) fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    [name.to_string(), format!("{name}.gz")]
        .into_iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

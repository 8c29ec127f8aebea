//! Finds the executables of an image again, as tools that run it would.

use std::io::{self, Read};

use flate2::read::GzDecoder;
use serde_json::Value;
use tar::Archive;

use crate::{blobs, document};

/// An image, as far as it leads to executables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageExecutables {
    /// `sha256:…` of each image in the layout.
    pub digests: Vec<String>,
    /// The entry points, in the order of the layout's documents.
    pub executables: Vec<ImageExecutable>,
}

/// An entry point of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageExecutable {
    /// The architecture as images call it: `amd64`.
    pub architecture: String,
    /// The path in the image.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why an image leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file is not there, or cannot be read.
    #[error("`{path}`: {error}")]
    File {
        /// Its path in the layout.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A blob has another digest than its name says.
    #[error("`{0}` is damaged")]
    Damaged(String),
    /// A document is not what it has to be.
    #[error("`{path}` has no {what}")]
    Document {
        /// Its path in the layout.
        path: String,
        /// What it lacks.
        what: &'static str,
    },
}

/// The files of the archive in `bytes`, for [`executables`].
///
/// # Errors
///
/// If it is no archive.
pub fn archive_files(bytes: &[u8]) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in Archive::new(bytes).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let mut contents = Vec::new();
        entry.read_to_end(&mut contents)?;
        files.push((path.trim_start_matches("./").to_owned(), contents));
    }
    Ok(files)
}

/// The executables of the image layout whose files `read` reads, by their paths.
///
/// # Errors
///
/// If the layout is damaged, or an image has no entry point in its layers.
pub fn executables(read: &dyn Fn(&str) -> io::Result<Vec<u8>>) -> Result<ImageExecutables, ReadError> {
    let index = Document::read(read, "index.json".to_owned())?;
    let mut found = ImageExecutables { digests: Vec::new(), executables: Vec::new() };
    for image in index.list("manifests")? {
        let image = Document::blob(read, index.digest(image)?)?;
        found.digests.push(image.path.replace("blobs/", "").replace('/', ":"));
        let is_index = image.value["manifests"].is_array();
        let manifests = match is_index {
            true => image
                .list("manifests")?
                .iter()
                .map(|manifest| Document::blob(read, image.digest(manifest)?))
                .collect::<Result<Vec<_>, _>>()?,
            false => vec![image],
        };
        for manifest in manifests {
            found.executables.push(executable(read, &manifest)?);
        }
    }
    Ok(found)
}

/// The entry point of the image with this manifest.
fn executable(read: &dyn Fn(&str) -> io::Result<Vec<u8>>, manifest: &Document) -> Result<ImageExecutable, ReadError> {
    let config = Document::blob(read, manifest.digest(&manifest.value["config"])?)?;
    let path = config.value["config"]["Entrypoint"][0].as_str().ok_or_else(|| config.lacks("entry point"))?;
    // A later layer is on top.
    for layer in manifest.list("layers")?.iter().rev() {
        let (name, bytes) = blob(read, manifest.digest(layer)?)?;
        let unreadable = |error| ReadError::File { path: name.clone(), error };
        let archive = match layer["mediaType"] == document::LAYER {
            true => {
                let mut archive = Vec::new();
                GzDecoder::new(bytes.as_slice()).read_to_end(&mut archive).map_err(unreadable)?;
                archive
            }
            false => bytes,
        };
        let files = archive_files(&archive).map_err(unreadable)?;
        if let Some((_, bytes)) = files.into_iter().find(|(file, _)| *file == path.trim_start_matches('/')) {
            let architecture = config.value["architecture"].as_str().unwrap_or_default().to_owned();
            return Ok(ImageExecutable { architecture, path: path.to_owned(), bytes });
        }
    }
    Err(manifest.lacks("layer with the entry point"))
}

/// A JSON document, and its path in the layout.
struct Document {
    path: String,
    value: Value,
}

impl Document {
    fn read(read: &dyn Fn(&str) -> io::Result<Vec<u8>>, path: String) -> Result<Document, ReadError> {
        let bytes = read(&path).map_err(|error| ReadError::File { path: path.clone(), error })?;
        Document::parse(path, &bytes)
    }

    fn blob(read: &dyn Fn(&str) -> io::Result<Vec<u8>>, digest: &str) -> Result<Document, ReadError> {
        let (path, bytes) = blob(read, digest)?;
        Document::parse(path, &bytes)
    }

    fn parse(path: String, bytes: &[u8]) -> Result<Document, ReadError> {
        match serde_json::from_slice(bytes) {
            Ok(value) => Ok(Document { path, value }),
            Err(_) => Err(ReadError::Document { path, what: "JSON in it" }),
        }
    }

    fn list(&self, key: &'static str) -> Result<&[Value], ReadError> {
        self.value[key].as_array().map(Vec::as_slice).ok_or_else(|| self.lacks(key))
    }

    fn digest<'v>(&self, descriptor: &'v Value) -> Result<&'v str, ReadError> {
        descriptor["digest"].as_str().ok_or_else(|| self.lacks("digest of what it refers to"))
    }

    fn lacks(&self, what: &'static str) -> ReadError {
        ReadError::Document { path: self.path.clone(), what }
    }
}

/// The path and the bytes of the blob with this digest.
fn blob(read: &dyn Fn(&str) -> io::Result<Vec<u8>>, digest: &str) -> Result<(String, Vec<u8>), ReadError> {
    let path = blobs::path(digest);
    let bytes = read(&path).map_err(|error| ReadError::File { path: path.clone(), error })?;
    if blobs::digest(&bytes) == digest { Ok((path, bytes)) } else { Err(ReadError::Damaged(path)) }
}

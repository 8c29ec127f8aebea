//! Executables become an OCI image (OCI image specification 1.1), whole in memory; and are found in it again.
//!
//! Data in: an executable for each architecture, and what is to be said about them ([`Contents`]). Data out: an [`Image`],
//! the files of an image layout, which is written as a directory or as one archive.
//!
//! ```text
//! oci-layout                       the layout's version
//! index.json                       the image: its tag and its digest, a manifest or an index
//! blobs/sha256/…   index           where there are several architectures: a manifest for each
//!                  manifest        config and layer
//!                  config          entry point, working directory, ports, labels        document.rs
//!                  layer           a compressed tar archive: /bin/NAME, directories     layer.rs
//! ```
//!
//! There is nothing below the one layer (`FROM scratch`): an executable needs no file beside it.
//!
//! Invariants: equal contents give equal bytes, since there are no times but [`Contents::created`], no owners but root, and
//! everything has an order; an image holds one executable for each architecture.
//!
//! Deliberately absent: registries, signatures, changing images, and the file system.

#![forbid(unsafe_code)]

mod blobs;
mod document;
mod layer;
mod read;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use wasmelt_targets::{Architecture, Target};

use blobs::Blobs;
use document::{Config, Descriptor, Index, Manifest};

pub use layer::mount_point;
pub use read::{ImageExecutable, ImageExecutables, ReadError, archive_files, executables};

/// The tag of every image.
pub const TAG: &str = "latest";

/// What an image is made of.
#[derive(Clone, Debug)]
pub struct Contents<'a> {
    /// The executable's name in its directory, and the image's title.
    pub name: &'a str,
    /// One for each architecture.
    pub programs: &'a [Program<'a>],
    /// What is said about the image, beside its title and its targets.
    pub labels: BTreeMap<String, String>,
    /// Directories that are there, empty, so that others can be mounted in their places; without a slash in front.
    pub directories: BTreeSet<String>,
    /// Ports that the program listens on: `8080/tcp`.
    pub ports: BTreeSet<String>,
    /// When the image was made, in seconds since 1970; unless this is given, it does not say.
    pub created: Option<u32>,
}

/// An executable of an image.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// What it runs on.
    pub target: Target,
    /// Its bytes.
    pub executable: &'a [u8],
}

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// Nothing says which of two executables for one architecture is to be run.
    #[error("an image holds one executable for each architecture, and two are for {0}")]
    Ambiguous(Architecture),
    /// A part does not fit into its format.
    #[error("the image's layer cannot be made: {0}")]
    Layer(#[from] io::Error),
}

/// An image: the files of its layout, by their paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    files: BTreeMap<String, Vec<u8>>,
    digest: String,
    created: Option<u32>,
}

impl Image {
    /// The image of `contents`.
    ///
    /// # Errors
    ///
    /// If two programs are for one architecture, or the layer cannot be made.
    pub fn new(contents: &Contents<'_>) -> Result<Image, ImageError> {
        let mut architectures = BTreeSet::new();
        if let Some(twice) = contents.programs.iter().find(|it| !architectures.insert(it.target.architecture)) {
            return Err(ImageError::Ambiguous(twice.target.architecture));
        }
        let mut blobs = Blobs::default();
        let mut programs: Vec<_> = contents.programs.iter().collect();
        programs.sort_by_key(|program| program.target.architecture);
        let manifests = programs.into_iter().map(|program| manifest(contents, program, &mut blobs));
        let image = match <[Descriptor; 1]>::try_from(manifests.collect::<Result<Vec<_>, _>>()?) {
            Ok([manifest]) => manifest,
            Err(manifests) => blobs.add_document(document::INDEX, &Index::of(manifests, annotations(contents))),
        };
        let digest = image.digest.clone();
        let mut files = blobs.into_files();
        files.insert("oci-layout".to_owned(), document::LAYOUT.into());
        files.insert("index.json".to_owned(), document::to_bytes(&Index::of(vec![image.tagged(TAG)], BTreeMap::new())));
        Ok(Image { files, digest, created: contents.created })
    }

    /// The files of the layout, by their paths in its directory.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// `sha256:…`: what a registry calls the image.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Bytes of all files.
    pub fn size(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// The layout as one archive, which tools call an OCI archive.
    ///
    /// # Errors
    ///
    /// If a file is too large for an archive.
    pub fn to_archive(&self) -> Result<Vec<u8>, ImageError> {
        let directories = BTreeSet::from(["blobs".to_owned(), "blobs/sha256".to_owned()]);
        let files = self.files().map(|(path, bytes)| (path, bytes, layer::PLAIN));
        Ok(layer::archive(&directories, files, self.created)?)
    }
}

/// Adds the manifest for `program`, and what it refers to.
fn manifest(contents: &Contents<'_>, program: &Program<'_>, blobs: &mut Blobs) -> Result<Descriptor, ImageError> {
    let archive = layer::of_program(contents, program.executable)?;
    let diff_id = blobs::digest(&archive);
    let layer = blobs.add(document::LAYER, layer::compress(&archive)?);
    let config = blobs.add_document(document::CONFIG, &Config::of(contents, program, diff_id));
    let manifest = Manifest::of(config, layer, annotations(contents));
    Ok(blobs.add_document(document::MANIFEST, &manifest).on(program.target.architecture))
}

/// What is said of the image as a whole.
fn annotations(contents: &Contents<'_>) -> BTreeMap<String, String> {
    let mut annotations = contents.labels.clone();
    annotations.insert("org.opencontainers.image.title".to_owned(), contents.name.to_owned());
    if let Some(created) = contents.created {
        annotations.insert("org.opencontainers.image.created".to_owned(), document::time(created));
    }
    annotations
}

#[cfg(test)]
mod tests;

//! Blobs: bytes that are found by their digest.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::document::{self, Descriptor};

/// The blobs of an image.
#[derive(Debug, Default)]
pub(crate) struct Blobs(BTreeMap<String, Vec<u8>>);

impl Blobs {
    /// Adds `bytes`, and says how they are referred to.
    pub(crate) fn add(&mut self, media_type: &'static str, bytes: Vec<u8>) -> Descriptor {
        let digest = digest(&bytes);
        // Lossless: usize has at most 64 bits.
        let descriptor = Descriptor::of(media_type, digest.clone(), bytes.len() as u64);
        self.0.insert(digest, bytes);
        descriptor
    }

    /// Adds `document` as JSON.
    pub(crate) fn add_document(&mut self, media_type: &'static str, document: &impl Serialize) -> Descriptor {
        self.add(media_type, document::to_bytes(document))
    }

    /// The files of the blobs.
    pub(crate) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.0.into_iter().map(|(digest, bytes)| (path(&digest), bytes)).collect()
    }
}

/// Where the blob with this digest is.
pub(crate) fn path(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

/// `sha256:…`
pub(crate) fn digest(bytes: &[u8]) -> String {
    let hexadecimal: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hexadecimal}")
}

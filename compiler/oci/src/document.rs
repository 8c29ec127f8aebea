//! The JSON documents of an image (OCI image specification 1.1: "Image Index", "Image Manifest", "Image Configuration",
//! "Image Layout"), as far as they are used here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use wasmelt_targets::Architecture;

use crate::{Contents, Program, layer};

pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// The file `oci-layout`.
pub(crate) const LAYOUT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// The version of the schemas of manifests and indices.
const SCHEMA_VERSION: u32 = 2;

/// Where the program is when it starts; relative paths of granted directories count from here.
const WORKING_DIRECTORY: &str = "/";

/// How a document refers to a blob.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    media_type: &'static str,
    pub(crate) digest: String,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<Platform>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

/// What runs an image.
#[derive(Clone, Copy, Debug, Serialize)]
struct Platform {
    architecture: &'static str,
    os: &'static str,
}

impl Descriptor {
    pub(crate) fn of(media_type: &'static str, digest: String, size: u64) -> Descriptor {
        Descriptor { media_type, digest, size, platform: None, annotations: BTreeMap::new() }
    }

    /// The same, for programs on `architecture`.
    pub(crate) fn on(self, architecture: Architecture) -> Descriptor {
        Descriptor { platform: Some(Platform::of(architecture)), ..self }
    }

    /// The same, as the one that is called `tag`.
    pub(crate) fn tagged(mut self, tag: &str) -> Descriptor {
        self.annotations.insert("org.opencontainers.image.ref.name".to_owned(), tag.to_owned());
        self
    }
}

impl Platform {
    /// The names are those of Go's ports.
    fn of(architecture: Architecture) -> Platform {
        let architecture = match architecture {
            Architecture::X86_64 => "amd64",
            Architecture::Aarch64 => "arm64",
        };
        Platform { architecture, os: "linux" }
    }
}

/// Manifests, or other indices.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Index {
    schema_version: u32,
    media_type: &'static str,
    manifests: Vec<Descriptor>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

impl Index {
    pub(crate) fn of(manifests: Vec<Descriptor>, annotations: BTreeMap<String, String>) -> Index {
        Index { schema_version: SCHEMA_VERSION, media_type: INDEX, manifests, annotations }
    }
}

/// An image for one platform.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    schema_version: u32,
    media_type: &'static str,
    config: Descriptor,
    layers: [Descriptor; 1],
    annotations: BTreeMap<String, String>,
}

impl Manifest {
    pub(crate) fn of(config: Descriptor, layer: Descriptor, annotations: BTreeMap<String, String>) -> Manifest {
        Manifest { schema_version: SCHEMA_VERSION, media_type: MANIFEST, config, layers: [layer], annotations }
    }
}

/// How an image is run.
#[derive(Debug, Serialize)]
pub(crate) struct Config {
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(flatten)]
    platform: Platform,
    config: Execution,
    rootfs: RootFileSystem,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Execution {
    entrypoint: [String; 1],
    working_dir: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    exposed_ports: BTreeMap<String, Nothing>,
    labels: BTreeMap<String, String>,
}

/// `{}`: what a set's members are mapped to.
#[derive(Debug, Serialize)]
struct Nothing {}

#[derive(Debug, Serialize)]
struct RootFileSystem {
    r#type: &'static str,
    diff_ids: [String; 1],
}

impl Config {
    /// That of `program`, whose layer has this digest before it is compressed.
    pub(crate) fn of(contents: &Contents<'_>, program: &Program<'_>, diff_id: String) -> Config {
        let mut labels = crate::annotations(contents);
        labels.insert("wasmelt.target".to_owned(), program.target.to_string());
        let exposed = |ports: &BTreeSet<String>| ports.iter().map(|port| (port.clone(), Nothing {})).collect();
        Config {
            created: contents.created.map(time),
            platform: Platform::of(program.target.architecture),
            config: Execution {
                entrypoint: [format!("/{}", layer::executable_path(contents.name))],
                working_dir: WORKING_DIRECTORY,
                exposed_ports: exposed(&contents.ports),
                labels,
            },
            rootfs: RootFileSystem { r#type: "layers", diff_ids: [diff_id] },
        }
    }
}

/// A time as RFC 3339 has it.
pub(crate) fn time(seconds: u32) -> String {
    let time = Timestamp::from_second(seconds.into()).expect("invariant: 32 bits of seconds end in the year 2106");
    time.to_string()
}

/// The document as JSON.
pub(crate) fn to_bytes(document: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(document).expect("invariant: keys are strings")
}

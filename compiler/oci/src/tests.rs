//! Images as a reader of the specification sees them.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::*;

fn contents<'a>(programs: &'a [Program<'a>]) -> Contents<'a> {
    Contents {
        name: "app",
        programs,
        labels: BTreeMap::from([("wasmelt.grants".to_owned(), "reads ./data as /data".to_owned())]),
        directories: ["data", "srv/www"].map(str::to_owned).into(),
        ports: BTreeSet::from(["8080/tcp".to_owned()]),
        created: None,
    }
}

fn programs<'a>() -> [Program<'a>; 2] {
    [("x86_64-linux:x86-64-v3", b"code for amd64".as_slice()), ("aarch64-linux", b"code for arm64")]
        .map(|(target, executable)| Program { target: target.parse().unwrap(), executable })
}

/// The document or blob that `descriptor` refers to, which has to have its digest and its size.
fn blob<'i>(image: &'i Image, descriptor: &Value) -> &'i [u8] {
    let digest = descriptor["digest"].as_str().unwrap();
    let bytes = image.files[&blobs::path(digest)].as_slice();
    assert_eq!((digest, &descriptor["size"]), (blobs::digest(bytes).as_str(), &json!(bytes.len())));
    bytes
}

fn document(image: &Image, descriptor: &Value) -> Value {
    serde_json::from_slice(blob(image, descriptor)).unwrap()
}

fn root(image: &Image) -> Value {
    let index: Value = serde_json::from_slice(&image.files["index.json"]).unwrap();
    let [root] = &index["manifests"].as_array().unwrap()[..] else { panic!("one image") };
    assert_eq!(root["annotations"]["org.opencontainers.image.ref.name"], "latest");
    assert_eq!(root["digest"], image.digest());
    root.clone()
}

/// An entry of an archive.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    path: String,
    mode: u32,
    user: u64,
    group: u64,
    time: u64,
    /// `None` of a directory.
    contents: Option<Vec<u8>>,
}

impl Entry {
    fn new(path: &str, contents: Option<&[u8]>) -> Entry {
        let (path, contents) = (path.to_owned(), contents.map(<[u8]>::to_vec));
        Entry { path, mode: 0o755, user: 0, group: 0, time: 0, contents }
    }
}

fn entries(archive: &[u8]) -> Vec<Entry> {
    let entry = |mut entry: tar::Entry<'_, &[u8]>| {
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let header = entry.header();
        Entry {
            path: entry.path().unwrap().to_string_lossy().into_owned(),
            mode: header.mode().unwrap(),
            user: header.uid().unwrap(),
            group: header.gid().unwrap(),
            time: header.mtime().unwrap(),
            contents: header.entry_type().is_file().then_some(bytes),
        }
    };
    tar::Archive::new(archive).entries().unwrap().map(|found| entry(found.unwrap())).collect()
}

#[test]
fn an_index_leads_to_an_executable_for_each_architecture() {
    let programs = programs();
    let image = Image::new(&contents(&programs)).unwrap();
    let root = root(&image);
    assert_eq!(root["mediaType"], "application/vnd.oci.image.index.v1+json");
    let index = document(&image, &root);
    let mut architectures = Vec::new();
    for descriptor in index["manifests"].as_array().unwrap() {
        let manifest = document(&image, descriptor);
        assert_eq!(descriptor["platform"]["os"], "linux");
        assert_eq!(manifest["annotations"]["org.opencontainers.image.title"], "app");
        let config = document(&image, &manifest["config"]);
        assert_eq!(config["architecture"], descriptor["platform"]["architecture"]);
        let mut layer = Vec::new();
        GzDecoder::new(blob(&image, &manifest["layers"][0])).read_to_end(&mut layer).unwrap();
        assert_eq!(config["rootfs"]["diff_ids"], json!([blobs::digest(&layer)]));
        let architecture = config["architecture"].as_str().unwrap().to_owned();
        let code = format!("code for {architecture}").into_bytes();
        let directories = ["bin/", "data/", "srv/", "srv/www/"].map(|path| Entry::new(path, None));
        let expected: Vec<_> = directories.into_iter().chain([Entry::new("bin/app", Some(&code))]).collect();
        assert_eq!(entries(&layer), expected);
        architectures.push(architecture);
    }
    assert_eq!(architectures, ["amd64", "arm64"]);
    assert_eq!(Image::new(&contents(&[programs[1], programs[0]])).unwrap(), image, "the order makes no difference");
}

#[test]
fn the_configuration_says_how_to_run_the_program() {
    let programs = programs();
    let image = Image::new(&contents(&programs[..1])).unwrap();
    let root = root(&image);
    assert_eq!(root["mediaType"], "application/vnd.oci.image.manifest.v1+json");
    let mut config = document(&image, &document(&image, &root)["config"]);
    config.as_object_mut().unwrap().remove("rootfs");
    let expected = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Entrypoint": ["/bin/app"],
            "WorkingDir": "/",
            "ExposedPorts": { "8080/tcp": {} },
            "Labels": {
                "org.opencontainers.image.title": "app",
                "wasmelt.grants": "reads ./data as /data",
                "wasmelt.target": "x86_64-linux:x86-64-v3",
            },
        },
    });
    assert_eq!(config, expected);
}

#[test]
fn an_image_is_as_old_as_it_is_told() {
    let programs = programs();
    let dated = Contents { created: Some(1_700_000_000), ..contents(&programs[..1]) };
    let image = Image::new(&dated).unwrap();
    let manifest = document(&image, &root(&image));
    let config = document(&image, &manifest["config"]);
    assert_eq!(config["created"], "2023-11-14T22:13:20Z");
    assert_eq!(manifest["annotations"]["org.opencontainers.image.created"], config["created"]);
    let archive = entries(&image.to_archive().unwrap());
    assert!(archive.iter().all(|entry| entry.time == 1_700_000_000));
    assert_eq!(Image::new(&dated).unwrap(), image);
}

#[test]
fn an_archive_holds_the_files_of_the_layout() {
    let programs = programs();
    let image = Image::new(&contents(&programs)).unwrap();
    let entries = entries(&image.to_archive().unwrap());
    let files: BTreeMap<_, _> = entries.into_iter().filter_map(|entry| Some((entry.path, entry.contents?))).collect();
    assert_eq!(files, image.files);
    assert_eq!(files["oci-layout"], br#"{"imageLayoutVersion":"1.0.0"}"#);
}

#[test]
fn executables_are_found_again() {
    let programs = programs();
    for programs in [&programs[..], &programs[1..]] {
        let image = Image::new(&contents(programs)).unwrap();
        let files: BTreeMap<_, _> = archive_files(&image.to_archive().unwrap()).unwrap().into_iter().collect();
        let read = |path: &str| files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound));
        let found = executables(&read).unwrap();
        assert_eq!(found.digests, [image.digest()]);
        assert!(found.executables.iter().all(|executable| executable.path == "/bin/app"));
        let bytes: Vec<_> = found.executables.iter().map(|executable| executable.bytes.as_slice()).collect();
        assert_eq!(bytes, programs.iter().map(|program| program.executable).collect::<Vec<_>>());
    }
}

#[test]
fn a_damaged_image_is_refused() {
    let programs = programs();
    let image = Image::new(&contents(&programs)).unwrap();
    let changed = |wanted: &str| {
        let read = |path: &str| match image.files.get(path) {
            Some(bytes) if path == wanted => Ok([bytes, b" ".as_slice()].concat()),
            Some(bytes) => Ok(bytes.clone()),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        executables(&read)
    };
    for path in image.files.keys().filter(|path| path.starts_with("blobs/")) {
        assert!(matches!(changed(path), Err(ReadError::Damaged(damaged)) if damaged == *path));
    }
    let nothing = executables(&|_| Err(io::ErrorKind::NotFound.into()));
    assert!(matches!(nothing, Err(ReadError::File { path, .. }) if path == "index.json"));
}

#[test]
fn two_executables_for_one_architecture_are_refused() {
    let [program, _] = programs();
    let baseline = Program { target: "x86_64-linux".parse().unwrap(), ..program };
    let error = Image::new(&contents(&[program, baseline])).unwrap_err();
    assert!(matches!(error, ImageError::Ambiguous(Architecture::X86_64)));
}

#[test]
fn directories_are_mounted_below_the_root() {
    for (host, expected) in [
        ("data", Some("data")),
        ("./a/../b/", Some("b")),
        ("../../etc", Some("etc")),
        ("/srv/www", Some("srv/www")),
        (".", None),
        ("/", None),
    ] {
        assert_eq!(mount_point(host).as_deref(), expected, "{host}");
    }
}

//! `wasmelt build --emit oci`: images, as container tools see them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use wasmelt_targets::{Architecture, Target};

use crate::support::{Finished, Project, targets_to_build};

/// The targets' names, each behind `--target`.
fn targets() -> Vec<String> {
    targets_to_build().iter().flat_map(|target| ["--target".to_owned(), target.to_string()]).collect()
}

fn build(project: &Project, arguments: &[&str]) -> Finished {
    let targets = targets();
    let line: Vec<&str> = ["build", "--emit", "oci"].into_iter().chain(targets.iter().map(String::as_str)).collect();
    project.wasmelt(&[&line[..], arguments].concat())
}

/// Paths below `directory` and contents of all files there.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let name = PathBuf::from(entry.file_name());
        if entry.path().is_dir() {
            found.extend(files(&entry.path()).into_iter().map(|(path, bytes)| (name.join(path), bytes)));
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

/// The document that `descriptor` refers to.
fn document(layout: &Path, descriptor: &Value) -> Value {
    let digest = descriptor["digest"].as_str().unwrap().replace(':', "/");
    serde_json::from_slice(&fs::read(layout.join("blobs").join(digest)).unwrap()).unwrap()
}

#[test]
fn one_image_holds_the_executables_for_all_targets() {
    let project = Project::new(&["read.wat", "serve.wat"]);
    let grants = ["--dir", "./data::/data:ro", "--allow-listen=127.0.0.1:8080"];
    let line = [&["read.wat", "serve.wat", "-o", "dist", "--message-format", "json"], &grants[..]].concat();
    let told = build(&project, &line).succeeded().stdout;
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((told.len(), &told[2]["built"]), (3, &json!(2)));
    let layout = project.path("dist/read.oci");
    let index: Value = serde_json::from_slice(&fs::read(layout.join("index.json")).unwrap()).unwrap();
    let root = &index["manifests"][0];
    let image = told.iter().find(|one| one["module"] == "read.wat").unwrap();
    assert_eq!((&image["reason"], &image["digest"]), (&json!("image"), &root["digest"]));
    assert_eq!(image["bytes"], files(&layout).values().map(Vec::len).sum::<usize>());

    let targets = targets_to_build();
    let manifests = match targets.len() {
        1 => vec![root.clone()],
        _ => document(&layout, root)["manifests"].as_array().unwrap().clone(),
    };
    assert_eq!(manifests.len(), targets.len());
    for manifest in manifests {
        let config = document(&layout, &document(&layout, &manifest)["config"]);
        let (config, labels) = (&config["config"], &config["config"]["Labels"]);
        assert_eq!(config["Entrypoint"], json!(["/bin/read"]));
        assert_eq!(config["ExposedPorts"], json!({ "8080/tcp": {} }));
        assert_eq!(labels["wasmelt.wasm.sha256"].as_str().unwrap().len(), 64);
        let grants = labels["wasmelt.grants"].as_str().unwrap();
        assert!(grants.contains("reads ./data as /data"), "{grants}");
    }
}

#[test]
fn equal_builds_give_equal_images() {
    let projects = [Project::new(&["functions.wat"]), Project::new(&["functions.wat"])];
    let images = [("-j1", &projects[0]), ("-j4", &projects[1])].map(|(threads, project)| {
        build(project, &["functions.wat", threads]).succeeded();
        build(project, &["functions.wat", threads, "-o", "image.tar", "--no-cache"]).succeeded();
        (files(&project.path("functions.oci")), fs::read(project.path("image.tar")).unwrap())
    });
    assert!(images[0] == images[1]);
}

#[test]
fn images_bear_the_time_that_the_environment_says() {
    let project = Project::new(&["hello.wat"]);
    let build = |time: &str| {
        let mut command = project.command(&["build", "hello.wat", "--emit", "oci", "-o", "image"]);
        Finished::of(command.env("SOURCE_DATE_EPOCH", time))
    };
    build("yesterday").failed_with(&["E0202"]);
    build("1700000000").succeeded();
    let found = files(&project.path("image"));
    let dated = |text: &[u8]| String::from_utf8_lossy(text).contains("2023-11-14T22:13:20Z");
    assert!(found.values().any(|bytes| dated(bytes)));
    // An image that is there is replaced.
    build("0").succeeded();
    assert!(!files(&project.path("image")).values().any(|bytes| dated(bytes)));
    assert_eq!(project.files(), ["hello.wat", "image"]);
}

#[test]
fn images_can_be_inspected() {
    let project = Project::new(&["read.wat"]);
    for output in ["image", "image.tar"] {
        build(&project, &["read.wat", "-o", output, "--dir", "./data::/data:ro"]).succeeded();
        let text = project.wasmelt(&["inspect", output]).succeeded().stdout;
        assert!(text.contains("/bin/read for ") && text.contains("reads ./data as /data"), "{text}");
        let json: Value =
            serde_json::from_str(&project.wasmelt(&["inspect", output, "--json"]).succeeded().stdout).unwrap();
        assert!(json["digests"][0].as_str().unwrap().starts_with("sha256:"));
        let found: Vec<_> = json["executables"].as_array().unwrap().iter().map(|it| it["target"].clone()).collect();
        let expected: Vec<_> = targets_to_build().iter().map(|target| json!(target.platform())).collect();
        assert_eq!(found, expected);
    }
    fs::remove_file(project.path("image/index.json")).unwrap();
    project.wasmelt(&["inspect", "image"]).failed_with(&["E0301"]);
    project.write("other.tar", b"no archive");
    project.wasmelt(&["inspect", "other.tar"]).failed_with(&["E0301"]);
}

#[test]
fn nothing_but_an_image_is_replaced() {
    let project = Project::new(&["hello.wat", "invalid.wat"]);
    fs::create_dir(project.path("hello.oci")).unwrap();
    project.write("hello.oci/mine", b"mine");
    build(&project, &["hello.wat"]).failed_with(&["E0302"]);
    assert_eq!(fs::read(project.path("hello.oci/mine")).unwrap(), b"mine");
    build(&project, &["invalid.wat", "-o", "image"]).failed_with(&["E0103", "E0103"]);
    assert_eq!(project.files(), ["hello.oci", "hello.wat", "invalid.wat"]);
}

#[test]
fn an_architecture_has_one_executable() {
    let project = Project::new(&["hello.wat"]);
    let line =
        ["build", "hello.wat", "--emit", "oci", "--target", "x86_64-linux", "--target", "x86_64-linux:x86-64-v3"];
    project.wasmelt(&line).failed_with(&["E0202"]);
    assert_eq!(project.files(), ["hello.wat"]);
}

#[test]
fn a_project_says_which_modules_become_images() {
    let project = Project::new(&["hello.wat", "exit.wat"]);
    let modules =
        "[[module]]\npath = \"hello.wat\"\nname = \"greet\"\nemit = \"oci\"\n[[module]]\npath = \"exit.wat\"\n";
    project.write("wasmelt.toml", format!("output = \"dist\"\n{modules}").as_bytes());
    project.wasmelt(&["build"]).succeeded();
    assert!(project.path("dist/greet.oci/oci-layout").is_file() && project.path("dist/exit").is_file());
    project.write("wasmelt.toml", format!("emit = \"ocy\"\n{modules}").as_bytes());
    let refused = project.wasmelt(&["build"]).failed_with(&["E0205"]);
    assert!(refused.stderr.contains("exe, obj, clif, asm, oci"), "{}", refused.stderr);
}

#[test]
fn builds_that_are_killed_leave_whole_images() {
    let project = Project::new(&["functions.wat"]);
    build(&project, &["functions.wat", "-o", "expected"]).succeeded();
    let expected = files(&project.path("expected"));
    let image = project.path("image");
    for milliseconds in 0..30 {
        let targets = targets();
        let mut command = project.command(&["build", "functions.wat", "--emit", "oci", "-o", "image"]);
        let mut build = command.args(&targets).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(milliseconds));
        build.kill().unwrap();
        build.wait().unwrap();
        assert!(!image.exists() || files(&image) == expected, "after {milliseconds} ms");
    }
    build(&project, &["functions.wat", "-o", "image"]).succeeded();
    assert!(files(&image) == expected);
}

/// What is to be done with images: copying, unpacking and running.
struct Tools {
    skopeo: PathBuf,
    umoci: PathBuf,
    runc: PathBuf,
}

impl Tools {
    fn find() -> Option<Tools> {
        let find = |name| wasmelt_testing::require_tool(&[name], "it handles container images");
        Some(Tools { skopeo: find("skopeo")?, umoci: find("umoci")?, runc: find("runc")? })
    }

    /// Copies the image at `from` for an architecture, as skopeo names both; unpacks it to a bundle, and says where.
    fn unpack(&self, project: &Project, from: &str, architecture: &str) -> PathBuf {
        let copy = format!("oci:copy-{architecture}:latest");
        let mut skopeo = project.other_command(&self.skopeo);
        skopeo.args(["--override-arch", architecture, "copy", "--insecure-policy", from, &copy]);
        Finished::of(&mut skopeo).succeeded();
        let bundle = format!("bundle-{architecture}");
        let mut umoci = project.other_command(&self.umoci);
        umoci.args(["unpack", "--rootless", "--image", &format!("copy-{architecture}:latest"), &bundle]);
        Finished::of(&mut umoci).succeeded();
        project.path(&bundle)
    }

    /// `runc run` of `bundle` without a terminal, without any capability and without a place to write to, after `change` has
    /// changed its configuration.
    fn run(&self, project: &Project, bundle: &Path, change: impl FnOnce(&mut Value)) -> Finished {
        let config = bundle.join("config.json");
        let mut document: Value = serde_json::from_slice(&fs::read(&config).unwrap()).unwrap();
        document["process"]["terminal"] = json!(false);
        document["process"]["capabilities"] = json!({});
        document["root"]["readonly"] = json!(true);
        change(&mut document);
        fs::write(config, document.to_string()).unwrap();
        let mut runc = project.other_command(&self.runc);
        let state = project.path("state");
        runc.arg("--root").arg(state).args(["run", "--bundle"]).arg(bundle);
        runc.arg(format!("wasmelt-test-{}-{}", std::process::id(), bundle.file_name().unwrap().display()));
        Finished::of(&mut runc)
    }
}

/// What images call a target's architecture.
fn architecture(target: &Target) -> &'static str {
    match target.architecture {
        Architecture::X86_64 => "amd64",
        Architecture::Aarch64 => "arm64",
    }
}

#[test]
fn tools_load_images_and_run_them() {
    let Some(tools) = Tools::find() else { return };
    let project = Project::new(&["arguments.wat"]);
    for (output, transport) in [("image", "oci:image:latest"), ("image.tar", "oci-archive:image.tar:latest")] {
        build(&project, &["arguments.wat", "--allow-args", "-o", output]).succeeded();
        for target in targets_to_build() {
            let architecture = architecture(&target);
            let bundle = tools.unpack(&project, transport, architecture);
            let executable = fs::read(bundle.join("rootfs/bin/arguments")).unwrap();
            project.wasmelt(&["build", "arguments.wat", "--allow-args", "--target", &target.to_string()]).succeeded();
            assert_eq!(executable, fs::read(project.path("arguments")).unwrap(), "{target} in {output}");
            if Architecture::host() == Some(target.architecture) {
                let ran = tools.run(&project, &bundle, |config| {
                    config["process"]["args"].as_array_mut().unwrap().extend([json!("one"), json!("two")]);
                });
                assert_eq!(ran.succeeded().stdout, "arguments.wat\0one\0two\0");
            }
            for copy in [bundle, project.path(&format!("copy-{architecture}"))] {
                fs::remove_dir_all(copy).unwrap();
            }
        }
    }
}

#[test]
fn granted_directories_are_mounted_as_volumes() {
    let Some(tools) = Tools::find() else { return };
    let Some(host) = targets_to_build().into_iter().find(|target| Architecture::host() == Some(target.architecture))
    else {
        return;
    };
    let project = Project::new(&["read.wat"]);
    build(&project, &["read.wat", "--dir", "./data::/data:ro", "-o", "image"]).succeeded();
    let bundle = tools.unpack(&project, "oci:image:latest", architecture(&host));
    fs::create_dir(project.path("volume")).unwrap();
    project.write("volume/data.txt", b"from the volume");
    let ran = tools.run(&project, &bundle, |config| {
        let mount = json!({
            "destination": "/data",
            "type": "bind",
            "source": project.path("volume"),
            "options": ["rbind", "ro"],
        });
        config["mounts"].as_array_mut().unwrap().push(mount);
    });
    assert_eq!(ran.succeeded().stdout, "from the volume");
}

//! Programs that run a program in a container. They get our own executable, which needs nothing else, in a root folder of
//! its own; no image comes from a registry.
//!
//! ```text
//! FOLDER/bundle-FORM/config.json    for crun and runc (OCI runtime specification 1.0.2, "Configuration")
//!                   /rootfs/app     the executable
//!                   /rootfs/proc    where `/proc` is mounted; and `/dev`
//! ```

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rustix::process::{getegid, geteuid};
use serde_json::{Value, json};

use super::{Form, Prepared, Workshop, attempt};
use crate::startup::CommandLine;

/// The executable's path in its container.
const APP: &str = "/app";

/// New namespaces of every kind, a read-only root, and no daemon.
pub(super) fn bubblewrap(shop: &Workshop<'_>, program: &Path) -> Prepared {
    vec![shop.candidate(
        "bubblewrap",
        program,
        |form| app(shop, form),
        |form| {
            let root = root(shop, form)?;
            let line = CommandLine::new(program).with(["--unshare-all", "--die-with-parent", "--ro-bind"]);
            Ok(line.with([root]).with(["/", APP]).with(shop.arguments))
        },
    )]
}

/// The bundle.
pub(super) fn crun(shop: &Workshop<'_>, program: &Path) -> Prepared {
    oci(shop, program, "crun")
}

/// The same bundle.
pub(super) fn runc(shop: &Workshop<'_>, program: &Path) -> Prepared {
    oci(shop, program, "runc")
}

/// The root folder as it is.
pub(super) fn podman(shop: &Workshop<'_>, program: &Path) -> Prepared {
    vec![shop.candidate(
        "podman",
        program,
        |form| app(shop, form),
        |form| {
            let root = root(shop, form)?;
            let line =
                CommandLine::new(program).with(["run", "--rm", "--network=none", "--rootfs"]).with([root, APP.into()]);
            Ok(with_user(line.with(shop.arguments), shop))
        },
    )]
}

/// An image of the root folder, which stays in the daemon's store under a name of ours.
pub(super) fn docker(shop: &Workshop<'_>, program: &Path) -> Prepared {
    vec![shop.candidate(
        "docker",
        program,
        |form| app(shop, form),
        |form| {
            let archive = shop.folder.join(form.name).with_extension("tar");
            let tar = CommandLine::new("/bin/tar").with(["--create", "--directory"]).with([&root(shop, form)?]);
            attempt(&tar.with(["--file"]).with([&archive]).with(["."]))?;
            let image = format!("wasmelt-bench-{}", form.name);
            let import = CommandLine::new(program).with(["import"]).with([&archive]).with([&image]);
            attempt(&with_user(import, shop))?;
            let line = CommandLine::new(program).with(["run", "--rm", "--network=none", &image, APP]);
            Ok(with_user(line.with(shop.arguments), shop))
        },
    )]
}

fn oci(shop: &Workshop<'_>, program: &Path, name: &str) -> Prepared {
    vec![shop.candidate(
        name,
        program,
        |form| app(shop, form),
        |form| {
            root(shop, form)?;
            let bundle = bundle(shop, form);
            fs::write(bundle.join("config.json"), config(shop).to_string())?;
            let state = shop.folder(&format!("{name}-state"))?;
            let line =
                CommandLine::new(program).with(["--root"]).with([state]).with(["run", "--bundle"]).with([bundle]);
            Ok(with_user(line.with([format!("wasmelt-{}-{}", form.name, std::process::id())]), shop))
        },
    )]
}

fn bundle(shop: &Workshop<'_>, form: &Form) -> PathBuf {
    shop.folder.join(format!("bundle-{}", form.name))
}

fn app(shop: &Workshop<'_>, form: &Form) -> PathBuf {
    bundle(shop, form).join("rootfs/app")
}

/// Writes the root folder.
fn root(shop: &Workshop<'_>, form: &Form) -> io::Result<PathBuf> {
    let root = bundle(shop, form).join("rootfs");
    for folder in ["proc", "dev"] {
        fs::create_dir_all(root.join(folder))?;
    }
    let app = app(shop, form);
    if !app.exists() {
        fs::copy(&form.executable, &app)?;
        // The page cache drops only what is on the disk as well.
        fs::File::open(app)?.sync_all()?;
    }
    Ok(root)
}

/// What these tools look for on every machine, and a home of their own.
fn with_user(mut line: CommandLine, shop: &Workshop<'_>) -> CommandLine {
    for (name, value) in [
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".as_ref()),
        ("HOME", shop.folder.as_os_str()),
    ] {
        line.environment.push((name.into(), value.into()));
    }
    line
}

/// All namespaces that a container usually has, no capability, and a user's own where that is needed to have them.
fn config(shop: &Workshop<'_>) -> Value {
    let arguments = shop.arguments.iter().map(|argument| argument.to_string_lossy().into_owned());
    let command: Vec<String> = [APP.to_owned()].into_iter().chain(arguments).collect();
    let mut namespaces: Vec<Value> =
        ["pid", "network", "ipc", "uts", "mount"].map(|kind| json!({ "type": kind })).into();
    let mut linux = json!({});
    if !geteuid().is_root() {
        namespaces.push(json!({ "type": "user" }));
        linux["uidMappings"] = json!([{ "containerID": 0, "hostID": geteuid().as_raw(), "size": 1 }]);
        linux["gidMappings"] = json!([{ "containerID": 0, "hostID": getegid().as_raw(), "size": 1 }]);
    }
    linux["namespaces"] = namespaces.into();
    json!({
        "ociVersion": "1.0.2",
        "process": {
            "terminal": false,
            "user": { "uid": 0, "gid": 0 },
            "args": command,
            "cwd": "/",
            "noNewPrivileges": true,
        },
        "root": { "path": "rootfs", "readonly": true },
        "mounts": [{ "destination": "/proc", "type": "proc", "source": "proc" }],
        "linux": linux,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_holds_the_executable_and_its_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let executable = folder.path().join("built");
        fs::write(&executable, "executable").unwrap();
        let plain = Form { name: "plain", module: PathBuf::new(), executable };
        let shop = Workshop {
            folder: folder.path(),
            plain: plain.clone(),
            marked: None,
            arguments: &["--help".into()],
            search: None,
        };
        let root = root(&shop, &plain).unwrap();
        assert_eq!(fs::read(root.join("app")).unwrap(), b"executable");
        assert_eq!(config(&shop)["process"]["args"], json!(["/app", "--help"]));
    }
}

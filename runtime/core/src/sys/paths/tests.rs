//! Both mechanisms on real directories: they agree, and neither lets a path out.

use std::fs as host;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{OFlags, fstat};
use rustix::io::Errno;
use tempfile::TempDir;

use super::*;
use crate::descriptors::{Descriptor, Kind};
use crate::grants::{self, Opening};
use crate::wasi::rights::Rights;

const MECHANISMS: [Mechanism; 2] = [Mechanism::Any, Mechanism::Walk];

/// A directory `root` for the guest, beside a directory `outside` that it must not reach.
struct Tree {
    directory: TempDir,
}

impl Tree {
    fn new() -> Tree {
        let tree = Tree { directory: tempfile::tempdir().unwrap() };
        let (root, outside) = (tree.root(), tree.directory.path().join("outside"));
        host::create_dir_all(root.join("a/b/c")).unwrap();
        host::create_dir(&outside).unwrap();
        for file in [root.join("file"), root.join("a/b/deep"), outside.join("secret")] {
            host::write(&file, file.file_name().unwrap().as_encoded_bytes()).unwrap();
        }
        let links = [
            ("link", "file"),
            ("a/up", "../file"),
            ("a/b/out", "../../../outside"),
            ("a/slash", "b/"),
            ("deep", "a/b/c/../deep"),
            ("through", "a/up"),
            ("absolute", "/etc"),
            ("absolute_file", "/etc/passwd"),
            ("loop", "loop"),
            ("mutual_1", "mutual_2"),
            ("mutual_2", "mutual_1"),
            ("dangling", "nowhere"),
            ("dangling_deep", "nowhere/at/all"),
            ("directory", "a/b"),
            ("dot", "."),
            ("parent", ".."),
            ("parent_deep", "a/../../outside/secret"),
        ];
        for (link, target) in links {
            symlink(target, root.join(link)).unwrap();
        }
        // The last of the first chain is the last that may be followed.
        for (prefix, length) in [("short", 40), ("long", 41)] {
            for number in 0..length {
                let target = if number == 0 { "file".to_owned() } else { format!("{prefix}{}", number - 1) };
                symlink(target, root.join(format!("{prefix}{number}"))).unwrap();
            }
        }
        tree
    }

    fn root(&self) -> std::path::PathBuf {
        self.directory.path().join("root")
    }

    fn descriptor(&self) -> Descriptor {
        let root = rustix::fs::open(self.root(), OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).unwrap();
        let [rights, inheriting] = Rights::READ_WRITE_GRANT;
        Descriptor { host: HostFile::adopt(root).unwrap(), kind: Kind::Directory, rights, inheriting, preopen: None }
    }
}

fn path(text: &str) -> PathBuffer {
    let mut path = PathBuffer::new();
    path.push(text.as_bytes()).unwrap();
    path
}

fn try_open(
    mechanism: Mechanism,
    root: &Descriptor,
    text: &str,
    links: Links,
    flags: OFlags,
) -> Result<(u64, u64), Errno> {
    let opening = Opening { create: true, truncate: true, rights: Rights::NONE };
    let granted = grants::open(root, opening, b"").unwrap().0;
    let file = open_by(mechanism, granted, &mut path(text), links, flags)?;
    let stat = fstat(&file).unwrap();
    Ok((stat.st_dev, stat.st_ino))
}

const PATHS: [&str; 52] = [
    "file",
    "./file",
    ".//file",
    "file/",
    "file/.",
    "file/..",
    "file/x",
    "a",
    "a/",
    "a//",
    "a/.",
    "a/./",
    "a/..",
    "a/../",
    "a/../file",
    "a/b/../../file",
    "a/b/c/../deep",
    "a/b/deep",
    "a/b/c/../../../a/b/./c/..//deep",
    "a/up",
    "a/up/",
    "a/slash",
    "a/slash/deep",
    "a/slash/../up",
    "link",
    "link/",
    "link/x",
    "deep",
    "through",
    "directory",
    "directory/",
    "directory/deep",
    "directory/../up",
    "directory/c/../..",
    "dot",
    "dot/file",
    "dot/dot/dot/a",
    "loop",
    "loop/x",
    "mutual_1",
    "dangling",
    "dangling/",
    "dangling_deep",
    "missing",
    "missing/",
    "missing/x",
    "missing/..",
    "short39",
    "long40",
    ".",
    "./",
    "",
];

/// Paths that lead out, or start outside.
const ESCAPES: [&str; 18] = [
    "..",
    "../",
    "../root/file",
    "../outside/secret",
    "a/../..",
    "a/../../outside/secret",
    "a/b/c/../../../../outside/secret",
    "/",
    "/etc/passwd",
    "//etc/passwd",
    "a/b/out/secret",
    "a/b/out",
    "absolute",
    "absolute/passwd",
    "absolute_file",
    "parent",
    "parent/root/file",
    "parent_deep",
];

#[test]
fn both_mechanisms_open_the_same_files() {
    let tree = Tree::new();
    let root = tree.descriptor();
    let flags = [OFlags::RDONLY, OFlags::DIRECTORY, OFlags::RDWR, OFlags::CREATE | OFlags::EXCL];
    for text in PATHS.iter().chain(&ESCAPES) {
        for links in [Links::Keep, Links::Follow] {
            for flags in flags {
                let [kernel, walk] = MECHANISMS.map(|mechanism| {
                    let opened = try_open(mechanism, &root, text, links, flags);
                    let _ = host::remove_file(tree.root().join("missing"));
                    opened
                });
                if flags.contains(OFlags::EXCL) && kernel.is_ok() {
                    assert!(walk.is_ok(), "{text:?} {links:?} {flags:?}");
                } else {
                    assert_eq!(kernel, walk, "{text:?} {links:?} {flags:?}");
                }
            }
        }
    }
}

#[test]
fn a_file_is_created_where_a_dangling_link_leads() {
    for mechanism in MECHANISMS {
        let tree = Tree::new();
        let root = tree.descriptor();
        assert!(try_open(mechanism, &root, "dangling", Links::Follow, OFlags::CREATE | OFlags::RDWR).is_ok());
        assert!(tree.root().join("nowhere").is_file());
        assert_eq!(try_open(mechanism, &root, "new/", Links::Follow, OFlags::CREATE), Err(Errno::ISDIR));
    }
}

#[test]
fn many_links_do_not_make_a_path_too_long() {
    const LINKS: usize = 38;
    let tree = Tree::new();
    let (root, long) = (tree.descriptor(), "long".repeat(50));
    host::create_dir(tree.root().join(&long)).unwrap();
    for link in 0..LINKS {
        let target = format!("../{long}/{}", link + 1);
        symlink(target, tree.root().join(&long).join(link.to_string())).unwrap();
    }
    let last = format!("{long}/{LINKS}");
    host::write(tree.root().join(&last), "").unwrap();
    let direct = try_open(Mechanism::Any, &root, &last, Links::Keep, OFlags::RDONLY).unwrap();
    for mechanism in MECHANISMS {
        let first = format!("{long}/0");
        assert_eq!(try_open(mechanism, &root, &first, Links::Follow, OFlags::RDONLY), Ok(direct));
        let mut path = path(&first);
        let place = place::find(lookup(&root), &mut path, Links::Follow, mechanism).unwrap();
        assert_eq!(stat(&place).map(|stat| (stat.st_dev, stat.st_ino)), Ok(direct), "{mechanism:?}");
    }
}

#[test]
fn no_path_leads_out() {
    let tree = Tree::new();
    let root = tree.descriptor();
    for text in ESCAPES {
        for mechanism in MECHANISMS {
            let opened = try_open(mechanism, &root, text, Links::Follow, OFlags::RDONLY);
            assert_eq!(opened, Err(Errno::PERM), "{text:?} {mechanism:?}");
            let mut path = path(text);
            let found = place::find(lookup(&root), &mut path, Links::Follow, mechanism);
            assert_eq!(found.err(), Some(Errno::PERM), "{text:?} {mechanism:?}");
        }
    }
}

fn lookup(root: &Descriptor) -> Granted<Lookup> {
    grants::filestat_get_at(root, b"").unwrap()
}

#[test]
fn both_mechanisms_find_the_same_places() {
    let tree = Tree::new();
    let root = tree.descriptor();
    for text in PATHS {
        for links in [Links::Keep, Links::Follow] {
            let [kernel, walk] = MECHANISMS.map(|mechanism| {
                let mut path = path(text);
                let place = place::find(lookup(&root), &mut path, links, mechanism)?;
                stat(&place).map(|stat| (stat.st_dev, stat.st_ino))
            });
            assert_eq!(kernel, walk, "{text:?} {links:?}");
            let expected = expected(&tree.root(), text, links);
            assert_eq!(kernel.ok(), expected, "{text:?} {links:?}");
        }
    }
}

/// What the host itself finds, where nothing is confined.
fn expected(root: &Path, text: &str, links: Links) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    if text.is_empty() {
        return None;
    }
    // Not by `Path`, which drops slashes and dots at the end.
    let full = format!("{}/{text}", root.display());
    let metadata = if links == Links::Keep { host::symlink_metadata(full) } else { host::metadata(full) };
    metadata.ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[test]
fn names_at_the_end_are_not_resolved() {
    for mechanism in MECHANISMS {
        let tree = Tree::new();
        let root = tree.descriptor();
        let remove = |text| {
            let granted = grants::unlink_file(&root).unwrap();
            unlink(&place::locate(granted, &mut path(text), mechanism)?)
        };
        assert_eq!(remove("a/b/out"), Ok(()));
        assert_eq!(remove("absolute_file"), Ok(()));
        assert_eq!(remove("a/slash/deep"), Ok(()));
        assert_eq!(remove("file/"), Err(Errno::NOTDIR));
        assert_eq!(remove("a/b/.."), Err(Errno::ISDIR));
        assert_eq!(remove("parent/outside/secret"), Err(Errno::PERM));
        assert!(tree.directory.path().join("outside/secret").exists());
    }
}

#[test]
fn long_paths_and_names_are_refused() {
    let tree = Tree::new();
    let root = tree.descriptor();
    let long_name = "n".repeat(256);
    let long_path = "./".repeat(2047) + "a";
    for mechanism in MECHANISMS {
        assert_eq!(try_open(mechanism, &root, &long_name, Links::Follow, OFlags::RDONLY), Err(Errno::NAMETOOLONG));
        assert!(try_open(mechanism, &root, &long_path, Links::Follow, OFlags::RDONLY).is_ok());
    }
    assert_eq!(PathBuffer::new().push(&[b'x'; 4096]), Err(Errno::NAMETOOLONG));
}

/// Somebody exchanges a directory for a link that leads out, and moves another one up, as often as they can.
#[test]
fn renames_meanwhile_do_not_lead_out() {
    const ROUNDS: usize = 3000;
    let tree = Tree::new();
    let root = tree.descriptor();
    let (stop, path_of) = (AtomicBool::new(false), |name: &str| tree.root().join(name));
    host::create_dir_all(path_of("swap/inner")).unwrap();
    host::write(path_of("swap/secret"), "inside").unwrap();
    symlink("../outside", path_of("trap")).unwrap();
    let secret = fs::stat(tree.directory.path().join("outside/secret")).unwrap().st_ino;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                host::rename(path_of("swap"), path_of("aside")).unwrap();
                host::rename(path_of("trap"), path_of("swap")).unwrap();
                host::rename(path_of("swap"), path_of("trap")).unwrap();
                host::rename(path_of("aside/inner"), path_of("inner")).unwrap();
                host::rename(path_of("inner"), path_of("aside/inner")).unwrap();
                host::rename(path_of("aside"), path_of("swap")).unwrap();
            }
        });
        for _ in 0..ROUNDS {
            for mechanism in MECHANISMS {
                for text in ["swap/secret", "swap/inner/../secret", "swap/inner/../../../outside/secret"] {
                    let opened = try_open(mechanism, &root, text, Links::Follow, OFlags::RDONLY);
                    assert!(opened.is_err() || opened.is_ok_and(|(_, inode)| inode != secret), "{text}");
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
}

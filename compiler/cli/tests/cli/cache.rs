//! What is kept of earlier builds makes them short, and nothing else.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Stdio},
    time::Duration,
};

use serde_json::Value;
use wasmelt_targets::Target;

use crate::support::{Finished, Project, targets_to_build};

/// Functions with all that compiled code can hold: traps, calls of all kinds, handlers, stack maps.
const MODULES: [&str; 3] = ["functions.wat", "throw.wat", "objects.wat"];

/// How many functions a build found in the cache, and how many it added.
fn build(project: &Project, module: &str, target: &Target) -> (u64, u64) {
    let line = ["build", module, "-o", "app", "--message-format", "json", "--target", &target.to_string()];
    let built = project.wasmelt(&line).succeeded();
    let last: Value = serde_json::from_str(built.stdout.lines().last().unwrap()).unwrap();
    let count = |name: &str| last["functions"][name].as_u64().unwrap();
    (count("reused"), count("kept"))
}

/// What the module becomes without a cache.
fn uncached(project: &Project, module: &str, target: &Target) -> Vec<u8> {
    let line = ["build", module, "-o", "uncached", "--no-cache", "--target", &target.to_string()];
    project.wasmelt(&line).succeeded();
    fs::read(project.path("uncached")).unwrap()
}

/// The files that compiled functions are in.
fn packs(project: &Project) -> Vec<PathBuf> {
    fs::read_dir(project.cache().join("functions")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_cache_makes_no_difference_to_executables() {
    for target in targets_to_build() {
        let project = Project::new(&MODULES);
        for module in MODULES {
            let expected = uncached(&project, module, &target);
            let (_, kept) = build(&project, module, &target);
            assert_eq!(fs::read(project.path("app")).unwrap(), expected, "{module} for {target}, cold");
            let (reused, kept_again) = build(&project, module, &target);
            assert_eq!(fs::read(project.path("app")).unwrap(), expected, "{module} for {target}, warm");
            assert!(reused >= kept && kept_again == 0, "{module}: {reused} of {kept}");
        }
    }
}

#[test]
fn an_edit_recompiles_one_function() {
    // The edit makes one body longer, so that all after it move, and has a name that it had not.
    let module = |body: &str| {
        let functions: String = (0..50)
            .map(|number| match number {
                20 => format!("(func $f20 (param i32) (result i32) {body})"),
                _ => {
                    format!("(func $f{number} (param i32) (result i32) (i32.div_s (i32.const {number}) (local.get 0)))")
                }
            })
            .collect();
        format!("(module {functions} (func (export \"_start\") (drop (call $f20 (call $f49 (i32.const 1))))))")
    };
    for target in targets_to_build() {
        let project = Project::new(&[]);
        project.write("app.wat", module("(local.get 0)").as_bytes());
        build(&project, "app.wat", &target);
        let edited = module("(i32.mul (call $f3 (local.get 0)) (i32.const 12345678))");
        project.write("app.wat", edited.as_bytes());
        let (reused, kept) = build(&project, "app.wat", &target);
        assert!(kept == 1 && reused > 50, "{reused} were found, {kept} added");
        let built = fs::read(project.path("app")).unwrap();
        assert_eq!(built, uncached(&project, "app.wat", &target));
    }
}

#[test]
fn a_build_writes_one_file_and_an_edit_another() {
    let project = Project::new(&["functions.wat"]);
    let target = targets_to_build()[0];
    build(&project, "functions.wat", &target);
    assert_eq!(packs(&project).len(), 1);
    build(&project, "functions.wat", &target);
    assert_eq!(packs(&project).len(), 1);
    let whole = fs::metadata(&packs(&project)[0]).unwrap().len();
    project.write("app.wat", b"(module (func (export \"_start\") (drop (i32.const 12345))))");
    build(&project, "app.wat", &target);
    let sizes: Vec<u64> = packs(&project).iter().map(|path| fs::metadata(path).unwrap().len()).collect();
    assert!(sizes.len() == 2 && sizes.contains(&whole), "{sizes:?}");
}

#[test]
fn damaged_entries_are_compiled_again() {
    type Damage = fn(&mut Vec<u8>);
    let project = Project::new(&["functions.wat"]);
    let target = targets_to_build()[0];
    let expected = uncached(&project, "functions.wat", &target);
    let (_, all) = build(&project, "functions.wat", &target);
    let damages: [(Damage, u64); 4] = [
        (|bytes| bytes.truncate(bytes.len() / 2), all),
        (|bytes| *bytes.last_mut().unwrap() ^= 0x40, all),
        (|bytes| bytes.clear(), all),
        // Entries, some of them functions; the index stays whole.
        (|bytes| bytes.iter_mut().take(2500).for_each(|byte| *byte ^= 0x40), 1),
    ];
    for (damage, at_least) in damages {
        for path in packs(&project) {
            let mut bytes = fs::read(&path).unwrap();
            damage(&mut bytes);
            fs::write(path, bytes).unwrap();
        }
        let (_, kept) = build(&project, "functions.wat", &target);
        assert!((at_least..=all).contains(&kept), "{kept} of {all}, {at_least} or more");
        assert_eq!(fs::read(project.path("app")).unwrap(), expected);
        assert_eq!(build(&project, "functions.wat", &target).1, 0);
    }
}

#[test]
fn builds_at_once_share_a_cache() {
    let project = Project::new(&MODULES);
    let names: Vec<String> = (0..6).map(|number| format!("app{number}")).collect();
    let start = |name: &String| -> Child {
        let mut command = project.command(&["build", "functions.wat", "-o", name]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<Child> = names.iter().map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    project.wasmelt(&["build", "functions.wat", "-o", "alone", "--no-cache"]).succeeded();
    let alone = fs::read(project.path("alone")).unwrap();
    assert!(names.iter().all(|name| fs::read(project.path(name)).unwrap() == alone));
}

#[test]
fn a_build_after_killed_ones_is_right() {
    let project = Project::new(&["functions.wat"]);
    for milliseconds in [1, 5, 10, 15, 20, 25, 30, 35, 40, 60, 80, 120] {
        let mut command = project.command(&["build", "functions.wat", "-o", "app"]);
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        let left: Vec<String> = project.files().into_iter().filter(|name| name.starts_with(".wasmelt-")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
    let target = targets_to_build()[0];
    build(&project, "functions.wat", &target);
    assert_eq!(fs::read(project.path("app")).unwrap(), uncached(&project, "functions.wat", &target));
}

#[test]
fn a_disk_without_room_for_the_cache_is_no_obstacle() {
    let project = Project::new(&["hello.wat"]);
    let mut command = project.command(&["build", "hello.wat"]);
    Finished::of(command.env("WASMELT_CACHE_DIR", "/proc/no-such-directory")).succeeded();
    let mut command = project.command(&["build", "hello.wat"]);
    let without = command.env_remove("WASMELT_CACHE_DIR").env_remove("XDG_CACHE_HOME").env_remove("HOME");
    Finished::of(without).succeeded();
}

#[test]
fn the_cache_is_counted_and_cleaned() {
    let project = Project::new(&["hello.wat"]);
    let counts = |project: &Project| -> Vec<String> {
        let text = project.wasmelt(&["cache", "stat"]).succeeded().stdout;
        assert!(text.starts_with(project.cache().to_str().unwrap()), "{text}");
        text.lines().skip(1).map(|line| line.split(" in ").next().unwrap().to_owned()).collect()
    };
    assert_eq!(counts(&project), ["functions: 0", "executables: 0"]);
    let (_, kept) = build(&project, "hello.wat", &targets_to_build()[0]);
    // And the list of them.
    assert_eq!(counts(&project), [format!("functions: {}", kept + 1).as_str(), "executables: 0"]);
    project.wasmelt(&["run", "hello.wat"]).succeeded();
    assert_eq!(counts(&project)[1], "executables: 1");
    assert_eq!(project.wasmelt(&["cache", "clean"]).succeeded().stdout, "");
    assert_eq!(counts(&project), ["functions: 0", "executables: 0"]);
}

/// A limit of the size of files makes writes fail in the middle, as on a disk that is full.
#[test]
fn a_disk_that_is_full_in_the_middle_leaves_nothing_wrong() {
    let project = Project::new(&["functions.wat"]);
    project.write("app", b"what was there");
    let target = targets_to_build()[0];
    for kibibytes in [0, 1, 2, 4] {
        let mut shell = project.other_command("sh");
        // The signal would end the process.
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kibibytes * 2);
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_wasmelt"), "build", "functions.wat", "-o", "app"]);
        Finished::of(shell.args(["--target", &target.to_string()])).failed_with(&["E0302"]);
        assert_eq!(fs::read(project.path("app")).unwrap(), b"what was there");
        assert_eq!(project.files(), ["app", "functions.wat"]);
    }
    build(&project, "functions.wat", &target);
    assert_eq!(fs::read(project.path("app")).unwrap(), uncached(&project, "functions.wat", &target));
}

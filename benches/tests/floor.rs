//! The floor and the launcher run. In a process of its own: while one thread writes an executable, no other may start a program, which for
//! a moment would have the file open for writing and so keep it from being executed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use wasmelt_benches::{account::Accountant, floor, startup::CommandLine};
use wasmelt_driver::Runner;
use wasmelt_targets::{Architecture, Target};

#[test]
fn they_run_on_every_architecture() {
    let folder = tempfile::tempdir().unwrap();
    for architecture in Architecture::ALL {
        let Ok(runner) = Runner::find(&Target::baseline(architecture)) else { continue };
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(format!("{name}-{architecture}"));
            wasmelt_driver::write_executable(&path, bytes).unwrap();
            path
        };
        let floor = write("floor", &floor::executable(architecture));
        assert!(runner.command(&floor).status().unwrap().success());

        let output = runner.command(&write("marked", &floor::marked(architecture))).output().unwrap();
        assert!(output.status.success());
        assert_eq!(output.stdout.len(), 1);

        let launcher = folder.path().join(format!("launcher-{architecture}"));
        Accountant::new(architecture, &launcher).unwrap();
        let output = runner.command(&launcher).args(["/bin/sh", "-c", "exit 3"]).output().unwrap();
        assert_eq!(output.stdout.len(), 152, "{output:?}");
        assert_eq!(output.stdout[..4], 0x300u32.to_le_bytes());
    }
    the_launcher_tells_what_a_program_uses();
}

fn the_launcher_tells_what_a_program_uses() {
    let folder = tempfile::tempdir().unwrap();
    let launcher = folder.path().join("launcher");
    let accountant = Accountant::new(Architecture::host().unwrap(), &launcher).unwrap();
    let shell = |script: &str| CommandLine::new("/bin/sh").with(["-c", script]);
    let usage = accountant.usage(&shell("echo some output; exit 0"), 3).unwrap();
    assert!(usage.minor_faults > 10, "{usage:?}");
    assert_eq!(accountant.usage(&shell("exit 1"), 1), None);
    assert_eq!(accountant.usage(&CommandLine::new("/nonexistent"), 1), None);
}

//! The program, started for real: on an X server without a screen, drawn by software, driven by keys.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::require_tool;

/// Time after which the program is taken to be stuck; on no machine should it come close.
const STUCK: Duration = Duration::from_secs(240);
/// Time for the program to draw what a key has changed. Where it is too short, the keys are pressed again.
const BREATH: Duration = Duration::from_millis(700);
/// Colours of a window with text: antialiased letters alone have dozens.
const COLOURS: usize = 40;

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An X server without a screen, and its display's name.
fn x_server() -> (Running, String) {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1100x720x24", "-nolisten", "tcp"]);
    let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut number = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
    assert!(!number.is_empty(), "Xvfb found no free display");
    (Running(server), format!(":{}", number.trim()))
}

fn workbench(display: &str, home: &Path) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmelt-workbench"));
    command.current_dir(home).env("DISPLAY", display).env("HOME", home).env("XDG_DATA_HOME", home.join("data"));
    // Drawn by Mesa, whatever else the machine has.
    command.env("LIBGL_ALWAYS_SOFTWARE", "1").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    Running(command.spawn().unwrap())
}

fn tool(display: &str, name: &str, arguments: &[&str]) -> Output {
    Command::new(name).args(arguments).env("DISPLAY", display).output().unwrap()
}

fn xdotool(display: &str, arguments: &[&str]) -> Output {
    tool(display, "xdotool", arguments)
}

/// Waits for the window, and gives it the keyboard: there is no window manager to do so.
fn focus(display: &str, program: &mut Running) {
    let begin = Instant::now();
    loop {
        assert_eq!(program.0.try_wait().unwrap(), None, "the workbench has ended");
        let found = xdotool(display, &["search", "--onlyvisible", "--name", "Wasmelt"]);
        let windows = String::from_utf8(found.stdout).unwrap();
        // A window that was just found may not take the keyboard yet.
        if windows.lines().next().is_some_and(|window| xdotool(display, &["windowfocus", window]).status.success()) {
            return;
        }
        assert!(begin.elapsed() < STUCK, "no window appeared");
        thread::sleep(BREATH);
    }
}

/// Opens a sample by the palette, and builds it.
fn build_by_keys(display: &str) {
    for arguments in [
        &["key", "Escape"][..],
        &["key", "ctrl+k"],
        &["type", "--delay", "30", "open sample hello"],
        &["key", "Return"],
        &["key", "ctrl+b"],
    ] {
        assert!(xdotool(display, arguments).status.success(), "{arguments:?}");
        thread::sleep(BREATH);
    }
}

/// The colours of what is on the display.
fn colours(display: &str) -> HashSet<[u8; 3]> {
    let shot = tool(display, "import", &["-window", "root", "-depth", "8", "rgb:-"]);
    assert_eq!(shot.stdout.len(), 1100 * 720 * 3, "{}", String::from_utf8_lossy(&shot.stderr));
    shot.stdout.as_chunks::<3>().0.iter().copied().collect()
}

#[test]
fn a_sample_is_built_by_keys_in_a_real_window() {
    let purpose = "the workbench is started in a window";
    let tools = [&["Xvfb"][..], &["xdotool"], &["import"]];
    if tools.into_iter().any(|names| require_tool(names, purpose).is_none()) {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let (_server, display) = x_server();
    let mut program = workbench(&display, home.path());
    focus(&display, &mut program);
    let Some(host) = Architecture::host() else { return };
    let executable = home.path().join(format!("hello-{}", Target::baseline(host)));
    let begin = Instant::now();
    while !executable.exists() {
        assert!(begin.elapsed() < STUCK, "nothing was built");
        build_by_keys(&display);
    }
    let output = Command::new(&executable).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "Hello from Wasmelt\n");

    let colours = colours(&display);
    assert!(colours.len() >= COLOURS, "the window is blank: {} colours", colours.len());
    assert_eq!(program.0.try_wait().unwrap(), None, "the workbench has ended");
}

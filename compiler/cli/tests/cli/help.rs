//! `wasmelt explain`, `completions` and `man`.

use std::process::{Command, Stdio};

use crate::support::Project;

#[test]
fn every_code_is_explained() {
    let project = Project::new(&[]);
    let list = project.wasmelt(&["explain"]).succeeded().stdout;
    assert!(list.lines().count() > 10);
    for line in list.lines() {
        let (code, summary) = line.split_once("  ").unwrap();
        let text = project.wasmelt(&["explain", &code.to_lowercase()]).succeeded().stdout;
        assert!(text.starts_with(&format!("{code}: {summary}\n\n")), "{text}");
    }
    assert_eq!(project.wasmelt(&["explain", "E9999"]).status, Some(2));
}

#[test]
fn shells_accept_their_completions() {
    let project = Project::new(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = project.wasmelt(&["completions", shell]).succeeded().stdout;
        assert!(script.contains("message-format"), "{shell}");
    }
    project.write("bash", project.wasmelt(&["completions", "bash"]).stdout.as_bytes());
    let bash = Command::new("bash").arg("-n").arg(project.path("bash")).stdout(Stdio::null()).status();
    match bash {
        Ok(status) => assert!(status.success()),
        Err(_) => wasmelt_testing::skip("bash is not installed"),
    }
}

#[test]
fn there_is_a_manual_page_for_each_subcommand() {
    let project = Project::new(&[]);
    let page = project.wasmelt(&["man"]).succeeded().stdout;
    assert!(page.contains(".TH wasmelt 1"), "{page}");
    project.wasmelt(&["man", "-o", "pages"]).succeeded();
    for name in ["wasmelt.1", "wasmelt-build.1", "wasmelt-run.1", "wasmelt-explain.1"] {
        assert!(project.path("pages").join(name).is_file(), "{name}");
    }
}

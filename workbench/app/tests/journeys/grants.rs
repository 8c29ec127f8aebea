//! Deny, run, see the denial, allow, run again; learn; write the policy as a text.

use std::{fs, path::Path};

use eframe::egui::{Event, Role};
use egui_kittest::{Harness, kittest::Queryable};
use wasmelt_workbench::Workbench;

use crate::{click, start, type_into, wait_for};

const NOTES: &str = include_str!("../../../samples/notes.wat");

/// The page of grants, for a module that reads and writes in a folder; and that folder.
fn grants(folder: &Path) -> Harness<'static, Workbench> {
    let module = folder.join("notes.wat");
    fs::write(&module, NOTES).unwrap();
    fs::create_dir(folder.join("mine")).unwrap();
    fs::write(folder.join("mine/greeting.txt"), "Good morning\n").unwrap();
    let mut harness = start(folder);
    type_into(&mut harness, "Module:", &module.display().to_string());
    click(&mut harness, "Open");
    wait_for(&mut harness, "Reads and writes files");
    click(&mut harness, "Grants");
    harness
}

/// Clicks the one control whose name begins so.
fn click_about(harness: &mut Harness<'_, Workbench>, name: &str) {
    harness.get_by_label_contains(name).click();
    harness.step();
    harness.step();
}

fn grant_folder(harness: &mut Harness<'_, Workbench>, folder: &Path) {
    type_into(harness, "On this computer", &folder.join("mine").display().to_string());
    type_into(harness, "The module sees", "/notes");
    click(harness, "Add folder");
    wait_for(harness, "Files and folders: 1 folder, read-only");
}

#[test]
fn a_denial_is_seen_and_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = grants(folder.path());
    harness.get_by_label("Files and folders: No files");

    click(&mut harness, "Run module");
    wait_for(&mut harness, "Ended with status 1");
    harness.get_by_label("Tried to read files");
    click_about(&mut harness, "Choose what it may have");
    grant_folder(&mut harness, folder.path());

    click(&mut harness, "Run module");
    wait_for(&mut harness, "Ended with status 2");
    harness.get_by_label("Good morning");
    harness.get_by_label("Tried to write /notes/visits.txt");
    assert!(!folder.path().join("mine/visits.txt").exists());

    click_about(&mut harness, "Allow once");
    wait_for(&mut harness, "Finished");
    harness.get_by_label("Files and folders: 1 folder, read-only");

    click(&mut harness, "Run module");
    wait_for(&mut harness, "Ended with status 2");
    click_about(&mut harness, "Allow and rerun");
    wait_for(&mut harness, "Finished");
    harness.get_by_label("The visit is noted.");
    harness.get_by_label("Files and folders: 1 folder, writable");
    assert_eq!(fs::read_to_string(folder.path().join("mine/visits.txt")).unwrap(), "a visit\na visit\n");
}

#[test]
fn a_run_teaches_what_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = grants(folder.path());
    click_about(&mut harness, "Files and folders");
    grant_folder(&mut harness, folder.path());
    click_about(&mut harness, "Let it write in");
    click_about(&mut harness, "Arguments: No arguments");
    harness.get_by_role_and_label(Role::Switch, "The arguments that it is started with").click();
    wait_for(&mut harness, "Arguments: Those of the command line");

    click(&mut harness, "Learn");
    wait_for(&mut harness, "What this run needed");
    harness.get_by_label("− inherit = true");
    click(&mut harness, "Use this policy");
    wait_for(&mut harness, "Arguments: No arguments");
    harness.get_by_label("Files and folders: 1 folder, writable");
    assert!(!folder.path().join("mine/visits.txt").exists());
}

#[test]
fn the_text_and_the_cards_are_one_policy() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = grants(folder.path());
    click(&mut harness, "Policy text");
    type_into(&mut harness, "Policy as TOML", "clocks = \"coarse\"\n");
    wait_for(&mut harness, "Clock: Whole milliseconds");
    // Errors come and go while it is typed; none of them may take the focus away.
    for character in "random = \"often\"".chars() {
        harness.event(Event::Text(character.to_string()));
        harness.run();
    }
    wait_for(&mut harness, "Line 2, column 10");
    harness.get_by_label("Clock: Whole milliseconds");
    click(&mut harness, "Discard these edits");
    wait_for(&mut harness, "Random bytes: No random bytes");
    assert!(harness.query_all_by_label_contains("Line 2").next().is_none());
}

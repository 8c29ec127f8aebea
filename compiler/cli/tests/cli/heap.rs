//! Programs that make objects: `--max-gc-heap`.

use crate::support::{Project, targets_to_run};

#[test]
fn a_heap_has_the_size_that_was_asked_for() {
    let project = Project::new(&["list.wat"]);
    for target in targets_to_run() {
        let target = target.to_string();
        // 4,000 objects of 24 bytes, all of them alive.
        let fits = project.wasmelt(&["run", "list.wat", "--max-gc-heap", "128K", "--target", &target]);
        assert_eq!((fits.status, fits.stderr.as_str()), (Some(0), ""), "{target}");
        let finished = project.wasmelt(&["run", "list.wat", "--max-gc-heap", "64K", "--target", &target]);
        assert_eq!(finished.status, Some(134), "{target}");
        assert!(finished.stderr.contains("trap: heap exhausted in function \"make\""), "{}", finished.stderr);
    }
}

#[test]
fn a_heap_beyond_the_collector_is_refused() {
    let project = Project::new(&["list.wat"]);
    let finished = project.wasmelt(&["build", "list.wat", "--max-gc-heap", "64G"]);
    assert!(finished.status == Some(2) && finished.stderr.contains("from 64K to 32G"), "{}", finished.stderr);
}

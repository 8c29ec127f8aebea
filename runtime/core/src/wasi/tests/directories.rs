//! Directories as descriptors.

use super::*;
use crate::wasi::fd::{attributes, directory};
use crate::wasi::types::FileType;

type Listed = Vec<(String, u64, FileType)>;

fn list(sandbox: &Sandbox, fd: u32, cookie: u64, most: usize) -> Listed {
    let mut listed = Vec::new();
    directory::list(&sandbox.descriptors, fd, cookie, |entry| {
        listed.push((String::from_utf8(entry.name.to_vec()).unwrap(), entry.next, entry.file_type));
        (listed.len() < most).then_some(())
    })
    .unwrap();
    listed
}

#[test]
fn entries_are_listed_from_any_cookie() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    std::fs::create_dir(sandbox.path().join("directory")).unwrap();
    for number in 0..300 {
        std::fs::write(sandbox.path().join(format!("file-{number}")), "").unwrap();
    }
    let all = list(&sandbox, ROOT, 0, usize::MAX);
    assert_eq!(all.len(), 303);
    for name in [".", "..", "directory"] {
        assert!(all.iter().any(|(found, _, file_type)| found == name && *file_type == FileType::Directory));
    }
    for at in [0, 1, 150, 301] {
        assert_eq!(list(&sandbox, ROOT, all[at].1, usize::MAX), all[at + 1..], "from entry {at}");
    }
    assert_eq!(list(&sandbox, ROOT, all[302].1, usize::MAX), []);
    let one_by_one: Listed =
        (0..303).map(|at| list(&sandbox, ROOT, if at == 0 { 0 } else { all[at - 1].1 }, 1).remove(0)).collect();
    assert_eq!(one_by_one, all);
}

#[test]
fn a_directory_is_no_file() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let descriptors = &sandbox.descriptors;
    let errors = [
        sandbox.read(ROOT).err(),
        sandbox.write(ROOT, b"x").err(),
        data::tell(descriptors, ROOT).err(),
        data::allocate(descriptors, ROOT, 0, 1).err(),
        attributes::set_size(descriptors, ROOT, 0).err(),
    ];
    assert_eq!(errors, [Some(Errno::Isdir); 5]);
    assert_eq!(attributes::state(descriptors, ROOT).unwrap().file_type, FileType::Directory);
    assert_eq!(attributes::state(descriptors, ROOT).unwrap().flags, FileFlags::default());
    assert_eq!(data::sync(descriptors, ROOT), Ok(()));
    let file = sandbox.create("file");
    let listed = directory::list(descriptors, file, 0, |_| Some(()));
    assert_eq!(listed, Err(Errno::Notdir));
}

#[test]
fn only_granted_directories_have_a_path() {
    // The table of the test program grants nothing.
    let sandbox = Sandbox::new(Access::ReadWrite);
    for fd in [0, ROOT, 99] {
        assert_eq!(directory::granted_path(&sandbox.descriptors, fd), Err(Errno::Badf), "{fd}");
    }
}

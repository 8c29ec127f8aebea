//! What a module sees while it is learnt from: copies of what it is granted.

use std::{fs, io, path::Path};

use wasmelt_policy::{Directory, GrantedFile, Policy};

/// The policy with copies of its files and directories.
pub(super) fn copied(granted: &Policy, scratch: &Path) -> io::Result<Policy> {
    let mut view = Policy { directories: Vec::new(), files: Vec::new(), ..granted.clone() };
    for (number, directory) in granted.directories.iter().enumerate() {
        let copy = scratch.join(format!("directory-{number}"));
        copy_directory(Path::new(directory.host()), &copy)?;
        let directory = Directory::new(&copy.display().to_string(), directory.guest(), directory.access());
        view.directories.push(directory.map_err(io::Error::other)?);
    }
    for file in &granted.files {
        if !fs::metadata(file.host())?.is_file() {
            // A pipe or a device: there is no copy of it.
            view.grant_file(file.clone());
            continue;
        }
        let guest = file.directory().guest().to_owned();
        // Files of one directory stay in one.
        let same = granted.files.iter().position(|first| first.directory().guest() == guest);
        let copy = scratch.join(format!("files-{}", same.unwrap_or(0)));
        fs::create_dir_all(&copy)?;
        let copy = copy.join(file.name());
        fs::copy(file.host(), &copy)?;
        let copy = Directory::new(&copy.display().to_string(), &file.guest(), file.access());
        let copy = copy.map_err(io::Error::other)?;
        view.grant_file(GrantedFile::new(&copy).map_err(io::Error::other)?);
    }
    Ok(view)
}

fn copy_directory(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_directory(&from, &to)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&from)?, &to)?;
        } else if kind.is_file() {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

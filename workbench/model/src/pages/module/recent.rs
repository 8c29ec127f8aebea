//! Files that were opened, to be opened again.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// How many are remembered.
const MOST: usize = 10;

/// Absolute paths, the latest first, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recent(Vec<PathBuf>);

impl Recent {
    /// The paths.
    pub fn paths(&self) -> &[PathBuf] {
        &self.0
    }

    /// `path` was opened.
    pub(crate) fn add(&mut self, path: PathBuf) {
        self.remove(&path);
        self.0.insert(0, path);
        self.0.truncate(MOST);
    }

    /// `path` could not be opened.
    pub(crate) fn remove(&mut self, path: &Path) {
        self.0.retain(|known| known != path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_comes_first_and_once() {
        let mut recent = Recent::default();
        for path in ["/a", "/b", "/a"] {
            recent.add(PathBuf::from(path));
        }
        assert_eq!(recent.paths(), [Path::new("/a"), Path::new("/b")]);
        recent.remove(Path::new("/a"));
        assert_eq!(recent.paths(), [Path::new("/b")]);
    }

    #[test]
    fn old_ones_are_forgotten() {
        let mut recent = Recent::default();
        for number in 0..20 {
            recent.add(PathBuf::from(format!("/{number}")));
        }
        assert_eq!(recent.paths().len(), MOST);
        assert_eq!(recent.paths()[0], Path::new("/19"));
    }
}

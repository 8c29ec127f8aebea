//! What came of the directives, as data and as text.

use std::fmt;

use serde::Serialize;

/// What came of several files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The target that the scripts were compiled for.
    pub target: String,
    /// The files, in the order in which they were given; those of a directory sorted by name.
    pub files: Vec<FileReport>,
}

/// What came of one file. The three counts add up to its number of directives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The file, as it was given.
    pub path: String,
    /// How many directives passed.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
    /// How many need something that is not supported.
    pub skipped: usize,
    /// Those that failed, in order.
    pub failures: Vec<Failure>,
    /// Those that were skipped, in order.
    pub skips: Vec<Skip>,
}

/// A directive that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its line, from 1.
    pub line: usize,
    /// Its column in bytes, from 1.
    pub column: usize,
    /// Its keyword.
    pub directive: String,
    /// What is wrong.
    pub message: String,
}

/// A directive that was skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// Its line, from 1.
    pub line: usize,
    /// Its column in bytes, from 1.
    pub column: usize,
    /// Its keyword.
    pub directive: String,
    /// What is not supported.
    pub reason: String,
}

impl Report {
    /// How many directives passed.
    pub fn passed(&self) -> usize {
        self.files.iter().map(|file| file.passed).sum()
    }

    /// How many directives failed.
    pub fn failed(&self) -> usize {
        self.files.iter().map(|file| file.failed).sum()
    }

    /// How many directives were skipped.
    pub fn skipped(&self) -> usize {
        self.files.iter().map(|file| file.skipped).sum()
    }
}

impl fmt::Display for Report {
    /// The files, then the sum.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            file.fmt(f)?;
        }
        let (passed, failed, skipped) = (self.passed(), self.failed(), self.skipped());
        let files = self.files.len();
        writeln!(f, "{}: {passed} passed, {failed} failed, {skipped} skipped in {files} files", self.target)
    }
}

impl fmt::Display for FileReport {
    /// One line for each failure, one for each reason to skip, and one for the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Failure { line, column, directive, message } in &self.failures {
            writeln!(f, "{}:{line}:{column}: {directive}: {message}", self.path)?;
        }
        for (first, count) in self.reasons() {
            writeln!(f, "{}:{}:{}: {count} skipped: {}", self.path, first.line, first.column, first.reason)?;
        }
        writeln!(f, "{}: {} passed, {} failed, {} skipped", self.path, self.passed, self.failed, self.skipped)
    }
}

impl FileReport {
    /// The first directive skipped for each reason, and how many there are.
    fn reasons(&self) -> Vec<(&Skip, usize)> {
        let mut reasons: Vec<(&Skip, usize)> = Vec::new();
        for skip in &self.skips {
            match reasons.iter_mut().find(|(first, _)| first.reason == skip.reason) {
                Some((_, count)) => *count += 1,
                None => reasons.push((skip, 1)),
            }
        }
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_lists_failures_then_reasons_then_sums() {
        let failure =
            Failure { line: 3, column: 2, directive: "assert_return".to_owned(), message: "returned 1".to_owned() };
        let skip = |line| Skip { line, column: 1, directive: "module".to_owned(), reason: "SIMD".to_owned() };
        let file = FileReport {
            path: "a.wast".to_owned(),
            passed: 4,
            failed: 1,
            skipped: 2,
            failures: vec![failure],
            skips: vec![skip(7), skip(9)],
        };
        let report = Report { target: "x86_64-linux".to_owned(), files: vec![file] };
        let expected = "a.wast:3:2: assert_return: returned 1\n\
                        a.wast:7:1: 2 skipped: SIMD\n\
                        a.wast: 4 passed, 1 failed, 2 skipped\n\
                        x86_64-linux: 4 passed, 1 failed, 2 skipped in 1 files\n";
        assert_eq!(report.to_string(), expected);
    }
}

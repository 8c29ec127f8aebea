//! What can be asked of the workbench.

use crate::{Page, Report, pages, shell};

/// Something that happened: the user asked for it, or a job reports.
#[derive(Clone, Debug)]
pub enum Action {
    /// Go to a page.
    Show(Page),
    /// Around the pages.
    Shell(shell::Action),
    /// On the module page.
    Module(pages::module::Action),
    /// On the page of targets.
    Targets(pages::targets::Action),
    /// On the page of grants.
    Grants(pages::grants::Action),
    /// On the page that compares.
    Compare(pages::compare::Action),
    /// On the page that explores.
    Explore(pages::explore::Action),
    /// A job reports.
    Report(Report),
}

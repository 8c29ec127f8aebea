//! The job that waits until the user has chosen a path.

use crate::{Dialog, Event};

use super::Reporter;

pub(super) fn run(dialog: &Dialog, reporter: &Reporter) {
    let result = (reporter.picker)(dialog);
    reporter.send(Event::Picked { purpose: dialog.purpose, result });
}

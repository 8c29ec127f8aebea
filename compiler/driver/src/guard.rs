//! The panic guard: a panic in a stage becomes a diagnostic that names the stage.

use std::{
    any::Any,
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    time::Instant,
};

use crate::{
    Observer, Stage,
    diagnostics::{Code, Diagnostic},
};

/// Runs the stages of one build, tells the observer, and remembers where it is.
pub(crate) struct Stages<'a> {
    observer: &'a dyn Observer,
    current: Cell<Option<Stage>>,
}

impl Stages<'_> {
    /// Whom to tell.
    pub(crate) fn observer(&self) -> &dyn Observer {
        self.observer
    }

    /// Runs `stage`.
    pub(crate) fn run<T, E>(&self, stage: Stage, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.current.set(Some(stage));
        self.observer.began(stage);
        let begin = Instant::now();
        let result = work()?;
        self.observer.ended(stage, begin.elapsed());
        self.current.set(None);
        Ok(result)
    }
}

/// Runs `build`; a panic in it becomes the one diagnostic about `file`.
pub(crate) fn guarded<T>(
    file: &str,
    observer: &dyn Observer,
    build: impl FnOnce(&Stages<'_>) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    let stages = Stages { observer, current: Cell::new(None) };
    // Unwind safety: everything `build` may have left half-done is dropped with it; the observer only displays.
    panic::catch_unwind(AssertUnwindSafe(|| build(&stages)))
        .unwrap_or_else(|payload| Err(vec![panicked(stages.current.get(), payload.as_ref()).in_file(file)]))
}

fn panicked(stage: Option<Stage>, payload: &(dyn Any + Send)) -> Diagnostic {
    let stage = stage.map_or(String::new(), |stage| format!(" in stage `{stage}`"));
    let reason = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    Diagnostic::error(
        Code::Panic,
        format_args!("the compiler panicked{stage}: {}", reason.unwrap_or("no reason given")),
    )
}

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, time::Duration};

    use super::*;
    use crate::Silent;

    #[test]
    fn a_panic_names_its_stage_and_file() {
        let result: Result<(), _> =
            guarded("a.wasm", &Silent, |stages| stages.run(Stage::Emit, || panic!("invariant: {}", "broken")));
        let [diagnostic] = &result.unwrap_err()[..] else { panic!("one diagnostic") };
        assert_eq!(diagnostic.code, Code::Panic);
        assert_eq!(diagnostic.message, "the compiler panicked in stage `emit`: invariant: broken");
        assert_eq!(diagnostic.file.as_deref(), Some("a.wasm"));
    }

    #[test]
    fn the_observer_sees_stages_begin_and_end() {
        #[derive(Default)]
        struct Log(Mutex<Vec<String>>);
        impl Observer for Log {
            fn began(&self, stage: Stage) {
                self.0.lock().unwrap().push(format!("{stage} began"));
            }
            fn ended(&self, stage: Stage, _: Duration) {
                self.0.lock().unwrap().push(format!("{stage} ended"));
            }
        }
        let log = Log::default();
        let failure = Diagnostic::error(Code::InvalidModule, "bad");
        let result = guarded("a.wasm", &log, |stages| {
            stages.run(Stage::Parse, || Ok::<(), Vec<Diagnostic>>(()))?;
            stages.run(Stage::Bind, || Err::<(), _>(vec![failure.clone()]))
        });
        assert_eq!(result, Err(vec![failure.clone()]));
        assert_eq!(*log.0.lock().unwrap(), ["parse began", "parse ended", "bind began"]);
    }
}

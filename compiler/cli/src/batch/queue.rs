//! The queue.
//!
//! A job's stages run on the thread that took it, except that its functions are compiled by the pool, which all jobs share:
//! a core that has no job left works on the functions of the others. The threads that take jobs are not the pool's, since
//! a thread of the pool that waits for functions would begin a whole other module meanwhile, and hold both in memory.

use std::{
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use wasmelt_driver::{
    Diagnostic, Emit, ImageOptions, Observer, Source, Stage, build_cached, build_image, cache::FunctionCache,
    write_executable, write_file, write_image,
};

use crate::{
    batch::{Listener, Outcome},
    request::{BuildRequest, Job},
};

/// What a thread that builds may use: as much as a main thread usually has.
const STACK_BYTES: usize = 8 << 20;

/// Builds everything that is requested; how each job ended, in the order of [`BuildRequest::jobs`].
pub(crate) fn run(request: &BuildRequest, listener: &dyn Listener) -> Vec<Outcome> {
    let queue = Queue {
        request,
        listener,
        next: AtomicUsize::new(0),
        is_stopped: AtomicBool::new(false),
        sources: request.modules.iter().map(|_| OnceLock::new()).collect(),
        outcomes: Mutex::new(request.jobs.iter().map(|_| Outcome::Skipped).collect()),
    };
    let threads = rayon::current_num_threads().min(request.jobs.len());
    thread::scope(|scope| {
        for _ in 1..threads {
            // Without another thread the jobs are built all the same.
            let _ = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || queue.work());
        }
        queue.work();
    });
    queue.outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct Queue<'r> {
    request: &'r BuildRequest,
    listener: &'r dyn Listener,
    /// The first job that nobody has taken.
    next: AtomicUsize,
    /// Whether no job is to begin any more.
    is_stopped: AtomicBool,
    /// The modules, each read once, so that all its executables come from the same bytes.
    sources: Vec<OnceLock<Result<Source, Diagnostic>>>,
    outcomes: Mutex<Vec<Outcome>>,
}

impl Queue<'_> {
    /// Takes and does jobs until there are none.
    fn work(&self) {
        while !self.is_stopped.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = self.request.jobs.get(number) else { return };
            let outcome = self.build(number, job);
            if self.request.fail_fast && matches!(outcome, Outcome::Failed(_)) {
                self.is_stopped.store(true, Ordering::Relaxed);
            }
            self.listener.ended(number, job, &outcome);
            self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)[number] = outcome;
        }
    }

    fn build(&self, number: usize, job: &Job) -> Outcome {
        let begin = Instant::now();
        match self.build_and_write(number, job) {
            Ok(Written { bytes, digest }) => Outcome::Built { bytes, elapsed: begin.elapsed(), digest },
            Err(diagnostics) => Outcome::Failed(diagnostics),
        }
    }

    fn build_and_write(&self, number: usize, job: &Job) -> Result<Written, Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        let source = self.sources[job.module].get_or_init(|| Source::read(&self.request.modules[job.module]));
        let source = source.as_ref().map_err(|diagnostic| one(diagnostic.clone()))?;
        let progress = self.listener.began(number, job);
        let observer = JobObserver { listener: self.listener, job, progress: &*progress };
        let functions = self.request.functions.as_ref();
        match &job.image {
            Some(image) => image_written(source, job, image, &observer, functions),
            None => {
                let output = build_cached(source, &job.options, &observer, functions)?;
                let write = if job.options.emit == Emit::Executable { write_executable } else { write_file };
                write(&job.output, &output).map_err(one)?;
                Ok(Written { bytes: output.len(), digest: None })
            }
        }
    }
}

/// An output that is there.
struct Written {
    bytes: usize,
    /// Of an image.
    digest: Option<String>,
}

fn image_written(
    source: &Source,
    job: &Job,
    image: &ImageOptions,
    observer: &dyn Observer,
    functions: Option<&FunctionCache>,
) -> Result<Written, Vec<Diagnostic>> {
    let image = build_image(source, &job.options, image, observer, functions)?;
    write_image(&job.output, &image).map_err(|diagnostic| vec![diagnostic])?;
    Ok(Written { bytes: image.size(), digest: Some(image.digest().to_owned()) })
}

/// Tells the listener what one job's build tells.
struct JobObserver<'l> {
    listener: &'l dyn Listener,
    job: &'l Job,
    progress: &'l dyn Observer,
}

impl Observer for JobObserver<'_> {
    fn began(&self, stage: Stage) {
        self.progress.began(stage);
    }

    fn ended(&self, stage: Stage, elapsed: Duration) {
        self.progress.ended(stage, elapsed);
    }

    fn warned(&self, warning: &Diagnostic) {
        self.listener.warned(self.job, warning);
    }

    fn compiled(&self, done: usize, total: usize) {
        self.progress.compiled(done, total);
    }
}

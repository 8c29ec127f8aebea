//! Container images: a module's executables for several architectures, in one OCI image.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use wasmelt_oci::{
    Contents, Image, ImageError, ImageExecutables, Program, ReadError, archive_files, executables, mount_point,
};
use wasmelt_policy::{Direction, Policy, Protocol};
use wasmelt_targets::Target;

use crate::{
    BuildOptions, COMPILER_VERSION, Emit, Observer, OriginModule, Source, build_cached,
    cache::FunctionCache,
    diagnostics::{Code, Diagnostic},
    output,
};

/// What one image is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageOptions {
    /// The image's title, and the executable's name in it.
    pub name: String,
    /// What its executables run on: each architecture once.
    pub targets: Vec<Target>,
    /// When it is made, in seconds since 1970; unless this is given, it does not say.
    pub created: Option<u32>,
}

/// Builds the image of the executables that `source` becomes with `options`, for the targets that `image` names.
///
/// # Errors
///
/// All problems of the first executable that has any, or if two would be for one architecture.
pub fn build_image(
    source: &Source,
    options: &BuildOptions,
    image: &ImageOptions,
    observer: &dyn Observer,
    functions: Option<&FunctionCache>,
) -> Result<Image, Vec<Diagnostic>> {
    let refused = |error: ImageError| vec![image_error(&error, &source.display)];
    distinct(&image.targets).map_err(refused)?;
    let build = |&target: &Target| {
        let options = BuildOptions { target, emit: Emit::Executable, ..options.clone() };
        build_cached(source, &options, observer, functions).map(|executable| (target, executable))
    };
    let built = image.targets.iter().map(build).collect::<Result<Vec<_>, _>>()?;
    let programs: Vec<_> = built.iter().map(|(target, executable)| Program { target: *target, executable }).collect();
    let contents = Contents {
        name: &image.name,
        programs: &programs,
        labels: labels(source, &options.policy).map_err(|diagnostic| vec![diagnostic])?,
        directories: directories(&options.policy),
        ports: ports(&options.policy),
        created: image.created,
    };
    Image::new(&contents).map_err(refused)
}

/// Writes `image` to `path`: as an archive if that ends in `.tar`, else as a directory, in the place of an image that is
/// there.
///
/// # Errors
///
/// If it cannot be written, or something else is there. What was at `path` is then still there.
pub fn write_image(path: &Path, image: &Image) -> Result<(), Diagnostic> {
    let unwritable = |error| output::unwritable(path, &error);
    if is_archive(path) {
        let archive = image.to_archive().map_err(|error| image_error(&error, &path.display().to_string()))?;
        return output::write_file(path, &archive);
    }
    output::replace_directory(path, is_layout, |directory| {
        fs::create_dir_all(directory.join("blobs/sha256"))?;
        image.files().try_for_each(|(name, bytes)| fs::write(directory.join(name), bytes))
    })
    .map_err(unwritable)
}

/// Finds the executables of the image at `path`.
///
/// # Errors
///
/// If there is none, or it is damaged.
pub fn read_image(path: &Path) -> Result<ImageExecutables, Diagnostic> {
    let refused = |error: ReadError| {
        let code = if matches!(error, ReadError::File { .. }) { Code::Unreadable } else { Code::NotAnExecutable };
        Diagnostic::error(code, format_args!("this is no image: {error}"))
    };
    if !is_archive(path) {
        return executables(&|name| fs::read(path.join(name))).map_err(refused);
    }
    let files = fs::read(path).and_then(|bytes| archive_files(&bytes));
    let files: BTreeMap<_, _> =
        files.map_err(|error| Diagnostic::error(Code::Unreadable, error))?.into_iter().collect();
    executables(&|name| files.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())).map_err(refused)
}

/// Whether the directory at `path` is an image layout.
pub fn is_layout(path: &Path) -> bool {
    path.join("oci-layout").is_file()
}

/// Whether an image at `path` is an archive.
pub fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "tar")
}

/// That no image is built in vain.
fn distinct(targets: &[Target]) -> Result<(), ImageError> {
    let mut architectures = BTreeSet::new();
    let twice = targets.iter().find(|target| !architectures.insert(target.architecture));
    twice.map_or(Ok(()), |target| Err(ImageError::Ambiguous(target.architecture)))
}

fn image_error(error: &ImageError, file: &str) -> Diagnostic {
    match error {
        ImageError::Ambiguous(_) => Diagnostic::error(Code::InvalidOption, error)
            .in_file(file)
            .with_help("build an image for each CPU level, one by one, with `-o`"),
        ImageError::Layer(_) => Diagnostic::error(Code::TooLarge, error).in_file(file),
    }
}

/// Where the executables come from, and what they may reach.
fn labels(source: &Source, policy: &Policy) -> Result<BTreeMap<String, String>, Diagnostic> {
    let module = OriginModule::of(None, &source.to_binary()?);
    let labels = [
        ("wasmelt.version", COMPILER_VERSION.to_owned()),
        ("wasmelt.wasm.sha256", module.sha256),
        ("wasmelt.grants", policy.explain().join("; ")),
    ];
    Ok(labels.map(|(name, value)| (name.to_owned(), value)).into())
}

/// Where granted directories, and those of granted files, are mounted.
fn directories(policy: &Policy) -> BTreeSet<String> {
    let of_files = policy.files.iter().map(|file| file.directory());
    policy.directories.iter().chain(of_files).filter_map(|directory| mount_point(directory.host())).collect()
}

/// The ports that the program may listen on, where a rule has only one.
fn ports(policy: &Policy) -> BTreeSet<String> {
    let single =
        policy.network.iter().filter(|rule| rule.direction == Direction::Listen && rule.ports.0 == rule.ports.1);
    let text = single.map(|rule| match rule.protocol {
        Protocol::Tcp => format!("{}/tcp", rule.ports.0),
        Protocol::Udp => format!("{}/udp", rule.ports.0),
    });
    text.collect()
}

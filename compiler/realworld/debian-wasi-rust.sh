#!/bin/sh
# Unpacks Debian's (or Ubuntu's) Rust compiler that has the standard library for WASI into the target directory, where the
# tests of this crate look for it. It is not installed: it is older than the compiler that builds Wasmelt, and the packages
# of both exclude each other. Needs no privileges; the package lists have to be there (`apt-get update`).
set -eu

target=${CARGO_TARGET_DIR:-$(dirname "$0")/../../target}
mkdir -p "$target"
destination=$(cd "$target" && pwd)/wasi-rust
[ ! -x "$destination/usr/bin/rustc" ] || exit 0

if ! apt-cache show libstd-rust-dev-wasm32 >/dev/null 2>&1; then
    echo "$0: apt knows no package libstd-rust-dev-wasm32; try \`apt-get update\` first" >&2
    exit 1
fi

unfinished=$(mktemp -d "$destination.XXXXXX")
trap 'rm -rf "$unfinished"' EXIT
cd "$unfinished"

# The packages that a package depends on and whose names begin with $2.
depends() {
    apt-cache depends --important "$1" | sed -n "s/^ *|\{0,1\}Depends: \($2[^ ]*\)\$/\1/p" | sort -u
}

library=$(depends libstd-rust-dev libstd-rust-)
llvm=$(depends "$library" libllvm)
# The sandbox user of apt could not write here.
apt-get download -qq -o APT::Sandbox::User=root libstd-rust-dev-wasm32 rustc "$library" "$llvm"
for package in *.deb; do
    dpkg -x "$package" root
done
mv root "$destination"

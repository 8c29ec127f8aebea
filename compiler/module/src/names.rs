//! Names for people.
//!
//! Symbols stay as they stand in the name section; what is shown is demangled and printable. Names are untrusted text:
//! a name never makes a module invalid, never holds more than [`MAX_DEMANGLED_BYTES`] bytes once demangled, and never
//! reaches a terminal with its control characters.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use crate::{FunctionIndex, Module};

/// Bytes that a demangled name may have. A mangled name's back references can make its expansion exponentially long.
const MAX_DEMANGLED_BYTES: usize = 16 << 10;

/// The name that was mangled to `name`: a Rust path without its hash, or a C++ declaration; `name` itself if it is neither.
pub fn demangle(name: &str) -> Cow<'_, str> {
    // Rust first: the older of its two schemes looks like C++ with a hash at the end.
    let demangled = match rustc_demangle::try_demangle(name) {
        Ok(path) => bounded(|out| write!(out, "{path:#}")),
        Err(_) => demangle_cpp(name),
    };
    demangled.map_or(Cow::Borrowed(name), Cow::Owned)
}

/// `name` with control characters, and those that reorder the characters around them, escaped.
pub(crate) fn printable(name: &str) -> Cow<'_, str> {
    let unprintable = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !name.contains(unprintable) {
        return Cow::Borrowed(name);
    }
    let mut escaped = String::with_capacity(name.len());
    for c in name.chars() {
        match unprintable(c) {
            true => escaped.extend(c.escape_default()),
            false => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

impl Module {
    /// What to call `function` in messages: its name in the name section, or the first under which it is exported, or the
    /// one under which it is imported, demangled; `function[12]` if it has none of them.
    pub fn display_name(&self, function: FunctionIndex) -> String {
        let named = self.functions.get(function.index()).and_then(|function| function.name.as_ref());
        match named.or_else(|| self.spare_names.get(&function)) {
            Some(name) if !name.is_empty() => printable(&demangle(name)).into_owned(),
            _ => format!("function[{function}]"),
        }
    }
}

fn demangle_cpp(name: &str) -> Option<String> {
    if !name.starts_with("_Z") {
        return None;
    }
    let symbol = cpp_demangle::BorrowedSymbol::new(name.as_bytes()).ok()?;
    bounded(|out| symbol.structured_demangle(out, &cpp_demangle::DemangleOptions::new()))
}

/// What `write` writes, unless it fails or writes too much.
fn bounded(write: impl FnOnce(&mut BoundedString) -> fmt::Result) -> Option<String> {
    let mut out = BoundedString(String::new());
    write(&mut out).ok().map(|()| out.0)
}

struct BoundedString(String);

impl Write for BoundedString {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_DEMANGLED_BYTES {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_and_cpp_names_are_demangled_and_others_are_not() {
        for (mangled, expected) in [
            ("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt"),
            ("_RNvCskwGfYPst2Cb_3foo16example_function", "foo::example_function"),
            ("_ZN5space3fooEibc", "space::foo(int, bool, char)"),
            ("_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector<int, std::allocator<int> >::push_back(int const&)"),
            ("_Z", "_Z"),
            ("_Zonk", "_Zonk"),
            ("main", "main"),
            ("", ""),
            ("füße", "füße"),
        ] {
            assert_eq!(demangle(mangled), expected, "{mangled}");
        }
    }

    #[test]
    fn exponential_expansion_of_a_mangled_name_is_cut_off() {
        // Each parameter is a template applied twice to the parameter before. Of the substitutions that a parameter adds,
        // the template's name and itself, the second is named by the next one: `S_`, `S1_`, `S3_`…
        let mangled = |parameters: u32| {
            let later: String = (0..parameters)
                .map(|at| match at {
                    0 => String::from("1gIS_S_E"),
                    _ => {
                        let before = char::from_digit(2 * at - 1, 36).unwrap().to_ascii_uppercase();
                        format!("1gIS{before}_S{before}_E")
                    }
                })
                .collect();
            format!("_Z1f1a{later}")
        };
        assert_eq!(demangle(&mangled(2)), "f(a, g<a, a>, g<g<a, a>, g<a, a> >)");
        assert_eq!(demangle(&mangled(18)), mangled(18));
    }

    #[test]
    fn control_and_reordering_characters_are_escaped() {
        assert_eq!(printable("plain ü"), "plain ü");
        assert_eq!(printable("a\u{1b}[31m\n"), "a\\u{1b}[31m\\n");
        assert_eq!(printable("a\u{202e}b"), "a\\u{202e}b");
    }
}

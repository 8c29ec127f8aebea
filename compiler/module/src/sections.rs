//! The sections of a module, as they stand in the binary (WebAssembly core specification, 5.5 "Modules").

use wasmparser::{Parser, Payload};

use crate::{Module, names::printable};

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is called in the specification; of a custom section, its own name behind `custom`.
    pub name: String,
    /// Bytes of its contents.
    pub bytes: u64,
}

impl Module {
    /// The module's sections, in order.
    pub fn sections(&self) -> Vec<Section> {
        let payloads = Parser::new(0).parse_all(&self.bytes).map_while(Result::ok);
        payloads.filter_map(|payload| section(&payload)).collect()
    }
}

fn section(payload: &Payload<'_>) -> Option<Section> {
    let (id, range) = payload.as_section()?;
    let name = match payload {
        Payload::CustomSection(section) => format!("custom {}", printable(section.name())),
        _ => name(id).to_owned(),
    };
    Some(Section { name, bytes: range.end - range.start })
}

fn name(id: u8) -> &'static str {
    const NAMES: [&str; 14] = [
        "custom",
        "type",
        "import",
        "function",
        "table",
        "memory",
        "global",
        "export",
        "start",
        "element",
        "code",
        "data",
        "data count",
        "tag",
    ];
    NAMES.get(usize::from(id)).copied().unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_stand_in_order_with_their_sizes() {
        let text =
            r#"(module $m (memory 1) (func (export "run")) (data (i32.const 0) "12345678") (@custom "mine" "abc"))"#;
        let module = Module::parse("test", wat::parse_str(text).unwrap()).unwrap();
        let sections = module.sections();
        let names: Vec<_> = sections.iter().map(|section| section.name.as_str()).collect();
        assert_eq!(names, ["type", "function", "memory", "export", "code", "data", "custom mine", "custom name"]);
        // One segment: its kind, an offset of three bytes, a length, eight bytes.
        assert_eq!(sections[5].bytes, 1 + 1 + 3 + 1 + 8);
    }
}

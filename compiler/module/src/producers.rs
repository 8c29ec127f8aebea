//! The producers section: which tools made a module, as far as they say so (WebAssembly tool conventions, "Producers
//! Section").

use wasmparser::{KnownCustom, Parser, Payload};

use crate::{Module, names::printable};

/// A tool, language or library that a module came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    /// What it was for: `language`, `processed-by` or `sdk`.
    pub role: String,
    /// Its name.
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
}

impl Module {
    /// What the producers section says. A malformed one says nothing from there on.
    pub fn producers(&self) -> Vec<Producer> {
        let mut producers = Vec::new();
        for payload in Parser::new(0).parse_all(&self.bytes) {
            let Ok(Payload::CustomSection(section)) = payload else { continue };
            let KnownCustom::Producers(fields) = section.as_known() else { continue };
            for field in fields.into_iter().map_while(Result::ok) {
                for value in field.values.into_iter().map_while(Result::ok) {
                    let text = |text| printable(text).into_owned();
                    producers.push(Producer {
                        role: text(field.name),
                        name: text(value.name),
                        version: text(value.version),
                    });
                }
            }
        }
        producers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_told_as_they_stand_there() {
        let text = r#"(module (@producers (language "C11" "") (processed-by "clang" "19.1")))"#;
        let module = Module::parse("test", wat::parse_str(text).unwrap()).unwrap();
        let producer = |role: &str, name: &str, version: &str| Producer {
            role: role.into(),
            name: name.into(),
            version: version.into(),
        };
        assert_eq!(module.producers(), [producer("language", "C11", ""), producer("processed-by", "clang", "19.1")]);
        assert!(Module::parse("test", wat::parse_str("(module)").unwrap()).unwrap().producers().is_empty());
    }
}

//! The tables `grants`: what programs may reach.
//!
//! ```toml
//! [grants.args]
//! fixed = ["--fast"]       # always, first
//! inherit = true           # those that the program is started with
//!
//! [grants.env]
//! inherit = ["HOME"]       # from the process
//! set = { LANG = "C" }
//!
//! [[grants.dir]]
//! host = "./data"
//! guest = "/data"          # as the host's, unless it is given
//! access = "read"          # or "write", which includes reading
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::Error as _};
use wasmelt_policy::{Access, Arguments, Directory, Policy, Text, Variable};

use super::{Parsed, text_as};

/// `[grants]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GrantsTable {
    args: ArgumentsTable,
    env: EnvironmentTable,
    dir: Vec<DirectoryTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ArgumentsTable {
    fixed: Vec<Parsed<Text>>,
    inherit: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct EnvironmentTable {
    inherit: Vec<Inherited>,
    #[serde(deserialize_with = "literals")]
    set: Vec<Variable>,
}

#[derive(Debug)]
struct Inherited(Variable);

#[derive(Debug)]
struct DirectoryTable(Directory);

impl GrantsTable {
    pub(super) fn to_policy(&self) -> Policy {
        let fixed = self.args.fixed.iter().map(|argument| argument.0.clone()).collect();
        let arguments = Arguments { fixed, inherit: self.args.inherit };
        let mut policy = Policy { arguments, ..Policy::default() };
        self.env.inherit.iter().for_each(|variable| policy.grant_variable(variable.0.clone()));
        self.env.set.iter().for_each(|variable| policy.grant_variable(variable.clone()));
        self.dir.iter().for_each(|directory| policy.grant_directory(directory.0.clone()));
        policy
    }
}

impl<'de> Deserialize<'de> for Inherited {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Inherited, D::Error> {
        text_as(deserializer, |name| Variable::inherit(name).map(Inherited))
    }
}

fn literals<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Variable>, D::Error> {
    let variables = BTreeMap::<String, String>::deserialize(deserializer)?;
    variables.iter().map(|(name, value)| Variable::literal(name, value).map_err(D::Error::custom)).collect()
}

impl<'de> Deserialize<'de> for DirectoryTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DirectoryTable, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            host: String,
            guest: Option<String>,
            access: Option<AccessText>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum AccessText {
            Read,
            Write,
        }
        let Table { host, guest, access } = Table::deserialize(deserializer)?;
        // As in the flag `--dir`: a directory is granted for both, unless it says otherwise.
        let access = match access {
            Some(AccessText::Read) => Access::ReadOnly,
            Some(AccessText::Write) | None => Access::ReadWrite,
        };
        let directory = Directory::new(&host, guest.as_deref().unwrap_or(&host), access);
        directory.map(DirectoryTable).map_err(D::Error::custom)
    }
}

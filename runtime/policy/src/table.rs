//! Policies as grants tables, whose bytes [`wasmelt_abi::grants`] describes.
//!
//! Records stand in one order, that of [`Policy::to_table`]. A table in
//! another order is refused, so that a policy and its table are one and the same information.

use wasmelt_abi::ABI_VERSION;
use wasmelt_abi::grants::{
    ALIGNMENT, DIRECTORY_READ_ONLY, Grant, Grants, HEADER_BYTES, Kind, LimitKind, MAGIC, RECORD_HEADER_BYTES, ambient,
    table_bytes,
};

use crate::{Access, Clocks, Directory, GrantedFile, Policy, Randomness, Streams, TableError, Text, Variable};

impl Policy {
    /// The grants table.
    ///
    /// # Panics
    ///
    /// If the table would exceed 4 GiB.
    pub fn to_table(&self) -> Vec<u8> {
        let mut table = Table::new();
        if let Some(name) = &self.program_name {
            table.record(Kind::ProgramName, 0, &[name.as_str()]);
        }
        for argument in &self.arguments.fixed {
            table.record(Kind::Argument, 0, &[argument.as_str()]);
        }
        if self.arguments.inherit {
            table.record(Kind::InheritArguments, 0, &[]);
        }
        for variable in &self.environment {
            match variable.value() {
                Some(value) => table.record(Kind::Variable, 0, &[variable.name(), "=", value]),
                None => table.record(Kind::InheritVariable, 0, &[variable.name()]),
            }
        }
        if self.inherit_environment {
            table.record(Kind::InheritEnvironment, 0, &[]);
        }
        for directory in &self.directories {
            table.directory(Kind::Directory, directory);
        }
        let mut last: Option<&Directory> = None;
        for file in &self.files {
            if !last.is_some_and(|last| crate::same_place(last, file.directory())) {
                table.directory(Kind::FilesIn, &file.directory().with_access(Access::ReadWrite));
            }
            table.record(Kind::File, access_flags(file.access()), &[file.name()]);
            last = Some(file.directory());
        }
        self.ambient_to_table(&mut table);
        table.finish()
    }

    fn ambient_to_table(&self, table: &mut Table) {
        let pick = |granted, bit| if granted { bit } else { 0 };
        let bits = pick(self.streams.input, ambient::STDIN)
            | pick(self.streams.output, ambient::STDOUT)
            | pick(self.streams.error, ambient::STDERR)
            | pick(self.clocks == Clocks::Exact, ambient::EXACT_CLOCKS)
            | pick(self.clocks == Clocks::Coarse, ambient::COARSE_CLOCKS)
            | pick(self.randomness == Randomness::Real, ambient::RANDOM);
        if bits != 0 {
            table.record(Kind::Ambient, bits, &[]);
        }
        if let Randomness::Seeded(seed) = self.randomness {
            table.bytes_record(Kind::Seed, 0, &seed.to_le_bytes());
        }
        for rule in &self.network {
            table.bytes_record(Kind::Network, 0, &rule.to_bytes());
        }
        for kind in LimitKind::ALL {
            if let Some(value) = self.limits.get(kind) {
                table.bytes_record(Kind::Limit, kind as u16, &value.to_le_bytes());
            }
        }
        if self.families != 0 {
            table.record(Kind::Families, self.families, &[]);
        }
    }

    /// The policy that a grants table holds; bytes after the table are ignored.
    ///
    /// # Errors
    ///
    /// If there is no table of this version, or it is not what [`Policy::to_table`] makes of a policy.
    pub fn from_table(bytes: &[u8]) -> Result<Policy, TableError> {
        let table = table_bytes(bytes).and_then(|length| bytes.get(..length)).ok_or(TableError::Header)?;
        let mut policy = Policy { streams: Streams::NONE, ..Policy::default() };
        let mut records = 0;
        let mut files_in = None;
        for grant in Grants::new(table).ok_or(TableError::Header)? {
            if let Grant::FilesIn { host, guest } = grant {
                files_in = directory(host, guest, Access::ReadWrite);
            }
            policy.add(grant, files_in.as_ref()).ok_or(TableError::Record { record: records })?;
            records += 1;
        }
        // The reader stops at what it cannot read; only a table read to its end is written back the same.
        match policy.to_table() == table {
            true => Ok(policy),
            false => Err(TableError::Record { record: records }),
        }
    }

    fn add(&mut self, grant: Grant<'_>, files_in: Option<&Directory>) -> Option<()> {
        match grant {
            Grant::ProgramName(name) => self.program_name = Some(text(name)?),
            Grant::Argument(argument) => self.arguments.fixed.push(text(argument)?),
            Grant::InheritArguments => self.arguments.inherit = true,
            Grant::Variable(variable) => {
                let (name, value) = str::from_utf8(variable).ok()?.split_once('=')?;
                self.environment.push(Variable::literal(name, value).ok()?);
            }
            Grant::InheritVariable(name) => {
                self.environment.push(Variable::inherit(str::from_utf8(name).ok()?).ok()?);
            }
            Grant::Directory { host, guest, read_only } => {
                self.directories.push(directory(host, guest, access(read_only))?);
            }
            Grant::InheritEnvironment => self.inherit_environment = true,
            Grant::FilesIn { .. } => drop(files_in?),
            Grant::File { name, read_only } => {
                let directory = files_in?.with_access(access(read_only));
                self.files.push(GrantedFile::in_directory(directory, str::from_utf8(name).ok()?)?);
            }
            Grant::Ambient(bits) => self.add_ambient(bits),
            Grant::Seed(seed) => self.randomness = Randomness::Seeded(seed),
            Grant::Network(rule) => self.network.push(rule),
            Grant::Limit(kind, value) => *self.limits.get_mut(kind) = Some(value),
            Grant::Families(families) => self.families = families,
        }
        Some(())
    }

    fn add_ambient(&mut self, bits: u16) {
        let has = |bit| bits & bit != 0;
        self.streams =
            Streams { input: has(ambient::STDIN), output: has(ambient::STDOUT), error: has(ambient::STDERR) };
        self.clocks = match (has(ambient::EXACT_CLOCKS), has(ambient::COARSE_CLOCKS)) {
            (true, _) => Clocks::Exact,
            (false, true) => Clocks::Coarse,
            (false, false) => Clocks::None,
        };
        if has(ambient::RANDOM) {
            self.randomness = Randomness::Real;
        }
    }
}

fn access(read_only: bool) -> Access {
    if read_only { Access::ReadOnly } else { Access::ReadWrite }
}

fn access_flags(access: Access) -> u16 {
    match access {
        Access::ReadOnly => DIRECTORY_READ_ONLY,
        Access::ReadWrite => 0,
    }
}

fn directory(host: &[u8], guest: &[u8], access: Access) -> Option<Directory> {
    Directory::new(str::from_utf8(host).ok()?, str::from_utf8(guest).ok()?, access).ok()
}

fn text(bytes: &[u8]) -> Option<Text> {
    str::from_utf8(bytes).ok()?.parse().ok()
}

/// A table that is being written.
struct Table {
    bytes: Vec<u8>,
}

impl Table {
    fn new() -> Table {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(ABI_VERSION.to_le_bytes());
        bytes.resize(HEADER_BYTES, 0);
        Table { bytes }
    }

    fn record(&mut self, kind: Kind, flags: u16, payload: &[&str]) {
        let length = payload.iter().map(|part| part.len()).sum();
        self.record_header(kind, flags, length);
        for part in payload {
            self.bytes.extend(part.as_bytes());
        }
        self.pad();
    }

    fn bytes_record(&mut self, kind: Kind, flags: u16, payload: &[u8]) {
        self.record_header(kind, flags, payload.len());
        self.bytes.extend(payload);
        self.pad();
    }

    fn directory(&mut self, kind: Kind, directory: &Directory) {
        let (host, guest) = (directory.host(), directory.guest());
        self.record_header(kind, access_flags(directory.access()), 4 + host.len() + guest.len());
        self.bytes.extend(length_field(host.len()));
        self.bytes.extend(host.as_bytes());
        self.bytes.extend(guest.as_bytes());
        self.pad();
    }

    fn record_header(&mut self, kind: Kind, flags: u16, payload_bytes: usize) {
        let start = self.bytes.len();
        self.bytes.extend((kind as u16).to_le_bytes());
        self.bytes.extend(flags.to_le_bytes());
        self.bytes.extend(length_field(payload_bytes));
        debug_assert_eq!(self.bytes.len() - start, RECORD_HEADER_BYTES);
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(ALIGNMENT), 0);
    }

    fn finish(mut self) -> Vec<u8> {
        let length = length_field(self.bytes.len());
        self.bytes[HEADER_BYTES - length.len()..HEADER_BYTES].copy_from_slice(&length);
        self.bytes
    }
}

fn length_field(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).expect("invariant: a grants table is shorter than 4 GiB").to_le_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Arguments;

    fn example() -> Policy {
        Policy {
            program_name: Some("app".parse().unwrap()),
            arguments: Arguments { fixed: vec!["--fast".parse().unwrap(), Text::default()], inherit: true },
            environment: vec!["HOME".parse().unwrap(), "A=b=c".parse().unwrap()],
            directories: vec!["./data::/data:ro".parse().unwrap(), "/tmp".parse().unwrap()],
            ..Policy::default()
        }
    }

    fn everything() -> Policy {
        let mut policy = Policy {
            inherit_environment: true,
            streams: Streams { input: false, ..Streams::ALL },
            clocks: Clocks::Coarse,
            randomness: Randomness::Seeded(7),
            limits: crate::Limits { memory: Some(65536), output: Some(0), ..Default::default() },
            families: 3,
            ..example()
        };
        for file in ["/etc/a:ro", "/x/b", "/etc/c"] {
            policy.grant_file(GrantedFile::new(&file.parse().unwrap()).unwrap());
        }
        policy.grant_network(crate::parse_rule(crate::Direction::Listen, "127.0.0.1:80").unwrap());
        policy
    }

    #[test]
    fn every_kind_of_grant_survives_its_table() {
        let policy = everything();
        assert_eq!(Policy::from_table(&policy.to_table()), Ok(policy));
    }

    #[test]
    fn the_runtime_reads_what_the_policy_grants() {
        let table = example().to_table();
        let grants: Vec<Grant<'_>> = Grants::new(&table).unwrap().collect();
        assert_eq!(
            grants,
            [
                Grant::ProgramName(b"app"),
                Grant::Argument(b"--fast"),
                Grant::Argument(b""),
                Grant::InheritArguments,
                Grant::InheritVariable(b"HOME"),
                Grant::Variable(b"A=b=c"),
                Grant::Directory { host: b"./data", guest: b"/data", read_only: true },
                Grant::Directory { host: b"/tmp", guest: b"/tmp", read_only: false },
                Grant::Ambient(ambient::STREAMS),
            ]
        );
    }

    #[test]
    fn a_bare_header_grants_nothing_at_all() {
        let bare = Table::new().finish();
        let policy = Policy::from_table(&bare);
        assert_eq!(policy.map(|policy| (policy.streams, policy.clocks)), Ok((Streams::NONE, Clocks::None)));
        let table = Policy::default().to_table();
        assert_eq!(Policy::from_table(&table), Ok(Policy::default()));
    }

    #[test]
    fn damaged_tables_are_refused() {
        let table = example().to_table();
        assert_eq!(Policy::from_table(&table[..table.len() - 1]), Err(TableError::Header));
        assert_eq!(Policy::from_table(&[]), Err(TableError::Header));
        let with_unknown_kind_first = {
            let mut table = table.clone();
            table[HEADER_BYTES] = 0xff;
            table
        };
        assert_eq!(Policy::from_table(&with_unknown_kind_first), Err(TableError::Record { record: 0 }));
    }

    fn any_text() -> impl Strategy<Value = Text> {
        "[^\0]{0,12}".prop_map(|text| Text::try_from(text).unwrap())
    }

    fn any_variable() -> impl Strategy<Value = Variable> {
        ("[^\0=]{1,8}", proptest::option::of("[^\0]{0,8}")).prop_map(|(name, value)| match value {
            Some(value) => Variable::literal(&name, &value).unwrap(),
            None => Variable::inherit(&name).unwrap(),
        })
    }

    fn any_directory() -> impl Strategy<Value = Directory> {
        ("[^\0]{1,12}", "[^\0]{1,12}", any::<bool>()).prop_map(|(host, guest, read_only)| {
            let access = if read_only { Access::ReadOnly } else { Access::ReadWrite };
            Directory::new(&host, &guest, access).unwrap()
        })
    }

    proptest! {
        #[test]
        fn policies_survive_their_table(
            program_name in proptest::option::of(any_text()),
            fixed in proptest::collection::vec(any_text(), 0..4),
            inherit in any::<bool>(),
            environment in proptest::collection::vec(any_variable(), 0..4),
            directories in proptest::collection::vec(any_directory(), 0..4),
        ) {
            let policy = Policy {
                program_name,
                arguments: Arguments { fixed, inherit },
                environment,
                directories,
                ..Policy::default()
            };
            prop_assert_eq!(Policy::from_table(&policy.to_table()), Ok(policy));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut table = example().to_table();
            table.truncate(HEADER_BYTES);
            table.extend(&bytes);
            let length = length_field(table.len());
            table[HEADER_BYTES - 4..HEADER_BYTES].copy_from_slice(&length);
            if let Ok(policy) = Policy::from_table(&table) {
                prop_assert_eq!(policy.to_table(), table);
            }
        }
    }
}

//! Where the parts of a program lie.
//!
//! ```text
//! image                       code, constants, instance state, the runtime's own data
//! memory_base(0)              memory 0: up to 4 GiB, then its guard; 8 GiB + 64 KiB in all
//! growable_tables             the tables that can grow, side by side
//! memory_base(k)              memory k, one every 16 GiB
//! ```
//!
//! On Linux all addresses stay below 2³⁹ for up to 30 memories, the smallest user address space of an aarch64 kernel.
//! Elsewhere low addresses are not ours: macOS keeps the first 4 GiB without access, loads programs and its shared libraries
//! from there on, and reserves what lies from 64 to 448 GiB on aarch64; Windows allocates bottom up from some place in the
//! first TiB. There all lies from 2⁴⁴ on, with its distances as on Linux; both systems give programs 2⁴⁷ bytes.

use crate::{Architecture, System};

/// The link-time addresses of programs for one platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressSpace {
    /// Lowest address of the executable's image, on Linux.
    pub image_base: u64,
    /// Whether the image ends where memory 0 begins, rather than begins at `image_base`.
    pub image_meets_memory: bool,
    /// From where the places of tables and of all memories but the first count.
    origin: u64,
    /// Address of byte 0 of memory 0.
    ///
    /// On Linux it is low for x86_64: it then folds into the displacement of an access. And it is 1 MiB below a multiple of
    /// 1 GiB, with the image in front: so a small image and the start of the memory are in one page of the page tables, and
    /// what is reserved for the memory has no entries in the next level, which the kernel would look through when it maps
    /// and unmaps it. That is 3 µs of a program's life. For aarch64 it is at 4 GiB, an address that one `mov` forms; as it
    /// does elsewhere.
    pub first_memory: u64,
    /// Largest page size of a kernel for this architecture, in bytes; what is mapped separately is aligned to it.
    pub page_size: u64,
}

impl AddressSpace {
    /// Bytes of address space kept for a 32-bit memory with a guard: a 32-bit index plus a 32-bit offset reaches below
    /// 8 GiB, and the widest access (16 bytes) that starts there ends within the next 64 KiB.
    pub const GUARDED_MEMORY: u64 = (8 << 30) + (64 << 10);
    /// Most bytes of a memory, whatever its type allows: with 64-bit indices it may be larger than with 32-bit ones, but no
    /// larger than the place that each memory has.
    pub const LARGEST_MEMORY: u64 = 8 << 30;
    /// Distance between the bases of two memories, in bytes.
    pub const MEMORY_STRIDE: u64 = 16 << 30;
    /// Bytes of the region of tables that can grow.
    pub const GROWABLE_TABLES_SIZE: u64 = 2 << 30;

    /// The address space of programs for `architecture` and `system`.
    pub const fn of(system: System, architecture: Architecture) -> AddressSpace {
        let (first_memory, page_size, image_meets_memory) = match architecture {
            Architecture::X86_64 => ((1 << 30) - (1 << 20), 4 << 10, true),
            Architecture::Aarch64 => (4 << 30, 64 << 10, false),
        };
        let (origin, first_memory) = match system {
            System::Linux => (0, first_memory),
            System::MacOs | System::Windows => (1 << 44, 1 << 44),
        };
        AddressSpace { image_base: 0x40_0000, image_meets_memory, origin, first_memory, page_size }
    }

    /// Address of the region of tables that can grow, between the end of memory 0's guard and memory 1.
    pub const fn growable_tables(&self) -> u64 {
        self.origin + (14 << 30)
    }

    /// Address of byte 0 of the program's memory number `index`.
    pub const fn memory_base(&self, index: u32) -> u64 {
        match index {
            0 => self.first_memory,
            // Lossless: u32 to u64; `From` is not const.
            _ => self.origin + AddressSpace::MEMORY_STRIDE * index as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Target;

    #[test]
    fn regions_do_not_overlap() {
        for target in Target::platforms() {
            let space = target.address_space();
            assert!(space.image_base < space.first_memory);
            assert!(space.memory_base(0) + AddressSpace::GUARDED_MEMORY <= space.growable_tables());
            let tables_end = space.growable_tables() + AddressSpace::GROWABLE_TABLES_SIZE;
            assert!(tables_end <= space.memory_base(1));
            assert!(space.memory_base(1) + AddressSpace::GUARDED_MEMORY <= space.memory_base(2));
            let end = if target.system == System::Linux { 1 << 39 } else { 1 << 46 };
            assert!(space.memory_base(30) + AddressSpace::GUARDED_MEMORY <= end);
        }
    }
}

//! Addresses and ports that a program may connect to or listen on.
//!
//! ```text
//! 0   u8 direction: 1 connect, 2 listen      4   u16 first port     8   address, 16 bytes; the first 4 for IPv4
//! 1   u8 protocol: 1 TCP, 2 UDP              6   u16 last port
//! 2   u8 family: 0 any, 4, 6
//! 3   u8 bits of the address that count
//! ```

use core::net::IpAddr;

/// Bytes of a [`NetworkRule`] in a table.
pub const NETWORK_RULE_BYTES: usize = 24;

/// Who begins.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The program does.
    Connect = 1,
    /// The other side does.
    Listen = 2,
}

/// What is spoken.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP
    Tcp = 1,
    /// UDP
    Udp = 2,
}

/// What a program may connect to, or listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetworkRule {
    /// Who begins.
    pub direction: Direction,
    /// What is spoken.
    pub protocol: Protocol,
    /// An address, and how many of its first bits count; `None` for every address.
    pub network: Option<(IpAddr, u8)>,
    /// The first and the last port.
    pub ports: (u16, u16),
}

impl NetworkRule {
    /// Whether the rule allows `address` and `port`. An IPv4 address that is written as an IPv6 one is the IPv4 one.
    pub fn allows(&self, direction: Direction, protocol: Protocol, address: IpAddr, port: u16) -> bool {
        let (first, last) = self.ports;
        direction == self.direction
            && protocol == self.protocol
            && (first..=last).contains(&port)
            && self.network.is_none_or(|(network, bits)| contains(network, bits, address.to_canonical()))
    }

    /// The rule's bytes in a table.
    pub fn to_bytes(&self) -> [u8; NETWORK_RULE_BYTES] {
        let mut bytes = [0; NETWORK_RULE_BYTES];
        bytes[0] = self.direction as u8;
        bytes[1] = self.protocol as u8;
        bytes[4..6].copy_from_slice(&self.ports.0.to_le_bytes());
        bytes[6..8].copy_from_slice(&self.ports.1.to_le_bytes());
        if let Some((address, bits)) = self.network {
            bytes[3] = bits;
            match address {
                IpAddr::V4(address) => {
                    bytes[2] = 4;
                    bytes[8..12].copy_from_slice(&address.octets());
                }
                IpAddr::V6(address) => {
                    bytes[2] = 6;
                    bytes[8..].copy_from_slice(&address.octets());
                }
            }
        }
        bytes
    }

    /// The rule with these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<NetworkRule> {
        let bytes: &[u8; NETWORK_RULE_BYTES] = bytes.try_into().ok()?;
        let [direction, protocol, family, bits, a, b, c, d, address @ ..] = *bytes;
        let [v4 @ .., _, _, _, _, _, _, _, _, _, _, _, _] = address;
        let network = match (family, bits) {
            (0, 0) => None,
            (4, ..=32) => Some((IpAddr::from(v4), bits)),
            (6, ..=128) => Some((IpAddr::from(address), bits)),
            _ => return None,
        };
        Some(NetworkRule {
            direction: if direction == 1 { Direction::Connect } else { Direction::Listen },
            protocol: if protocol == 1 { Protocol::Tcp } else { Protocol::Udp },
            network,
            ports: (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])),
        })
        .filter(|rule| rule.to_bytes() == *bytes)
    }
}

fn contains(network: IpAddr, bits: u8, address: IpAddr) -> bool {
    let differ = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => u128::from(network.to_bits() ^ address.to_bits()) << 96,
        (IpAddr::V6(network), IpAddr::V6(address)) => network.to_bits() ^ address.to_bits(),
        _ => return false,
    };
    differ.leading_zeros() >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(network: Option<(&str, u8)>, ports: (u16, u16)) -> NetworkRule {
        let network = network.map(|(address, bits)| (address.parse().unwrap(), bits));
        NetworkRule { direction: Direction::Connect, protocol: Protocol::Tcp, network, ports }
    }

    #[test]
    fn a_rule_allows_its_network_and_ports_only() {
        let cases = [
            (rule(None, (0, u16::MAX)), "::1", 80, true),
            (rule(Some(("10.0.0.0", 8)), (80, 80)), "10.9.8.7", 80, true),
            (rule(Some(("10.0.0.0", 8)), (80, 80)), "10.9.8.7", 81, false),
            (rule(Some(("10.0.0.0", 8)), (80, 80)), "11.0.0.0", 80, false),
            (rule(Some(("10.0.0.0", 8)), (80, 80)), "::ffff:10.1.1.1", 80, true),
            (rule(Some(("0.0.0.0", 0)), (80, 80)), "::1", 80, false),
            (rule(Some(("127.0.0.1", 32)), (1, 9)), "127.0.0.2", 5, false),
            (rule(Some(("fe80::", 10)), (1, 9)), "febf::1", 9, true),
            (rule(Some(("fe80::", 10)), (1, 9)), "fec0::1", 9, false),
        ];
        for (rule, address, port, expected) in cases {
            let address = address.parse().unwrap();
            assert_eq!(rule.allows(Direction::Connect, Protocol::Tcp, address, port), expected, "{address} {port}");
            assert!(!rule.allows(Direction::Listen, Protocol::Tcp, address, port));
            assert!(!rule.allows(Direction::Connect, Protocol::Udp, address, port));
            assert_eq!(NetworkRule::from_bytes(&rule.to_bytes()), Some(rule));
        }
    }
}

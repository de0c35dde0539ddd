"""Which addresses may be connected to. Asked about the very address that the connection goes to, after name look-up.

A configured address is typed by a person, and a name can point anywhere, at another place each time it is asked: so
what counts is the numeric address, looked up once and connected to as it was checked.
"""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from django.conf import settings

from notifications.mailer import SendingFailed

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Public by the registry, yet an inside door: the host agent of Azure's machines.
_ALSO_REFUSED = (ipaddress.ip_network("168.63.129.16/32"),)
# IPv6 networks that carry an IPv4 address in their last 32 bits: NAT64, and the old "IPv4-compatible" ones.
_CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))


class OutboundFailed(SendingFailed):
    """`unknown`: it was sent, and no answer says what became of it. `status`: of the answer that was a refusal."""

    def __init__(self, reason: str, *, permanent: bool = False, unknown: bool = False, status: int = 0) -> None:
        # What the database takes as text, whatever a server wrote.
        clean = reason.replace("\0", "").encode("utf-8", "replace").decode()
        super().__init__(clean, permanent=permanent, unknown=unknown)
        self.status = status


class AddressRefused(OutboundFailed):
    """No connection was made: the address lies in a network that we do not speak to."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class NameUnknown(OutboundFailed):
    """The name could not be looked up just now."""


def is_allowed(address: Address) -> bool:
    """Whether we may connect there: the public internet, and what `OUTBOUND_ALLOWED_NETWORKS` names."""
    networks: list[Network] = settings.OUTBOUND_ALLOWED_NETWORKS
    if any(address.version == network.version and address in network for network in networks):
        return True
    inner = _carried(address)
    if inner is not None:
        return is_allowed(inner)
    if any(address.version == network.version and address in network for network in _ALSO_REFUSED):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address that a packet to this IPv6 address ends at."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address != IPv6Address("::1") and any(address in network for network in _CARRIERS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def checked_addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """Where a connection to this host may go, in the resolver's order; raises `AddressRefused`, `NameUnknown`.

    A name with a public and a private address keeps the public one.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameUnknown(f"{host}: {error}") from error
    allowed: list[tuple[socket.AddressFamily, tuple[str, int]]] = []
    for family, _kind, _protocol, _name, sockaddr in found:
        numeric = str(sockaddr[0]).partition("%")[0]  # without a scope: only link-local addresses have one
        if is_allowed(ipaddress.ip_address(numeric)):
            allowed.append((family, (numeric, port)))
    if not allowed:
        raise AddressRefused(f"{host} lies in a network that is not spoken to (OUTBOUND_ALLOWED_NETWORKS).")
    return allowed

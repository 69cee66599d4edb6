"""Where messages may be sent: to the push services that the settings name, at public addresses, over HTTPS.

A browser says where its service is, and so may anybody who pretends to be one: without these limits the server would
send requests to whatever address it is told, also within the network that it stands in.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from urllib3 import HTTPSConnectionPool, Timeout
from urllib3.connectionpool import HTTPConnectionPool

from engine.mailing.outcome import PermanentFailure, TransientFailure

LONGEST = 1000
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+")  # Of a host (RFC 1123, 2.1), not an address.
_TRANSLATED = IPv6Network("64:ff9b::/96")
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0


def is_allowed(endpoint: str, hosts: Collection[str]) -> bool:
    """Whether an address is one of the services at `hosts`, of which one that begins with *. has any below it."""
    try:
        parts = urlsplit(endpoint)
        is_plain = parts.scheme == "https" and parts.port in (None, 443) and parts.username is None
    except ValueError:
        return False
    name = (parts.hostname or "").lower()
    is_plain = is_plain and _NAME.fullmatch(name) is not None
    is_ours = any(name == host or (host.startswith("*.") and name.endswith(host[1:])) for host in hosts)
    return is_plain and is_ours and len(endpoint) <= LONGEST and endpoint.isascii() and endpoint.isprintable()


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the internet, for one receiver, and carries none of another network within it."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _TRANSLATED:  # RFC 6052, 2.1
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast


def open_pool(host: str) -> HTTPConnectionPool:
    """Connections to a service, at an address that was looked at first; raises PermanentFailure, TransientFailure."""
    try:
        addresses = [str(one[4][0]) for one in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise TransientFailure(type(error).__name__, unreachable=True) from error
    if not all(is_public(ip_address(address)) for address in addresses):
        raise PermanentFailure("private address")
    timeout = Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
    return HTTPSConnectionPool(addresses[0], 443, timeout=timeout, server_hostname=host, assert_hostname=host)

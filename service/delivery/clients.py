"""Who counts as one client when shares are given out."""

import ipaddress


def client(address: str) -> str:
    """The client behind an address: of IPv4 the address itself, of IPv6 the network of one subscriber."""
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))

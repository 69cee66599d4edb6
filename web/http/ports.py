"""Addresses that a process cannot listen on, as one sentence that names the setting."""

from __future__ import annotations

import errno

from engine.errors import BadSetting


def port_error(error: OSError, host: str, port: int, name: str) -> BadSetting:
    """The refusal of an address that `error` kept from being listened on; `name` is the setting that has the port."""
    if error.errno == errno.EADDRINUSE:
        return BadSetting("port-busy", host=host, port=str(port), name=name)
    return BadSetting("port-unusable", host=host, port=str(port), name=name, reason=error.strerror or str(error))

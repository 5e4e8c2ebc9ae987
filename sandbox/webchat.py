"""Links to the product's hosted chat page: told to the sandbox, or seen in a message on a phone."""

from __future__ import annotations

import re
from typing import Any

from sandbox.ledger import Record
from sandbox.world import World

LINK = re.compile(r"https?://[^\s<>\"]+/s/[A-Za-z0-9_.~-]+")


class Webchat:
    """The links, newest first; each address once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._links: dict[str, dict[str, Any]] = {}
        world.join({"webchat": self._told, "handset": self._seen, "reset": lambda _record: self._links.clear()})

    def links(self) -> list[dict[str, Any]]:
        """`{"name", "url", "at"}` each."""
        with self._world.lock:
            return list(reversed(self._links.values()))

    def _told(self, record: Record) -> None:
        self._add(record["url"], record["name"], record["at"])

    def _seen(self, record: Record) -> None:
        for url in LINK.findall(record["body"]):
            self._add(url, record["number"], record["at"])

    def _add(self, url: str, name: str, at: str) -> None:
        self._links.pop(url, None)
        self._links[url] = {"name": name, "url": url, "at": at}

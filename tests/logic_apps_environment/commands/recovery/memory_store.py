"""The objects of a backend in memory."""

from __future__ import annotations


class MemoryStore:
    """Objects by key, like those of a bucket.

    Args:
        objects: the objects.
    """

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects

    def keys(self, folder: str) -> list[str]:
        return sorted(key for key in self.objects if key.rpartition("/")[0] == folder)

    def read(self, key: str) -> bytes | None:
        return self.objects.get(key)

    def write(self, key: str, content: bytes) -> None:
        self.objects[key] = content

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def location(self, key: str) -> str:
        return f"memory:{key}"

"""The embedded store: one SQLite database with the whole state of the simulator.

Nothing is in memory between requests, so a restarted simulator, or a second one on the same store, continues where the
first one stopped. All access is inside ``Store.transaction()``, which takes the write lock at once (BEGIN IMMEDIATE),
because due operations run, and write, before each read.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from logic_apps_sandbox.arm.core.errors import resource_not_found
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id, stored_id
from logic_apps_sandbox.arm.core.store_errors import (
    VALID_SETTINGS,
    DamagedStoreError,
    IncompatibleStoreError,
    InvalidSettingError,
    explained,
)

FILE_NAME = "store.sqlite3"
"""The name of the store's file in its directory."""

# Seconds that a transaction waits for another process; a transaction takes about a millisecond.
_BUSY_TIMEOUT = 30.0

# Raised with every change of the tables. A store of a compatible version gets the new tables. There is no other
# migration: a store is a sandbox's; delete its directory to start with a new one.
_SCHEMA_VERSION = 4

_COMPATIBLE_VERSIONS = {0, 3}
"""0 is a new file; 4 added ``resource_time``."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- `key` is the id in lower case, `scope` the key of the resource group (for a group its own).
CREATE TABLE IF NOT EXISTS resource (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, parent TEXT NOT NULL, scope TEXT NOT NULL,
    document TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resource_parent ON resource (parent, type);
CREATE INDEX IF NOT EXISTS resource_scope ON resource (scope, type);
CREATE INDEX IF NOT EXISTS resource_type ON resource (type);

-- When Azure Resource Manager accepted the first and the last write of a resource: simulated seconds since 1970.
CREATE TABLE IF NOT EXISTS resource_time (
    key TEXT PRIMARY KEY, created REAL NOT NULL, changed REAL NOT NULL
) WITHOUT ROWID;

-- Times are simulated seconds since 1970. `locks` is the key of the resource that takes no other write meanwhile.
CREATE TABLE IF NOT EXISTS operation (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, resource TEXT NOT NULL, kind TEXT NOT NULL, locks TEXT NOT NULL,
    started REAL NOT NULL, due REAL NOT NULL, status TEXT NOT NULL, error TEXT,
    -- What the status becomes when it is due, and the part of the work that is done then.
    ending TEXT NOT NULL, progress REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS operation_due ON operation (due) WHERE status = 'InProgress';
CREATE INDEX IF NOT EXISTS operation_lock ON operation (locks) WHERE status = 'InProgress';

-- Faults of later operations, each the JSON of an `OperationFault`.
CREATE TABLE IF NOT EXISTS ordered_ending (number INTEGER PRIMARY KEY, ending TEXT NOT NULL);

-- Which resource names which other one in its properties (`ResourceType.references`); both as keys.
CREATE TABLE IF NOT EXISTS reference (
    source TEXT NOT NULL, member TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, member)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reference_target ON reference (target, member);

-- Which resource uses a subnet. A row outlives its holder while the operation `until` cleans up behind it.
CREATE TABLE IF NOT EXISTS subnet_hold (
    subnet TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL
) WITHOUT ROWID;

-- Faults of later requests, each the JSON of a `RequestFault`; how many matched and how many failed.
CREATE TABLE IF NOT EXISTS request_fault (
    number INTEGER PRIMARY KEY, fault TEXT NOT NULL, seen INTEGER NOT NULL, struck INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS request (
    number INTEGER PRIMARY KEY, real_time REAL NOT NULL, simulated_time REAL NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, status INTEGER NOT NULL, client TEXT NOT NULL, duration REAL NOT NULL, body TEXT
);
"""


@dataclass(frozen=True)
class Resource:
    """A stored resource: its id in its first spelling, and its ARM document without computed properties."""

    id: ResourceId
    document: dict[str, Any]

    @property
    def key(self) -> str:
        """The id in lower case."""
        return self.id.key

    @property
    def name(self) -> str:
        """The last name of the id."""
        return self.id.name

    @property
    def location(self) -> str:
        """The normalized location; empty for a child without its own."""
        return str(self.document.get("location", ""))

    @property
    def properties(self) -> dict[str, Any]:
        """The document's ``properties``."""
        properties: dict[str, Any] = self.document.get("properties", {})
        return properties

    def reference(self, member: str) -> ResourceId | None:
        """Return the resource that ``properties.{member}.id`` names; None if there is none."""
        named = self.properties.get(member)
        text = named.get("id") if isinstance(named, dict) else None
        return parse_resource_id(text) if isinstance(text, str) else None

    def with_properties(self, **changes: object) -> Self:
        """Return a copy whose ``properties`` have these values."""
        return replace(self, document={**self.document, "properties": {**self.properties, **changes}})


class Store:
    """An open store. Not for use by several threads at a time; several processes may each open their own.

    Every method raises ``StoreError`` when the store cannot be used.

    Args:
        directory: the folder of the store's file.
        references: by resource type, in lower case: the members of ``properties`` of the form ``{"id": …}`` that name
            another resource, for ``referring_to``. Not needed for reading only.
    """

    def __init__(self, directory: Path, references: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        self._references = references
        self._path = directory / FILE_NAME
        # The file holds the client secret and the key that signs tokens; SQLite gives its side files the same mode.
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with explained(self._path):
            self._connection = sqlite3.connect(
                self._path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
            )
            # Write-ahead logging with normal synchronization outlives the death of any process; only a power cut may
            # lose the last moments.
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._create_tables()

    def _create_tables(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == _SCHEMA_VERSION:
            return
        if version not in _COMPATIBLE_VERSIONS:
            self.close()
            raise IncompatibleStoreError(
                f"{self._path} was written by another version of the sandbox (tables {version}, this version has "
                f"{_SCHEMA_VERSION}). Delete the folder that contains it to start with an empty Azure."
            )
        # A second process may do the same at the same time; every statement is made for that.
        self._connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION}; COMMIT;")

    @staticmethod
    def exists(directory: Path) -> bool:
        """Return whether the directory contains a store."""
        return (directory / FILE_NAME).is_file()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Run one SQL statement."""
        with explained(self._path):
            return self._connection.execute(statement, values)

    def check(self) -> None:
        """Find damage that other statements would not meet; raises DamagedStoreError."""
        found = self.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise DamagedStoreError(self._path, found.replace("\n", " "))
        for text in self.execute("SELECT document FROM resource"):
            self._read_json(text[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in a transaction that no other process reads or writes in between."""
        with explained(self._path):
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._undo("ROLLBACK")
                raise
            self.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo the changes of this block inside a transaction if it raises."""
        self.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._undo("ROLLBACK TO attempt")
            raise
        finally:
            self._undo("RELEASE attempt")

    def _undo(self, statement: str) -> None:
        # After some errors, such as a full disk, SQLite has rolled back already.
        if self._connection.in_transaction:
            self.execute(statement)

    # Settings

    def setting(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return the stored value; None if it was never set."""
        row = self.execute("SELECT value FROM setting WHERE name = ?", name).fetchone()
        if row is None:
            return None
        if not _is_valid_setting(name, row[0]):
            raise InvalidSettingError(self._path, name)
        return json.loads(row[0])

    def remove_invalid_settings(self) -> list[str]:
        """Remove settings with invalid values, and return their names."""
        stored = self.execute("SELECT name, value FROM setting ORDER BY name").fetchall()
        invalid = [name for name, text in stored if not _is_valid_setting(name, text)]
        for name in invalid:
            self.execute("DELETE FROM setting WHERE name = ?", name)
        return invalid

    def set_setting(self, name: str, value: object) -> None:
        """Store a JSON value."""
        self.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, json.dumps(value))

    # Resources

    def resource(self, resource_id: ResourceId) -> Resource | None:
        """Return the resource with this id in any spelling; None if it does not exist."""
        return next(iter(self._select("key = ?", resource_id.key)), None)

    def existing(self, resource_id: ResourceId) -> Resource:
        """Return a resource that the router or a lock guarantees; raises ArmError ResourceNotFound otherwise."""
        found = self.resource(resource_id)
        if found is None:
            raise resource_not_found(resource_id.relative_name, resource_id.group)
        return found

    def save(self, resource: Resource) -> None:
        """Insert or replace a resource; the first spelling of its id is kept."""
        self.execute(
            "INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET document = "
            "excluded.document",
            resource.key,
            str(resource.id),
            resource.id.type.lower(),
            resource.id.parent.key if resource.id.types else "",
            resource.id.group_id.key,
            json.dumps(resource.document),
        )
        self.execute("DELETE FROM reference WHERE source = ?", resource.key)
        for member in self._references.get(resource.id.type.lower(), ()):
            if target := resource.reference(member):
                self.execute("INSERT INTO reference VALUES (?, ?, ?)", resource.key, member, target.key)

    def remove(self, resource_id: ResourceId) -> None:
        """Remove a resource and everything below it."""
        for table, column in (("resource", "key"), ("reference", "source"), ("resource_time", "key")):
            self.execute(
                # From "key/" to just before "key0", the character after the slash: what an index can find.
                f"DELETE FROM {table} WHERE {column} = ? OR ({column} > ? AND {column} < ?)",  # noqa: S608 - constants
                resource_id.key,
                resource_id.key + "/",
                resource_id.key + "0",
            )

    def record_change(self, resource_id: ResourceId, now: float) -> None:
        """Record the simulated time at which a write of this resource was accepted."""
        self.execute(
            "INSERT INTO resource_time VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET changed = excluded.changed",
            resource_id.key,
            now,
            now,
        )

    def times(self, resource_id: ResourceId) -> tuple[float, float] | None:
        """Return when a resource was created and last changed; None if an earlier version of the store recorded it."""
        row = self.execute("SELECT created, changed FROM resource_time WHERE key = ?", resource_id.key).fetchone()
        return None if row is None else (row[0], row[1])

    def referring_to(self, target: ResourceId) -> list[Resource]:
        """Return the resources that reference this one in a member that their type declares, ordered by key."""
        return self._select("key IN (SELECT source FROM reference WHERE target = ?)", target.key)

    def children(self, parent: ResourceId, resource_type: str) -> list[Resource]:
        """Return the direct children of one type of a resource or resource group, ordered by key."""
        return self._select("parent = ? AND type = ?", parent.key, resource_type.lower())

    def resources_in(self, group: ResourceId) -> list[Resource]:
        """Return everything in a resource group except the group itself, ordered by key."""
        return self._select("scope = ? AND key <> ?", group.key, group.key)

    def resources_of_type(self, resource_type: str) -> list[Resource]:
        """Return all resources of one type, ordered by key."""
        return self._select("type = ?", resource_type.lower())

    def all_resources(self) -> list[Resource]:
        """Return every resource and resource group, ordered by key."""
        return self._select("TRUE")

    def _select(self, condition: str, *values: object) -> list[Resource]:
        """Return the resources that fulfill a condition of SQL, ordered by key."""
        rows = self.execute(f"SELECT id, document FROM resource WHERE {condition} ORDER BY key", *values)  # noqa: S608
        return [Resource(stored_id(text), self._read_json(document)) for text, document in rows]

    def _read_json(self, text: str) -> dict[str, Any]:
        try:
            document: dict[str, Any] = json.loads(text)
        except ValueError as error:
            raise DamagedStoreError(self._path, "a resource in it is not JSON") from error
        return document


def _is_valid_setting(name: str, text: str) -> bool:
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return VALID_SETTINGS.get(name, lambda _: True)(value)

"""The base of all resource types: store, operations, clock, ids, errors and request bodies."""

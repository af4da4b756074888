"""What every resource type needs: store, operations, clock, ids, errors and request bodies."""

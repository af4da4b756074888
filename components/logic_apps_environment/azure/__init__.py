"""Azure concepts that the features share: names, argument types, resource IDs and look-ups."""

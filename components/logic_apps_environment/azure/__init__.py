"""What the features share of Azure: names, types of arguments, ids and look-ups."""

"""Managed identity and customer-managed key: arguments, look-up and rules."""

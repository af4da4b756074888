"""The integration service environment: component, arguments, request body and rules."""

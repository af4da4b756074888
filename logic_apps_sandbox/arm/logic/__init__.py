"""Microsoft.Logic: integration service environments and what they contain."""

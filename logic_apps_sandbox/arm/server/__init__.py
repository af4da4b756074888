"""The HTTPS server: routing, authentication and certificates."""

"""The components for programs in other languages: schema and provider."""

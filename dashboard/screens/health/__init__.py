"""Health: the guide's four questions, and what may be set of a provider."""

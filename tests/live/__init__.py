"""Opt-in runs against a real model; not collected by pytest."""

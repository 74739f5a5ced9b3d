"""Utilities without knowledge of licences: files, encodings, TOML, progress, time."""

"""Policies: load, validate, evaluate."""

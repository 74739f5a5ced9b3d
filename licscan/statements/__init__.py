"""Licence statements: what each detected match says in its place, what it is about, and whether it counts."""

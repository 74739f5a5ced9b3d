"""Which files are looked at, and why not the others."""

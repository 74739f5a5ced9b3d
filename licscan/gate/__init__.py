"""The gate: what a change brings in, told from what was there before."""

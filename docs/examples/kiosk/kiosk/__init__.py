"""A help desk for visitors."""

"""The mark that every file written by licscan carries near its start, so that a later scan can leave it out."""

from __future__ import annotations

# Put together here so that this module is not taken for one of licscan's own outputs.
MARKER = "licscan:" + "generated-file"
# How far into a file the mark is looked for, in bytes.
MARKER_WINDOW = 1024

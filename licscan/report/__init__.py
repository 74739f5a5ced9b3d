"""Results to files: one module per format, each reads and never decides."""

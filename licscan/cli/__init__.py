"""The command line: one module per user job."""

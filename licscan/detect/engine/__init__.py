"""ScanCode's detection over flat arrays: the same answers, computed once and without its objects."""

"""Text to licences, identical to ScanCode's answers."""

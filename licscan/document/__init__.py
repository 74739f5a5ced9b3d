"""Results to and from licscan's versioned JSON."""

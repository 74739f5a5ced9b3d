"""The words of the domain: frozen dataclasses, no input or output, no file format."""

"""The words of the domain: frozen structs, no input or output, no file format."""

"""The stages in order. ``run`` wires them; the other modules prepare what passes between them."""

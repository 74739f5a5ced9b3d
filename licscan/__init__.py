"""licscan: may we ship this codebase, and under which obligations?"""

__version__ = "0.2.0"

"""licscan: may we ship this codebase, and what do we owe?"""

__version__ = "0.2.0"

"""Whether a file begins as a pickle does, from its first bytes: what is then followed decides whether it is one."""

from __future__ import annotations

from io import BytesIO

_OPENERS = frozenset(b"(cFGIJKLMNSTUVX]})BC\x80\x82\x83\x84\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x95\x96")
_IMPORTS = frozenset({"GLOBAL", "INST", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4"})
# No text goes on for so many opcodes, but for lines of brackets.
_ENOUGH = 24
# A head of so many bytes is not the whole file.
_CUT = 1 << 16


def begins_as_pickle(head: bytes) -> bool:
    """Return whether a file with this ``head`` may be a pickle: its protocol is named, or an import and an opcode behind it, or many opcodes, stand at its start."""
    if not head or head[0] not in _OPENERS:
        return False
    if head[0] == 0x80:
        return len(head) > 1 and head[1] <= 5
    if head[0] in b"VS" and b"\n" not in head:
        return len(head) >= _CUT  # its first line does not end here
    from pickletools import genops  # takes longer to load than most runs need to know

    stream = BytesIO(head)
    count = imports = 0
    try:
        while count < _ENOUGH and stream.tell() < len(head):
            for opcode, argument, _ in genops(stream):
                count += 1
                if imports or count == _ENOUGH:
                    return True
                # A module and a name, with the blank between them; a line of text has more.
                imports += opcode.name in _IMPORTS and str(argument).count(" ") <= 1
    except ValueError:
        # An opcode whose argument goes on behind the head: what is followed shows whether one stands behind it.
        return len(head) >= _CUT and stream.tell() >= len(head)
    return bool(imports)

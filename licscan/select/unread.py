"""Content that is not read, told by what is in a file and not by its name: archives, compressed and encrypted files, formats that licscan has no
reader for, texts in an encoding that it does not know."""

from __future__ import annotations

import codecs

from licscan.core.archive import is_archive_name
from licscan.core.finding import FileKind
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.media import is_media_name
from licscan.core.message import Message, message
from licscan.util.encoding import wide_encoding

# How many bytes from the end of a file are searched. The end of a zip may have a comment, or something else, behind it.
_TAIL, _ZIP_TAIL = 1024, 64 * 1024 + 1024
_BY_HAND = message("hint.by-hand", "review it by hand: licscan does not read this format")
_ARCHIVES = message("hint.archives", "scan its content with --archives")

_POINTER = "format.pointer-content-git-lfs-keeps"
# What files begin with (at an offset), and what they are. The first that fits counts.
_FORMATS: tuple[tuple[int, bytes, Message], ...] = (
    (0, b"PK\x03\x04", message("format.zip-archive", "a zip archive")),
    (0, b"PK\x05\x06", message("format.zip-archive", "a zip archive")),
    (0, b"PK\x07\x08", message("format.zip-archive-in-parts", "a zip archive in parts")),
    (0, b"\x1f\x8b", message("format.compressed-gzip", "compressed with gzip")),
    (0, b"\x1f\x9d", message("format.compressed-compress", "compressed with compress")),
    (0, b"\x1f\xa0", message("format.compressed-compress", "compressed with compress")),
    (0, b"BZh", message("format.compressed-bzip2", "compressed with bzip2")),
    (0, b"\xfd7zXZ\0", message("format.compressed-xz", "compressed with xz")),
    (0, b"\x5d\0\0", message("format.compressed-lzma", "compressed with lzma")),
    (0, b"\x28\xb5\x2f\xfd", message("format.compressed-zstd", "compressed with zstd")),
    (0, b"\x04\x22\x4d\x18", message("format.compressed-lz4", "compressed with lz4")),
    (0, b"LZIP", message("format.compressed-lzip", "compressed with lzip")),
    (0, b"\x89LZO\0", message("format.compressed-lzop", "compressed with lzop")),
    (0, b"\xff\x06\0\0sNaPpY", message("format.compressed-snappy", "compressed with snappy")),
    (0, b"7z\xbc\xaf\x27\x1c", message("format.7z-archive", "a 7z archive")),
    (0, b"Rar!\x1a\x07", message("format.rar-archive", "a RAR archive")),
    (0, b"MSCF", message("format.cabinet-archive", "a cabinet archive")),
    (0, b"ISc(", message("format.cabinet-archive", "a cabinet archive")),
    (0, b"xar!", message("format.xar-archive", "a xar archive")),
    (0, b"\x60\xea", message("format.arj-archive", "an ARJ archive")),
    (2, b"-lh", message("format.lha-archive", "an LHA archive")),
    (7, b"**ACE**", message("format.ace-archive", "an ACE archive")),
    (0, b"SIT!", message("format.stuffit-archive", "a StuffIt archive")),
    (0, b"StuffIt", message("format.stuffit-archive", "a StuffIt archive")),
    (0, b"070701", message("format.cpio-archive", "a cpio archive")),
    (0, b"070702", message("format.cpio-archive", "a cpio archive")),
    (0, b"070707", message("format.cpio-archive", "a cpio archive")),
    (0, b"\xc7\x71", message("format.cpio-archive", "a cpio archive")),
    (0, b"\xed\xab\xee\xdb", message("format.rpm-package", "an rpm package")),
    (0, b"!<arch>\ndebian-binary", message("format.debian-package", "a Debian package")),
    (257, b"ustar", message("format.tar-archive", "a tar archive")),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        message("format.office-document-or-installer-old-form", "an Office document or installer of the old form"),
    ),
    (32769, b"CD001", message("format.image-disc", "an image of a disc")),
    (0, b"hsqs", message("format.squashfs-image", "a squashfs image")),
    (0, b"sqsh", message("format.squashfs-image", "a squashfs image")),
    (0, b"\x45\x3d\xcd\x28", message("format.cramfs-image", "a cramfs image")),
    (0, b"QFI\xfb", message("format.image-disk", "an image of a disk")),
    (0, b"KDMV", message("format.image-disk", "an image of a disk")),
    (0, b"conectix", message("format.image-disk", "an image of a disk")),
    (0, b"vhdxfile", message("format.image-disk", "an image of a disk")),
    (0, b"MSWIM\0\0\0", message("format.image-disk", "an image of a disk")),
    (1080, b"\x53\xef", message("format.image-file-system", "an image of a file system")),
    (0, b"Cr24", message("format.packed-extension-browser", "a packed extension of a browser")),
    (0, b"PAR1", message("format.parquet-file", "a Parquet file")),
    (0, b"# v2 git bundle", message("format.bundle-git-repository", "a bundle of a git repository")),
    (0, b"# v3 git bundle", message("format.bundle-git-repository", "a bundle of a git repository")),
    (0, b"age-encryption.org/v1", message("format.encrypted", "encrypted")),
    (0, b"Salted__", message("format.encrypted", "encrypted")),
    (0, b"LUKS\xba\xbe", message("format.encrypted", "encrypted")),
    (
        0,
        b"version https://git-lfs.github.com/spec/",
        message("format.pointer-content-git-lfs-keeps", "a pointer to content that Git LFS keeps"),
    ),
)
# Pictures, sound, films and fonts, and programs of which detection reads the texts: not counted, whatever they are called.
_COUNTED_OUT = (
    *(
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"RIFF",
        b"OggS",
        b"ID3",
        b"\0\0\1\0",
        b"II*\0",
        b"MM\0*",
        b"BM",
        b"fLaC",
        b"\x1aE\xdf\xa3",
    ),
    *(
        b"wOFF",
        b"wOF2",
        b"\0\1\0\0",
        b"OTTO",
        b"ttcf",
        b"true",
        b"8BPS",
        b"FORM",
        b"\x00\x00\x01\xb3",
        b"\x00\x00\x01\xba",
        b"8SVX",
    ),
    *(
        b"\x7fELF",
        b"MZ",
        b"\xca\xfe\xba\xbe",
        b"\xfe\xed\xfa",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\0asm",
        b"dex\n",
        b"BC\xc0\xde",
    ),
    *(b"SQLite format 3\0", b"%PDF-", b"!<arch>\n"),
)
_TEXT_KINDS = frozenset({FileKind.CODE, FileKind.PROSE, FileKind.LEGAL, FileKind.MANIFEST, FileKind.DATA})
_PLAIN = bytes([9, 10, 12, 13, *range(32, 127)])
# A text that is more than this beyond ASCII, and no UTF-8, is in an encoding of another script, or in none that holds ASCII.
_HIGH = bytes(range(128, 256))
_MOST_HIGH = 0.4


def tail_length(path: str) -> int:
    """Return how many bytes from the end of a file ``unread_content`` needs, by its name."""
    return _ZIP_TAIL if is_archive_name(path) else _TAIL


def not_read(path: str, what: Message, hint: Message) -> Issue:
    """Say that the content of a file was recognised and not read."""
    return Issue(
        code=IssueCode.NOT_READ,
        message=message("issue.content-not-read", "its content was not read: it is {detail}", detail=what),
        location=Location(path=path),
        hint=hint,
        level=IssueLevel.UNREAD,
    )


def unread_content(path: str, head: bytes, tail: bytes, named: FileKind) -> Issue | None:
    """Tell what of a file is not read, from its first and last bytes; ``None`` for one that is. ``named`` is its kind by name alone."""
    what = _format(path, head, tail)
    if what is not None:
        return not_read(path, what, _ARCHIVES if is_archive_name(path) else _BY_HAND)
    if named in _TEXT_KINDS and _is_no_text(head):
        return not_read(
            path,
            message("issue.no-text-in", "no text in an encoding that licscan knows"),
            message("issue.save-as-utf", "save it as UTF-8, or review it by hand"),
        )
    return None


def _format(path: str, head: bytes, tail: bytes) -> Message | None:
    for offset, magic, what in _FORMATS:
        if head.startswith(magic, offset):
            if what.id == _POINTER and is_media_name(path):
                return None
            return what if _is_likely(offset, magic, head) else None
    # An archive behind a program or a script: its directory stands at the end.
    end = tail.rfind(b"PK\x05\x06")
    behind = len(tail) - end - 22
    if (
        end >= 0
        and behind >= 0
        and (is_archive_name(path) or behind == int.from_bytes(tail[end + 20 : end + 22], "little"))
    ):
        return message("format.zip-behind", "a zip archive behind something else")
    return message("format.image-disk", "an image of a disk") if tail[-512:].startswith(b"koly") else None


def _is_likely(offset: int, magic: bytes, head: bytes) -> bool:
    """Whether a short magic is more than chance, or the beginning of a text."""
    if magic == b"BZh":
        return head[3:4].isdigit() and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90")
    if magic == b"\x53\xef":
        return not head[:1024].strip(b"\0")
    if offset:
        return not head.startswith(_COUNTED_OUT)
    if len(magic) > 3:
        return True
    return b"\0" in head[:4096] or len(head.translate(None, _PLAIN)) * 4 > len(head)


def _is_no_text(head: bytes) -> bool:
    if not head or head.startswith(_COUNTED_OUT) or wide_encoding(head) is not None:
        return False
    if b"\0" in head:
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut through
    except UnicodeDecodeError:
        return len(head.translate(None, _HIGH)) < (1 - _MOST_HIGH) * len(head)
    return False

"""How the content of an archive is called in a result: ``lib/x.jar-extract/META-INF/LICENSE``, as ScanCode's extraction does."""

from __future__ import annotations

EXTRACT_SUFFIX = "-extract"
ZIP_SUFFIXES = (".zip", ".jar", ".war", ".ear", ".aar", ".whl", ".egg", ".nupkg", ".vsix")
TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".crate", ".gem")
DEB_SUFFIXES = (".deb",)
ARCHIVE_SUFFIXES = (*ZIP_SUFFIXES, *TAR_SUFFIXES, *DEB_SUFFIXES)


def is_archive_name(name: str) -> bool:
    """Whether a file of this name is an archive that can be looked into."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def is_unpacked(folder: str) -> bool:
    """Whether a folder of this name stands for the content of an archive."""
    return folder.endswith(EXTRACT_SUFFIX) and is_archive_name(folder.removesuffix(EXTRACT_SUFFIX))

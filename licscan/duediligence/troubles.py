"""What could not be read: the messages of issues, read back into sentences that translators know.

The words of the system and of libraries (a parser on what it did not expect) stay as they are, and go in blind mode: they
may quote the tree.
"""

from __future__ import annotations

from functools import lru_cache

from licscan.core.message import Message, mark
from licscan.duediligence.sentences import Sentences

# Files and the cache.
_FILES = (
    mark("has more than {count} bytes of text, and was not searched for licences"),
    mark("cannot be read: {detail}"),
    mark("changed while it was being scanned"),
    mark("took longer than {count} seconds, and was given up"),
    mark("made the licence detector fail: {detail}"),
    mark("needed more memory than one file may have, and was given up"),
    mark("needed more than the {count} MB of memory that one file may have, and was given up"),
    mark("its process was ended by signal {count}"),
    mark("its process ended with status {count}"),
    mark("the result cache {paths} cannot be written: {detail}"),
    mark("the result cache {paths} cannot be used: {detail}"),
    mark("the result cache {paths} is damaged and was begun anew: {detail}"),
    mark("its Git data were not used: {detail}"),
    mark("the folder for temporary files is in the scanned tree: set TMPDIR to another"),
)

# Archives, and what is fetched.
_ARCHIVES = (
    mark("its content was not read: it is {detail}"),
    mark("the base image is named when the image is built"),
    mark("{count} of {most} dependencies in {paths} are unresolved; {detail}"),
    mark("{count} of {most} dependencies in {paths} is unresolved; {detail}"),
    mark("{count} of {most} dependency in {paths} is unresolved; {detail}"),
    mark("{count} of them are for development, test or build only; {detail}"),
    mark("all of them are for development, test or build only; {detail}"),
    mark("run with --online, or after installing them"),
    mark("run after installing them"),
    mark("scan the files of the image itself"),
    mark("look their terms up where they are published"),
    mark("run after `git submodule update --init --recursive`"),
    mark("archives are nested more than {count} deep"),
    mark("the archive was not read to its end: {detail}"),
    mark("the archive cannot be read: {detail}"),
    mark("the member {text} was refused: {detail}"),
    mark("{count} more member refused"),
    mark("{count} more members refused"),
    mark("it holds more than {count} members"),
    mark("its content is over {count} bytes"),
    mark("its content is over {count} times as large as the archive"),
    mark("it is a link"),
    mark("it is a device or other special file"),
    mark("it is over {count} bytes"),
    mark("another member has its name"),
    mark("it cannot be written: {detail}"),
    mark("its path is absolute, or no path"),
    mark("its path leaves the archive"),
    mark("{text} has no content"),
    mark("it is no Debian package"),
    mark("it holds no data.tar"),
    mark("its compression (zstd) is not read"),
    mark("more comes out of it than it may hold"),
    mark("the metadata of {subject} was not fetched: {detail}"),
    mark("the archive of {subject} was not fetched: {detail}"),
    mark("its client gave no archive that can be looked into"),
    mark("its client gave no regular file"),
    mark("its archive is over {count} bytes"),
    mark("the archive has none of the digests that the lockfile names"),
    mark("a member has less than no bytes"),
    mark("its list of members takes {count} bytes, and the limit is {most}"),
    mark("its path has more than {count} folders or {most} characters"),
    mark("its name or version is none that a registry can have"),
    mark("there is no client"),
    mark("{text} is not installed"),
    mark("{text} gave no answer: {detail}"),
    mark("{text} ended with {count}"),
    mark("the answer of {text} is too large"),
    mark("the answer of {text} is no JSON"),
)

# Manifests, lockfiles and databases of packages.
_MANIFESTS = (
    mark("a manifest of {count} bytes is over the limit of {most}"),
    mark("the installed packages hold more entries than the limit; the rest was not read"),
    mark("the reader of {text} failed: {detail}"),
    mark("not valid JSON: {detail}"),
    mark("not valid TOML: {detail}"),
    mark("not valid YAML: {detail}"),
    mark("not valid XML: {detail}"),
    mark("not valid Python: {detail}"),
    mark("not valid setup.cfg: {detail}"),
    mark("not UTF-8"),
    mark("an object is expected"),
    mark("a mapping is expected"),
    mark("too many or unknown aliases"),
    mark("nested too deeply"),
    mark("not a valid yarn.lock"),
    mark("not a valid gradle.lockfile: {text}"),
    mark("not a valid go.mod: {text}"),
    mark("a go.mod without a module line"),
    mark("not a pom.xml: its root is no project"),
    mark("not a requirement: {text}"),
    mark("a Gemfile.lock with unresolved merge conflicts"),
    mark("a binary lockfile that cannot be read; `bun install --save-text-lockfile` writes bun.lock"),
    mark("a package without name or version"),
    mark("a record without name or version"),
    mark("a record of conda-meta without name or version"),
    mark("a stanza without package or version"),
    mark("a control file without package or version"),
    mark("installed metadata without a name"),
    mark("not an rpm database: it is no SQLite file"),
    mark("not an rpm database: it has no table of packages"),
    mark("not a valid rpm database: {detail}"),
    mark("a package is no header"),
    mark("not a valid rpm header: it is too short"),
    mark("not a valid rpm header: its index is longer than it is"),
    mark("the packages of an rpm database in {text} are not read"),
    mark("the newest changes of the rpm database stand in its log, which is not read"),
    mark("ScanCode cannot read it: {detail}"),
    mark("ScanCode finds no package in it"),
    mark("{count} of its entries have no name, or one of more than {most} characters, and were left out"),
    mark("an entry names no package"),
    mark("an annotation with an unknown precedence; known are: {text}"),
    mark("an annotation without 'path', which has to be a text or a list of texts"),
    mark("not a REUSE.toml that can be read: the key 'version' has to be 1"),
    mark("not a copyright file that can be read: the field 'Format' is missing"),
    mark("not a copyright file that can be read: {detail}"),
    mark("too many patterns for as many files as lie below its folder"),
)

# Model files, cards and configurations.
_MODELS = (
    mark("the {text} header cannot be read: {detail}"),
    mark("loading this pickle would import what weights have no use for, and may run code: {text}"),
    mark("what loading this pickle would import cannot be told in full: {text}"),
    mark("it is no JSON: {detail}"),
    mark("it has neither a version nor a graph"),
    mark("a number is longer than ten bytes"),
    mark("a field has the unknown wire type {count}"),
    mark("a text of {count} bytes is over the limit of {most}"),
    mark("an entry of the metadata is no pair of texts"),
    mark("it does not start with GGUF"),
    mark("version {count} of the format is not known"),
    mark("{count} key-values and {most} tensors are more than any real model has"),
    mark("a value has the unknown type {count}"),
    mark("a list is nested too deeply or longer than the file"),
    mark("a tensor of {count} dimensions"),
    mark("a header of {count} bytes is over the format's limit of {most}"),
    mark("the header is no JSON: {detail}"),
    mark("the header is no JSON object"),
    mark("__metadata__ is no JSON object"),
    mark("a tensor has no shape"),
    mark("a length of {count} bytes runs past the end of the file"),
    mark("the header asks for {count} bytes, more than is read of any header"),
    mark("the front matter is longer than {count} characters"),
    mark("the front matter is no YAML: {detail}"),
    mark("the front matter has more than {count} parts"),
    mark("the front matter is nested more than {count} deep"),
    mark("its aliases stand for more than {count} parts"),
    mark("a header of {count} bytes is over the limit of {most}"),
    mark("a tensor has {count} dimensions"),
    mark("it describes more than {count} tensors"),
    mark("it has more parameters than any model"),
    mark("the file names more models and data sets, or in more steps, than are followed: some may be missing"),
    mark("it is no pickle: {detail}"),
)

# What systems most often say of a file.
_SYSTEM = (
    mark("Permission denied"),
    mark("Operation not permitted"),
    mark("No such file or directory"),
    mark("Is a directory"),
    mark("Not a directory"),
    mark("File name too long"),
    mark("Input/output error"),
    mark("Too many levels of symbolic links"),
    mark("No space left on device"),
    mark("Read-only file system"),
)

_TEMPLATES = (*_FILES, *_ARCHIVES, *_MANIFESTS, *_MODELS, *_SYSTEM)


def read_trouble(message: str) -> Message:
    """Return the message of an issue as a phrase; ``verbatim`` where it is none of licscan's own."""
    return _sentences().read(message)


@lru_cache(maxsize=1)
def _sentences() -> Sentences:
    return Sentences(_TEMPLATES, ())

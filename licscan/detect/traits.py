"""What ScanCode reads from a file's path: equal bytes with equal traits get equal answers.

Found by reading ScanCode 32.5.0's type detection (``typecode.contenttype``) and text extraction
(``textcode.analysis``). Nothing else of a path is read there; the owner of a package, the depth of a folder or
the time of a change make no difference. This module loads nothing of ScanCode: a stored answer is found without it.
"""

from __future__ import annotations

import os

from licscan.util.syntax import language_of

# Endings that are looked for as such. Every other test is on what follows the name's last dot, which is kept whole.
_ENDINGS = (
    "package.json",  # its long lines are never broken up
    ".js.map",  # read as a source map: only the sources inside count
    ".css.map",
    ".min.js",  # taken for minified code, whose lines are broken up
    ".typeface.json",
    "Makefile.inc",  # no source code, whatever its ending says
)


def path_traits(location: str) -> str:
    """Return a short text of all that ScanCode's answer for the file at ``location`` (an absolute path) takes from its path.

    Its parts: the ending of the name with its case (binary or text, source code, markup, office document, picture); the
    whole name where it has no ending, for ScanCode then guesses the language from the name; the compound endings above;
    and whether ``locale`` stands anywhere in the path, for then long lines are broken up.
    """
    name = os.path.basename(location)
    stem, dot, ending = name.rpartition(".")
    traits = [dot + ending if stem else name]
    traits += [known for known in _ENDINGS if name.endswith(known)]
    if "locale" in location:
        traits.append("locale")
    if stem and (language := language_of(name)):
        traits.append(language)  # licscan's own: the lexical context of a match
    return "|".join(traits)

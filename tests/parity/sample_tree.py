"""A small tree in which every way stands that ScanCode reads, matches and links files in. Rule texts come from the installed ScanCode."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
from pathlib import Path

# Rules whose texts point to other files, by the name they point to.
_REFERRING = {
    "COPYING": "gpl-2.0_1165.RULE",
    "LICENSE": "bsd-new_1020.RULE",
    "LICENSE.txt": "apache-2.0_131.RULE",
}
_EVERY = 900  # of 36,000 rules, so that forty are taken


def make_sample(root: Path) -> None:
    """Write the tree to ``root``; its name must not change, for it stands in ScanCode's answer."""
    rules = _data("rules")
    _write(root / "LICENSE", _text(_data("licenses") / "mit.LICENSE"))
    _write(root / "COPYING", _text(_data("licenses") / "gpl-2.0.LICENSE"))
    _write(root / "lib" / "COPYING", _text(_data("licenses") / "lgpl-2.1.LICENSE"))
    for number, rule in enumerate(sorted(rules.glob("*.RULE"))[::_EVERY]):
        _write(root / "rules" / f"r{number:02}{('.txt', '.c', '.py', '.md')[number % 4]}", _text(rule))
    for name, rule_name in _REFERRING.items():
        for folder in ("", "lib", "lib/deep"):
            _write(root / folder / f"refers-to-{name}.c", f"/*\n{_text(rules / rule_name)}\n*/\nint x;\n")
    _write_references(root)
    _write_odd_texts(root)
    _write_odd_names(root)


def _write_references(root: Path) -> None:
    see = "See the file {} for copying permission.\n"
    _write(
        root / "lib" / "LICENSE",
        "See LICENSE for license information.\n" + "\n" * 12 + "License: MIT\n" + "\n" * 12 + see.format("LICENSE"),
    )
    _write(root / "NOTICE", see.format("COPYING"))
    _write(root / "lib" / "NOTICE", "Licensed under the MIT license. " + see.format("NOTICE"))
    _write(root / "src" / "main.c", "/* See the file COPYING for copying permission. */\nint main;\n")
    (root / "src" / "COPYING.LIB").mkdir(parents=True)
    _write(root / "src" / "b.c", "/* See the file COPYING.LIB for copying permission. */\n")
    (root / "empty" / "below").mkdir(parents=True)


def _write_odd_texts(root: Path) -> None:
    odd = root / "odd"
    mit = "Licensed under the MIT license"
    _write(
        odd / "tags.c", "// SPDX-License-Identifier: GPL-2.0-or-later WITH Classpath-exception-2.0 OR MIT\nint gpl;\n"
    )
    _write(odd / "bad-tag.c", "// SPDX-License-Identifier: NoSuchLicense AND MIT\n")
    words = _text(_data("licenses") / "bsd-new.LICENSE").split(" ")
    _write(odd / "altered.txt", " ".join("changed" if number % 25 == 24 else word for number, word in enumerate(words)))
    _write(odd / "nothing.c", "int main(void) { return 0; }\n" * 50)
    _write(odd / "empty.txt", "")
    _write(odd / "latin.txt", "Lizenz für Größe: Apache License 2.0\r\nzweite Zeile".encode("latin-1"))
    _write(odd / "utf16.txt", mit.encode("utf-16"))
    _write(odd / "nul.txt", f"{mit}\x00{mit}\n".encode())
    _write(odd / "binary.dat", bytes(range(256)) * 8 + mit.encode() + bytes(range(256)))
    _write(odd / "program.so", b"\x7fELF\x02\x01\x01\x00" + bytes(range(4)) * 100 + mit.encode() + bytes(range(4)))
    _write(odd / "packed.gz", gzip.compress(mit.encode(), mtime=0))
    _write(
        odd / "page.html",
        f"<html><body><p>{mit}</p><a href='https://www.apache.org/licenses/LICENSE-2.0'>x</a></body></html>\n",
    )
    _write(odd / "drawing.svg", f"<svg xmlns='http://www.w3.org/2000/svg'><!-- {mit} --></svg>\n")
    _write(odd / "mini.min.js", "function a(){return 'x'};" * 300 + f"/*! {mit} */" + "b('y');" * 300)
    sources = [f"// {mit}\\n// \ud83d half a pair\nlet a;", "/* GPL-2.0 */\nlet b;"]
    source_map = json.dumps({"version": 3, "sources": ["a", "b"], "sourcesContent": sources})
    _write(odd / "a.js.map", source_map)
    _write(odd / "a.json", source_map)
    package = {"name": "x", "license": "(MIT OR Apache-2.0)", "files": ["f" * 60] * 20}
    _write(odd / "package.json", json.dumps(package))
    _write(odd / "locale" / "de.json", json.dumps(package))
    _write(
        odd / "ids.json", json.dumps({"licenses": ["MIT", "ISC", "GPL-2.0", "Apache-2.0", "BSD-3-Clause", "MPL-2.0"]})
    )


def _write_odd_names(root: Path) -> None:
    _write(root / "names" / "Zeta.txt", "License: ISC\n")
    _write(root / "names" / "alpha.txt", "License: ISC\n")
    _write(root / "names" / "Alpha.txt", "License: ISC\n")
    _write(root / "names" / "back\\slash.txt", "License: Zlib\n")
    _write(root / "names" / os.fsdecode(b"undecodable-\xff\xfe.txt"), "License: BSD\n")
    (root / "names" / "link").symlink_to("Zeta.txt")
    os.mkfifo(root / "names" / "pipe")


def _data(kind: str) -> Path:
    spec = importlib.util.find_spec("licensedcode")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / kind


def _text(rule: Path) -> str:
    """The text of a rule's file, without the data before it."""
    return rule.read_text(encoding="utf-8").split("---\n", 2)[2]


def _write(file: Path, content: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

"""Make a source tree of any size: code in folders, most files without a licence, some with a notice, few with a full text.

    python benchmarks/make_tree.py FOLDER --files 100000

No two files are equal, so that nothing is found by having been found before. The licence texts and notices are those of the
installed ScanCode's rules. The same arguments make the same tree.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
from pathlib import Path

_WORDS = (
    "buffer count index value result node left right parent child table entry cache state flags size length offset "
    "reader writer stream token parser frame block chunk queue stack width height color point vector matrix scale"
).split()
_FILES_A_FOLDER = 40
# Of a hundred files, how many begin with a notice, and how many are a licence text.
_NOTICES = 30
_TEXTS = 1


def main() -> int:
    options = _options()
    notices, texts = _rule_texts("RULE", 20), _rule_texts("LICENSE", 10)
    chance = random.Random(options.seed)
    for number in range(options.files):
        folder = options.folder / f"part{number // (_FILES_A_FOLDER * 25):04}" / f"unit{number // _FILES_A_FOLDER:06}"
        folder.mkdir(parents=True, exist_ok=True)
        kind = chance.randrange(100)
        if kind < _TEXTS:
            (folder / f"LICENSE-{number}").write_text(f"{chance.choice(texts)}\n\nfor unit {number}\n")
        else:
            notice = chance.choice(notices) if kind < _TEXTS + _NOTICES else ""
            (folder / f"file{number}.c").write_text(_code(chance, number, notice))
    return 0


def _code(chance: random.Random, number: int, notice: str) -> str:
    comment = "".join(f" * {line}\n" for line in notice.splitlines())
    functions = (
        _function(chance, f"{chance.choice(_WORDS)}_{number}_{count}") for count in range(chance.randint(2, 14))
    )
    return (f"/*\n{comment} */\n" if notice else "") + "#include <stdio.h>\n\n" + "\n".join(functions)


def _function(chance: random.Random, name: str) -> str:
    body = "".join(
        f"    {chance.choice(_WORDS)}->{chance.choice(_WORDS)} = {chance.choice(_WORDS)}({chance.randrange(1000)});\n"
        for _ in range(chance.randint(2, 12))
    )
    return f"static int {name}(struct {chance.choice(_WORDS)} *{chance.choice(_WORDS)})\n{{\n{body}    return 0;\n}}\n"


def _rule_texts(suffix: str, count: int) -> list[str]:
    """Some texts of the installed ScanCode, without loading it: GPL, MIT, BSD and Apache ones of middling length."""
    spec = importlib.util.find_spec("licensedcode")
    if spec is None or spec.origin is None:
        raise SystemExit("ScanCode is not installed")
    data = Path(spec.origin).parent / "data" / ("rules" if suffix == "RULE" else "licenses")
    texts = []
    for family in ("gpl-2.0", "mit", "bsd-new", "apache-2.0", "lgpl-2.1"):
        bodies = [file.read_text().split("---\n", 2)[-1].strip() for file in sorted(data.glob(f"{family}*.{suffix}"))]
        texts += [body for body in bodies if len(body) > 300][: count // 5]
    return texts


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

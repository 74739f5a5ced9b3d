"""Compare what licscan concludes for each file with what Debian's maintainer says in the package's ``debian/copyright``.

    python benchmarks/verdicts.py FOLDER [--results FOLDER] [--only NAME] [--labels FILE] [--json FILE] [--disagreements]

FOLDER holds unpacked Debian source packages, one folder each; those without a machine-readable copyright file are left out. Each is
scanned with the policy ``default`` and without its ``debian`` folder, which holds the answer. With ``--results``, results are kept
there, and a package that has one is not scanned again.

What is compared is the class of the licence. "Named" files are those that a pattern other than ``*`` matches; a file under the
catch-all pattern may well have a notice of its own that refines it. Only files that state something are compared. The same is done
with ScanCode's own expressions. A file that states nothing is under its component's licence; it counts where copyleft is lost.

``--labels`` reads who is wrong where they differ: a YAML list of ``{package, path, wrong, kind, quote}``. ``package`` and ``path`` are
patterns as in ``debian/copyright``, ``wrong`` is ``licscan``, ``maintainer`` or ``arguable``, and ``quote`` is the text of the file that
decides. A label may name the ``licence`` that licscan concluded, and holds for that one alone. The first label that fits counts, and a
disagreement without a label counts as an error of licscan.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

import msgspec
import yaml
from debian_copyright import (
    COPYRIGHT_FILE,
    CopyrightFile,
    Stanza,
    custom_names,
    is_catch_all,
    is_machine_readable,
    matches,
    read_copyright,
    to_spdx,
)

from licscan.classify.catalogue import Catalogue
from licscan.core.expression import ExpressionError
from licscan.core.message import Message
from licscan.detect.licensedb import license_records

_LICSCAN = (sys.executable, "-m", "licscan")
_COPYLEFT = {"weak-copyleft", "strong-copyleft"}
_WORDS = 1500  # characters of evidence that are shown for one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One file: the maintainer's licence, licscan's and ScanCode's, each with its class. ``None``: it states nothing.

    ``inherited`` is the class of the component that the file belongs to; ``evidence`` is the text that licscan's conclusion rests on.
    """

    package: str
    path: str
    pattern: str
    maintainer: str
    maintainer_class: str
    licscan: str | None
    licscan_class: str | None
    scancode: str | None
    scancode_class: str | None
    inherited: str | None
    inherited_class: str | None
    evidence: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        return not is_catch_all(self.pattern)

    @property
    def is_disagreement(self) -> bool:
        return self.licscan_class is not None and self.licscan_class != self.maintainer_class

    @property
    def is_copyleft_lost(self) -> bool:
        """Whether the maintainer sees copyleft and licscan, by the file or by its component, nothing stricter than permissive."""
        return self.maintainer_class in _COPYLEFT and (self.licscan_class or self.inherited_class) in (
            "permissive",
            None,
        )

    @property
    def is_copyleft_lost_by_scancode(self) -> bool:
        return self.maintainer_class in _COPYLEFT and self.scancode_class == "permissive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A finding that violates the policy, with the text that it rests on."""

    package: str
    code: str
    subject: str
    path: str | None
    expression: str | None
    message: str
    evidence: tuple[str, ...] = ()


@dataclass(slots=True)
class Package:
    """What one package gave. ``undecided`` counts files whose licence the maintainer describes in words that no licence matches."""

    name: str
    files: list[Compared] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, and the mean of the packages' own shares."""

    part: int
    whole: int
    mean: float

    def __str__(self) -> str:
        whole = self.part / self.whole if self.whole else 1.0
        return f"{self.mean:.1%} | {whole:.1%} ({self.part:,} of {self.whole:,})"


class Classes:
    """Classes of SPDX expressions and of ScanCode's, by licscan's catalogue."""

    def __init__(self, folder: Path) -> None:
        self._catalogue = Catalogue.load(license_records(folder))
        self._known: dict[str, str] = {}

    def of_spdx(self, expression: str) -> str:
        if expression not in self._known:
            self._known[expression] = self._classify(expression)
        return self._known[expression]

    def of_keys(self, expression: str) -> str:
        return self._catalogue.classify(expression).license_class.value

    def _classify(self, expression: str) -> str:
        try:
            expression = self._catalogue.from_spdx(expression)
        except ExpressionError:
            return "unknown"
        return self.of_keys(expression)


def scan(tree: Path, out: Path, exclude: Sequence[str] = (), jobs: int = 1) -> dict[str, Any]:
    """Scan ``tree`` and return its result; raise ``RuntimeError`` with what licscan printed when it wrote none."""
    command = [*_LICSCAN, "scan", str(tree), "--no-config", "-q", "-j", str(jobs), "--output-dir", str(out)]
    for each in exclude:
        command += ["--exclude", each]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    file = out / "result.json"
    if not file.exists():
        raise RuntimeError(f"licscan wrote no result for {tree.name}: {done.stderr.strip()[-500:]}")
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result


def scan_package(tree: Path, results: Path, jobs: int) -> dict[str, Any]:
    """Return the result of a package, from ``results`` where it is there."""
    kept = results / tree.name / "result.json"
    if kept.exists():
        result: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return result
    return scan(tree, kept.parent, exclude=("/debian/", "/.pc/"), jobs=jobs)


def read_texts(texts: Iterable[str], folder: Path) -> dict[str, str]:
    """Return the SPDX expression that detection finds in each of ``texts``; those without one are left out."""
    tree, by_name = folder / "texts", {}
    tree.mkdir()
    for text in set(texts):
        name = hashlib.sha256(text.encode()).hexdigest()[:16] + ".txt"
        (tree / name).write_text(text + "\n", encoding="utf-8")
        by_name[name] = text
    if not by_name:
        return {}
    findings = scan(tree, folder / "texts-result")["inventory"]["findings"]
    return {by_name[each["path"]]: each["expression_spdx"] for each in findings if each["expression_spdx"]}


def texts_to_read(copyright_file: CopyrightFile) -> Iterator[str]:
    """Yield the texts of the names that the specification does not define."""
    for stanza in copyright_file.stanzas:
        names = list(custom_names(stanza.license))
        for name in names:
            yield from filter(None, [copyright_file.texts.get(name.lower())])
        if names or not stanza.license:
            yield _whole_text(stanza)


def maintainers_license(stanza: Stanza, copyright_file: CopyrightFile, read: dict[str, str]) -> str | None:
    """Return the SPDX expression of a paragraph, or ``None`` when neither its names nor its text say one."""

    def read_name(name: str) -> str | None:
        return read.get(copyright_file.texts.get(name.lower(), ""))

    return (to_spdx(stanza.license, read_name) if stanza.license else None) or read.get(_whole_text(stanza))


def _whole_text(stanza: Stanza) -> str:
    return f"{stanza.license}\n{stanza.text}".strip()


def compare(
    package: str, result: dict[str, Any], copyright_file: CopyrightFile, read: dict[str, str], classes: Classes
) -> Package:
    """Compare the result of one package with its copyright file."""
    compared = Package(package, objections=list(_objections(package, result)))
    conclusions = {each["subject"]["path"]: each for each in _of_kind(result, "file")}
    owners = _owners(result)
    for finding in result["inventory"]["findings"]:
        path = finding["path"]
        found = copyright_file.stanza_of(path)
        if found is None:
            continue
        stanza, pattern = found
        license_text = maintainers_license(stanza, copyright_file, read)
        maintainer_class = classes.of_spdx(license_text) if license_text else "unknown"
        if license_text is None or maintainer_class == "unknown":
            compared.undecided += 1
            continue
        own, own_class, evidence = _concluded(conclusions.get(path))
        inherited, inherited_class, _ = _concluded(_owner_of(path, owners))
        compared.files.append(
            Compared(
                package=package,
                path=path,
                pattern=pattern,
                maintainer=stanza.license or license_text,
                maintainer_class=maintainer_class,
                licscan=own,
                licscan_class=own_class,
                scancode=finding["expression_spdx"],
                scancode_class=classes.of_keys(finding["expression"]) if finding["expression"] else None,
                inherited=inherited,
                inherited_class=inherited_class,
                evidence=evidence,
            )
        )
    return compared


def _of_kind(result: dict[str, Any], *kinds: str) -> Iterator[dict[str, Any]]:
    return (each for each in result["audit"]["conclusions"] if each["subject"]["kind"] in kinds)


def _owners(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return conclusions of the project and of components that have a folder, by the folder."""
    folders = {each["id"]: each["directory"] for each in result["inventory"]["components"]}
    owners = {}
    for each in _of_kind(result, "project", "component"):
        folder = folders.get(each["subject"]["id"])
        if folder is not None and each["classification"]:
            owners[folder] = each
    return owners


def _owner_of(path: str, owners: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    parts = path.split("/")[:-1]
    folders = ("/".join(parts[:length]) for length in range(len(parts), -1, -1))
    return next((owners[folder] for folder in folders if folder in owners), None)


def _concluded(conclusion: dict[str, Any] | None) -> tuple[str | None, str | None, tuple[str, ...]]:
    classification = conclusion and conclusion["classification"]
    if not conclusion or not classification:
        return None, None, ()
    return classification["expression_spdx"], classification["license_class"], _evidence(conclusion)


def _evidence(holder: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_told(each) for each in holder["evidence"])


def _said(message: dict[str, Any] | None) -> str:
    return str(msgspec.convert(message, Message)) if message else ""


def _told(evidence: dict[str, Any]) -> str:
    place = evidence["location"]
    text = (evidence["text"] or _said(evidence["note"]))[:_WORDS]
    return f"{place['path']}:{place['start_line']} [{evidence['expression']}, {evidence['rule_id']}]\n{text}"


def _objections(package: str, result: dict[str, Any]) -> Iterator[Objection]:
    for each in result["audit"]["violations"]:
        if each["violates"]:
            yield Objection(
                package=package,
                code=each["code"],
                subject=f"{each['subject']['kind']} {each['subject']['name']}",
                path=each["subject"]["path"],
                expression=each["expression_spdx"],
                message=_said(each["message"]),
                evidence=_evidence(each),
            )


class Labels:
    """Who is wrong where licscan and the maintainer differ, as a reader of the files decided it."""

    def __init__(self, rows: Iterable[dict[str, str]]) -> None:
        self._rows = tuple(rows)

    def of(self, file: Compared) -> dict[str, str] | None:
        """Return the first label that fits ``file``."""
        return next((row for row in self._rows if self._fits(row, file)), None)

    @staticmethod
    def _fits(row: dict[str, str], file: Compared) -> bool:
        return (
            matches(row["package"], file.package)
            and matches(row["path"], file.path)
            and row.get("licence", file.licscan) == file.licscan
        )

    def licscan_is_wrong(self, file: Compared) -> bool:
        row = self.of(file)
        return file.is_disagreement and (row is None or row["wrong"] == "licscan")

    def without_label(self, packages: Iterable[Package]) -> int:
        """Return how many disagreements have no label."""
        return sum(file.is_disagreement and not self.of(file) for package in packages for file in package.files)


def share(packages: Iterable[Package], counts: Callable[[Compared], bool], holds: Callable[[Compared], bool]) -> Share:
    """Return how many of the files that ``counts`` fulfil ``holds``. Packages without such files have no share in the mean."""
    part = whole = 0
    shares = []
    for package in packages:
        files = [file for file in package.files if counts(file)]
        fulfilled = sum(map(holds, files))
        part, whole = part + fulfilled, whole + len(files)
        if files:
            shares.append(fulfilled / len(files))
    return Share(part, whole, mean(shares) if shares else 1.0)


def table(packages: Sequence[Package], labels: Labels | None = None) -> str:
    """Return the figures as a table in Markdown."""

    def agreement(named: bool, which: str) -> Share:
        return share(
            packages,
            lambda file: file.is_named is named and getattr(file, which) is not None,
            lambda file: getattr(file, which) == file.maintainer_class,
        )

    files = [file for package in packages for file in package.files]
    lost = [file for file in files if file.is_copyleft_lost]
    inherited = sum(file.licscan_class is None for file in lost)
    objections = sum(len(package.objections) for package in packages)
    clean = sum(not package.objections for package in packages)
    lines = [
        f"{len(packages)} packages, {len(files):,} files compared; {sum(package.undecided for package in packages):,} files whose "
        "licence the maintainer does not name in words that can be classified.",
        "",
        "| class agrees with the maintainer's | mean of packages | all files |",
        "|---|---|---|",
        f"| licscan, named files | {agreement(True, 'licscan_class')} |",
        f"| licscan, catch-all files | {agreement(False, 'licscan_class')} |",
        f"| ScanCode, named files | {agreement(True, 'scancode_class')} |",
        f"| ScanCode, catch-all files | {agreement(False, 'scancode_class')} |",
    ]
    if labels:
        lines += [
            f"| licscan is wrong, {title} files, as labelled | {_wrong(packages, labels, named)} |"
            for named, title in ((True, "named"), (False, "catch-all"))
        ]
        lines += ["", f"Disagreements without a label: {labels.without_label(packages)}."]
    return "\n".join(
        [
            *lines,
            "",
            f"Copyleft lost: {len(lost)} files by licscan, {inherited} of them without a statement of their own; "
            f"{sum(file.is_copyleft_lost_by_scancode for file in files)} by ScanCode.",
            f"Findings that violate the policy: {objections}; packages without any: {clean} of {len(packages)}.",
        ]
    )


def _wrong(packages: Iterable[Package], labels: Labels, named: bool) -> Share:
    return share(
        packages, lambda file: file.is_named is named and file.licscan_class is not None, labels.licscan_is_wrong
    )


def package_table(packages: Iterable[Package]) -> str:
    """Return a line for each package: agreement by file and findings that violate."""
    lines = ["| package | named | catch-all | copyleft lost | violating |", "|---|--:|--:|--:|--:|"]
    for package in packages:
        cells = []
        for named in (True, False):
            files = [file for file in package.files if file.is_named is named and file.licscan_class]
            cells.append(f"{sum(not file.is_disagreement for file in files)} of {len(files)}")
        lost = sum(file.is_copyleft_lost for file in package.files)
        lines.append(f"| {package.name} | {cells[0]} | {cells[1]} | {lost} | {len(package.objections)} |")
    return "\n".join(lines)


def report(packages: Sequence[Package], labels: Labels | None) -> dict[str, Any]:
    """Return every disagreement, every lost copyleft and every violating finding as data for labelling."""
    files = [file for package in packages for file in package.files]
    return {
        "disagreements": [
            {**asdict(file), "named": file.is_named, "label": labels and labels.of(file)}
            for file in files
            if file.is_disagreement
        ],
        "copyleft_lost": [asdict(file) for file in files if file.is_copyleft_lost],
        "violating": [asdict(each) for package in packages for each in package.objections],
        "compared": len(files),
    }


def describe(packages: Sequence[Package], labels: Labels | None) -> Iterator[str]:
    """Yield each disagreement and each violating finding with the text that it rests on."""
    for package in packages:
        for file in package.files:
            if file.is_disagreement:
                row = labels.of(file) if labels else None
                label = f" [{row['wrong']}: {row['kind']}]" if row else ""
                yield f"\n{file.package}/{file.path}{label}"
                yield f"  maintainer: {file.maintainer} ({file.maintainer_class}), for {file.pattern}"
                yield f"  licscan: {file.licscan} ({file.licscan_class}); ScanCode: {file.scancode}"
                yield from _indented(file.evidence)
        for objection in package.objections:
            yield f"\n{objection.package}: {objection.code}: {objection.subject}: {objection.expression}"
            yield f"  {objection.message}"
            yield from _indented(objection.evidence)


def _indented(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (f"    | {line}" for line in text.splitlines())


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given:
        yield given
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


def measure(trees: Sequence[Path], results: Path, jobs: int = 1) -> list[Package]:
    """Scan what has no result yet, and compare every package."""
    copyrights = {tree: read_copyright(tree / COPYRIGHT_FILE) for tree in trees}
    with tempfile.TemporaryDirectory() as scratch:
        classes = Classes(Path(scratch))
        read = read_texts((text for each in copyrights.values() for text in texts_to_read(each)), Path(scratch))
        return [
            compare(tree.name, scan_package(tree, results, jobs), copyrights[tree], read, classes) for tree in trees
        ]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="verdicts.py"
    )
    parser.add_argument("folder", type=Path, help="folder of unpacked Debian source packages")
    parser.add_argument("--results", type=Path, help="folder where the results are kept and looked for")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this package alone; repeatable")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="who is wrong where they differ (YAML)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all differences to FILE")
    parser.add_argument("--disagreements", action="store_true", help="print every difference with its evidence")
    parser.add_argument("--jobs", type=int, default=1, help="processes for a scan (default: 1)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    given = _arguments(arguments)
    trees = [
        tree
        for tree in sorted(given.folder.iterdir())
        if is_machine_readable(tree / COPYRIGHT_FILE) and (not given.only or tree.name in given.only)
    ]
    if not trees:
        print(f"no package with a machine-readable copyright file in {given.folder}", file=sys.stderr)
        return 2
    labels = Labels(yaml.safe_load(given.labels.read_text(encoding="utf-8")) or ()) if given.labels else None
    with _folder(given.results) as results:
        packages = measure(trees, results, given.jobs)
    if given.json:
        given.json.write_text(json.dumps(report(packages, labels), indent=1, ensure_ascii=False), encoding="utf-8")
    if given.disagreements:
        print("\n".join(describe(packages, labels)), end="\n\n")
    print(package_table(packages), table(packages, labels), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

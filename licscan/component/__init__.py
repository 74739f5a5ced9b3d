"""Manifests, lockfiles and installed trees to components and dependencies."""

from __future__ import annotations

from licscan.component.base import (
    CacheFolder,
    ComponentFacts,
    ComponentOptions,
    FetchedArchive,
    LegalFile,
    LicenseReader,
    Reading,
)
from licscan.component.caches import find_caches, with_caches
from licscan.component.copyrights import files_by_component, with_copyrights
from licscan.component.ecosystem import SOURCES
from licscan.component.evidence import evidence_files, with_evidence
from licscan.component.formats import text_of
from licscan.component.graph import Graph, relate
from licscan.component.identity import with_origins
from licscan.component.legal_texts import legal_texts
from licscan.component.license import LicenseNormaliser
from licscan.component.merge import Merger
from licscan.component.own import Owners, legal_files
from licscan.component.places import find_installed
from licscan.component.project import Projects, is_project
from licscan.component.read import join_readings, read_all
from licscan.component.readme import read_readmes
from licscan.component.resolve import resolve
from licscan.component.reuse import read_reuse
from licscan.component.tree import Tree, UnreadableFile, build_tree
from licscan.component.vendored import brought_in, find_vendored
from licscan.core.component import ComponentKind
from licscan.core.selection import Selection
from licscan.workers import RunWork, run_here

__all__ = [
    "CacheFolder",
    "ComponentFacts",
    "ComponentOptions",
    "FetchedArchive",
    "Graph",
    "LegalFile",
    "LicenseReader",
    "Owners",
    "assemble",
    "discover",
    "evidence_files",
    "files_by_component",
    "find_caches",
    "legal_texts",
    "with_copyrights",
    "with_evidence",
]


def discover(
    selection: Selection, options: ComponentOptions, read_license: LicenseReader, run: RunWork = run_here
) -> ComponentFacts:
    """Return the components of a tree and what depends on what, from manifests, lockfiles and installed metadata.

    Nothing is executed and nothing fetched. ``read_license`` is asked for free text that is neither an SPDX
    expression nor a common name. A manifest that does not parse is an issue and costs nothing else. ``run`` reads the files.
    """
    tree = build_tree(selection, options, find_installed(selection, options))
    facts = assemble(tree, join_readings(read_all(tree, SOURCES, run)), options, read_license, run)
    return with_caches(facts, options.caches, read_license) if options.caches else facts


def assemble(
    tree: Tree, reading: Reading, options: ComponentOptions, read_license: LicenseReader, run: RunWork = run_here
) -> ComponentFacts:
    """Return the components and dependencies that all files of a tree together speak of."""
    reading = with_origins(reading)
    projects = Projects(filter(is_project, reading.packages), tree, options)
    resolution = resolve(reading, projects, tree)
    normaliser = LicenseNormaliser(read_license, lambda path: _text(tree, path))
    merger = Merger(projects, normaliser)
    known = merger.components((*reading.packages, *(package for _, package in resolution.asked)))
    dependencies = merger.dependencies(reading, resolution)
    vendored = find_vendored(tree, projects, [item for item in known if item.kind is not ComponentKind.PROJECT])
    lying = brought_in((*vendored, *known), projects, {dependency.child for dependency in dependencies})
    every = tuple(sorted((*dependencies, *lying), key=lambda item: (item.parent, item.child)))
    components = relate((*known, *vendored), every)
    reuse = read_reuse(tree, normaliser, run)
    readmes, unread = read_readmes(tree, projects.folders, run)
    return ComponentFacts(
        components=components,
        dependencies=every,
        legal_files=legal_files(tree, components),
        issues=(*tree.issues, *reading.issues, *reuse.issues, *unread),
        reuse=reuse.reuse,
        readmes=readmes,
    )


def _text(tree: Tree, path: str) -> str | None:
    if path not in tree:
        return None
    try:
        return text_of(tree.read(path))
    except UnreadableFile:
        return None  # it is an issue of the scan itself already: whatever reads the tree's files tells it

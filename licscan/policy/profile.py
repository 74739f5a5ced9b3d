"""What a policy can ask about a subject, apart from its licence: equal profiles are judged once."""

from __future__ import annotations

from msgspec import Struct

from licscan.core.alteration import JudgedChange
from licscan.core.component import ComponentKind, Dated, Scope
from licscan.core.message import Message
from licscan.core.verdict import Evidence, SubjectKind
from licscan.policy.compatibility import Outbound
from licscan.policy.schema import ProgramState


class Profile(Struct, frozen=True, kw_only=True):
    """``component`` is the kind of the component that the subject is, or belongs to. ``outbounds`` are the licences of
    the projects that it is part of, ``None`` standing for a project whose licence is not known. ``globs`` are those of the
    policy's globs that match its path. ``program`` is what a package of an image, or a file in one, is stated to be to the product;
    ``browser`` tells what is sent to browsers.

    ``texts`` are the ids of the licences whose text stands with the subject; ``None`` where no text is needed: it is the
    project's own, or not in the tree. ``notices`` are the copyright
    statements that its files make. ``binaries_only`` tells a subject in the tree without any source.
    ``undeclared`` are licences found in the files of a component or project that it does not declare, in SPDX form;
    ``declarations`` is then where it declares others. ``changed_from`` is the version before it of the same package, and the
    licence of that, in SPDX form, where the tree holds both and the licences differ. ``inherited`` are licences that a model has
    from its bases and does not claim itself, each with the chain of models that it comes by.
    ``served_by`` is the service that alone runs a model. ``stale`` is what a component is known by to be more than four years old. ``altered`` are sentences of its licence texts that are
    not those of the licence.
    ``disagreement`` says who says what of a project's licence, where the places that state it do not agree.
    """

    kind: SubjectKind
    scope: Scope
    component: ComponentKind | None
    outbounds: tuple[Outbound | None, ...] = ()
    program: ProgramState | None = None
    browser: bool = False
    globs: frozenset[str] = frozenset()
    texts: frozenset[str] | None = None
    notices: tuple[Evidence, ...] = ()
    binaries_only: bool = False
    undeclared: tuple[str, ...] = ()
    declarations: tuple[Evidence, ...] = ()
    changed_from: tuple[str, str] | None = None
    inherited: tuple[tuple[str, str], ...] = ()
    disagreement: Message | None = None
    stale: Dated | None = None
    served_by: str | None = None
    altered: tuple[JudgedChange, ...] = ()

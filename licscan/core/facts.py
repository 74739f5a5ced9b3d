"""What the user declares about the product: the facts that licence terms ask for."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from licscan.core.location import Location


class Distribution(str, Enum):
    """How the product reaches others."""

    NONE = "none"
    INTERNAL = "internal"
    SAAS = "saas"
    BINARY = "binary"
    SOURCE = "source"


class Linking(str, Enum):
    STATIC = "static"
    DYNAMIC = "dynamic"


class Facts(Struct, frozen=True, kw_only=True):
    """Declared facts; ``None`` is "not told", which is never taken for "no".

        Money is in US dollars a year. ``monthly_active_users_at`` is ``"<number>@<YYYY-MM-DD>"``: some licences count at the
        model's release. ``accepted`` lists terms recorded as accepted, such as ``falcon-royalty``; ``commercial_licences`` the licences that
    were bought: each by the licence's id or by the package that it was bought for (globs). ``separate_programs`` are packages of an
        image that run as programs of their own beside the product, ``linked_programs`` those that are linked with it (globs of names).
    """

    distribution: Distribution | None = None
    commercial: bool | None = None
    outbound: str | None = None
    linking: Linking | None = None
    modified: bool | None = None
    monthly_active_users: int | None = None
    monthly_active_users_at: str | None = None
    annual_revenue_usd: int | None = None
    attributable_revenue_usd: int | None = None
    languages: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    uses: tuple[str, ...] | None = None
    trains_other_models: bool | None = None
    accepted: tuple[str, ...] = ()
    commercial_licences: tuple[str, ...] = ()
    separate_programs: tuple[str, ...] = ()
    linked_programs: tuple[str, ...] = ()


class UsageStatement(Struct, frozen=True, kw_only=True):
    """What somebody states of how some components are used, where it differs from the product; ``None`` is "not said".

    ``component`` is an id, a purl without version, or a name (globs); ``by`` is who says so.
    """

    component: str
    by: str
    location: Location
    distribution: Distribution | None = None
    linking: Linking | None = None
    modified: bool | None = None
    comment: str | None = None

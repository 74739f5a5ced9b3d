"""Code that is sent to browsers: a copy that users receive, also where the product is only hosted.

Whoever makes others receive copies conveys the work (GPL-3.0 section 0) or distributes it (GPL-2.0 section 1). What shows it is where a file
lies and what a project is built with; neither proves that a page loads it, so that a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from licscan.core.component import Component, ComponentKind, Dependency
from licscan.policy.reach import Reach

# Folders whose content a web server hands out, and what browsers run or show of it.
_SERVED = re.compile(r"(^|/)(public|static|assets|www|wwwroot|htdocs|webroot|web_accessible|frontend|client)(/|$)", re.IGNORECASE)  # fmt: skip
_RUN = re.compile(r"\.(m?js|cjs|jsx|tsx?|css|scss|less|wasm|html?|vue|svelte|svg|woff2?)$", re.IGNORECASE)
# Packages that only code for browsers is built on.
_FRAMEWORKS = frozenset({
    "react-dom", "preact", "vue", "nuxt", "svelte", "@sveltejs/kit", "@angular/core", "solid-js", "next", "gatsby", "lit", "ember-source",
    "backbone", "jquery", "alpinejs", "htmx.org", "@remix-run/react", "@builder.io/qwik",
})  # fmt: skip
_FRAMEWORK_PURL = re.compile(r"^pkg:npm/([^?#]+?)(@[^/@?#]*)?([?#].*)?$")


class Browser:
    """Tells which parts of a codebase reach browsers."""

    def __init__(self, components: Iterable[Component], dependencies: Iterable[Dependency]) -> None:
        named = {item.id: item.name for item in components}
        self._projects = frozenset(
            dependency.parent
            for dependency in dependencies
            if named.get(dependency.child, _npm_name(dependency.child)) in _FRAMEWORKS
        )

    def reaches(self, component: Component | None, path: str, reach: Reach) -> bool:
        """Whether a subject is sent to browsers; ``path`` is its file or folder, ``reach`` knows the projects that it is part of."""
        if component is not None and component.kind is ComponentKind.PACKAGE:
            if component.ecosystem != "npm" or not self._projects:
                return False
            return any(project.id in self._projects for project in reach.of_component(component))
        if not _SERVED.search(path.rpartition("/")[0] if _RUN.search(path) else path):
            return False
        return bool(_RUN.search(path)) or (component is not None and component.kind is ComponentKind.VENDORED)


def _npm_name(purl: str) -> str:
    found = _FRAMEWORK_PURL.match(purl)
    return found[1].replace("%40", "@") if found else ""

"""The shortest ways through dependencies from a project to what it needs, of bounded length: a lockfile may be one chain of thousands."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from licscan.core.component import Dependency

# How many ways to a component that many need are shown: the shortest explain it.
_SHOWN_WAYS = 3
# How many steps of each end of a way are shown, and after how many a way that turns back on itself is no longer looked for.
SHOWN_STEPS = 6
_LONGEST_LOOP = 1_000


class Ways:
    """Some of the dependencies, and the shortest way through them from any project to each component."""

    def __init__(self, projects: Iterable[str], dependencies: Iterable[Dependency]) -> None:
        children: dict[str, list[str]] = defaultdict(list)
        self._parents: dict[str, list[str]] = defaultdict(list)
        for dependency in dependencies:
            children[dependency.parent].append(dependency.child)
            self._parents[dependency.child].append(dependency.parent)
        self._before: dict[str, str | None] = dict.fromkeys(projects)
        # The number of steps to each, and the first of them: a lockfile may be one chain of as many packages as it likes.
        self._depth: dict[str, int] = dict.fromkeys(self._before, 1)
        self._head: dict[str, tuple[str, ...]] = {project: (project,) for project in self._before}
        queue = deque(self._before)
        while queue:
            here = queue.popleft()
            for child in children.get(here, ()):
                if child not in self._before:
                    self._before[child] = here
                    self._depth[child] = self._depth[here] + 1
                    head = self._head[here]
                    self._head[child] = (*head, child) if len(head) < SHOWN_STEPS else head
                    queue.append(child)

    def ways_to(self, component: str) -> list[tuple[str, ...]]:
        """Return the shortest ways; each as ``way`` gives it."""
        parents = [item for item in dict.fromkeys(self._parents.get(component, ())) if item in self._before]
        parents.sort(key=lambda item: (self._depth[item], item))
        found: list[tuple[int, tuple[str, ...]]] = []
        for parent in parents:
            if len(found) >= _SHOWN_WAYS and self._depth[parent] > found[_SHOWN_WAYS - 1][0]:
                break
            if not self._is_on_the_way(component, parent):
                found.append((self._depth[parent], (*self.way(parent), component)))
        return [way for _, way in sorted(found)[:_SHOWN_WAYS]]

    def _is_on_the_way(self, component: str, to: str) -> bool:
        if self._depth.get(component, self._depth[to] + 1) > self._depth[to]:
            return False
        here: str | None = to
        for _ in range(_LONGEST_LOOP):
            if here is None or here == component:
                break
            here = self._before[here]
        return here == component

    def way(self, here: str) -> tuple[str, ...]:
        """Return the ids on the shortest way from a project to ``here``, both included; empty when there is none.

        Of one that is longer than twice ``SHOWN_STEPS`` the ends are kept, and between them how many there are.
        """
        if here not in self._before:
            return ()
        depth, tail = self._depth[here], [here]
        while len(tail) < SHOWN_STEPS and (before := self._before[tail[-1]]) is not None:
            tail.append(before)
        tail.reverse()
        between = depth - 2 * SHOWN_STEPS
        if between > 0:
            return (*self._head[here], f"... {between:,} more ...", *tail)
        return (*self._head[here][: depth - len(tail)], *tail)

"""The picture of the house in docs/architecture.md, drawn from the imports: python -m assistant.lab.structure"""

from __future__ import annotations

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "architecture.md"
#: Highest first; what stands beside the storeys (settings, errors) is left out of the picture.
STOREYS = ("lab", "web", "commands", "desk", "answer", "review", "search", "library", "store", "law")
_MARKS = ("<!-- drawn by python -m assistant.lab.structure -->", "<!-- end of what is drawn -->")
#: More modules than this in one folder are hard to find one's way in.
FOLDER_MODULES = 16


@dataclass(frozen=True, slots=True)
class House:
    """The modules of the package and what each imports of the others at the top of its file."""

    imports: Mapping[str, frozenset[str]]

    def circles(self) -> list[frozenset[str]]:
        """Return the groups of modules that import each other in a loop (strongly connected, two or more)."""
        return [group for group in _components(self.imports) if len(group) > 1]

    def crowded(self) -> dict[str, int]:
        """Return the folders with more than FOLDER_MODULES modules, by name, with how many they have."""
        counts = Counter(module.rpartition(".")[0] for module in self.imports)
        return {folder: n for folder, n in sorted(counts.items()) if n > FOLDER_MODULES}

    def arrows(self, depth: int) -> Counter[tuple[str, str]]:
        """Return how many imports go from one part to another, parts being names cut to `depth` (1: storeys, 2: wings)."""
        found: Counter[tuple[str, str]] = Counter()
        for module, others in self.imports.items():
            for other in others:
                ends = _part(module, depth), _part(other, depth)
                if all(ends) and ends[0] != ends[1]:
                    found[ends] += 1
        return found

    def wing_circles(self) -> list[frozenset[str]]:
        """Return the groups of wings that import each other in a loop, each wing's modules taken together."""
        graph: dict[str, set[str]] = defaultdict(set)
        for a, b in self.arrows(2):
            graph[a].add(b)
            graph[b] |= set()
        return [group for group in _components({a: frozenset(bs) for a, bs in graph.items()}) if len(group) > 1]

    def upward(self) -> list[tuple[str, str]]:
        """Return the arrows between storeys that run upwards."""
        return [(a, b) for a, b in self.arrows(1) if STOREYS.index(b) < STOREYS.index(a)]


def measure(root: Path = ROOT) -> House:
    """Return the house as it stands under `root`."""
    files = {_name(p, root): p for p in sorted((root / "assistant").rglob("*.py")) if "migrations" not in p.parts}
    modules = {name for name, path in files.items() if path.name != "__init__.py"}
    return House({name: frozenset(_imports(files[name]) & modules - {name}) for name in modules})


def drawing(house: House) -> str:
    """Return the drawn part of the page: the storeys as a picture, and the figures."""
    arrows = sorted(house.arrows(1).items())
    lines = [f"  {a} -->|{count}| {b}" for (a, b), count in arrows]
    names = {a for pair, _ in arrows for a in pair}
    wings = defaultdict(set)
    for module in house.imports:
        parts = module.split(".")
        if len(parts) > 3 and parts[1] in names:
            wings[parts[1]].add(parts[2])
    boxes = [f'  {s}["{s}<br>{" ".join(sorted(wings[s]))}"]' for s in STOREYS if s in names]
    figures = [
        ("模块", len(house.imports)),
        (f"超过 {FOLDER_MODULES} 个模块的文件夹", len(house.crowded())),
        ("最多的一个文件夹", max(Counter(m.rpartition(".")[0] for m in house.imports).values())),
        ("互相引用的圈", len(house.circles())),
        ("互相引用的翼", sum(len(group) for group in house.wing_circles())),
        ("向上的引用", len(house.upward())),
        ("翼与翼之间的引用关系", len(house.arrows(2))),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in figures)
    graph = "\n".join(["```mermaid", "flowchart TD", *boxes, *lines, "```"])
    return f"{graph}\n\n| 量 | 值 |\n| --- | --- |\n{table}"


def redrawn(page: str, house: House) -> str:
    """Return the page with its drawn part replaced; raises ValueError where the marks are missing."""
    before, _, rest = page.partition(_MARKS[0])
    _, found, after = rest.partition(_MARKS[1])
    if not found:
        raise ValueError(f"{PAGE} has no marks to draw between")
    return f"{before}{_MARKS[0]}\n\n{drawing(house)}\n\n{_MARKS[1]}{after}"


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> set[str]:
    return {name for node in ast.parse(path.read_text("utf-8")).body for name in _imported(node)}


def _imported(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (a.name for a in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{a.name}" for a in node.names)


def _part(module: str, depth: int) -> str:
    """The storey of a module, or its wing (`law.citation`); empty for what stands beside the storeys."""
    parts = module.split(".")[1:]
    if not parts or parts[0] not in STOREYS:
        return ""
    return ".".join(parts[:depth]) if len(parts) > depth else ".".join(parts[:-1])


def _components(graph: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """The strongly connected components (Kosaraju's two passes, without recursion)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        stack = [(start, iter(graph[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            node, rest = stack[-1]
            fresh = next((n for n in rest if n not in seen), None)
            if fresh is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(graph[fresh])))
    back: dict[str, set[str]] = defaultdict(set)
    for a, others in graph.items():
        for b in others:
            back[b].add(a)
    groups, placed = [], set[str]()
    for node in reversed(order):
        if node in placed:
            continue
        group, todo = {node}, [node]
        while todo:
            fresh_ones = back[todo.pop()] - group - placed
            group |= fresh_ones
            todo.extend(fresh_ones)
        placed |= group
        groups.append(frozenset(group))
    return groups


if __name__ == "__main__":
    PAGE.write_text(redrawn(PAGE.read_text("utf-8"), measure()), "utf-8")
    print(f"{PAGE} drawn", file=sys.stderr)

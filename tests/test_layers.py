"""Imports run downwards through the packages, and the packages that must stay pure are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "assistant"
#: Highest first; a module imports from its own package and those after it.
LAYERS = ("lab", "web", "commands", "desk", "review", "answer", "search", "library", "store", "law")
#: A command starts what it serves or measures; it does so inside its function, when it runs.
LATE = {("commands", "web"), ("commands", "lab")}
#: What `law` may import beside itself: the standard library without input and output.
PURE = {
    "assistant",
    "__future__",
    "bisect",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
}
PURE |= {"functools", "hashlib", "heapq", "itertools", "math", "operator", "re", "string", "tomllib", "types", "typing", "unicodedata"}


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield (module, whether at the top of the file) of every import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, id(node) in top) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in top


def layer(module: str) -> str:
    """The package of a module of the program, empty for the modules beside the packages."""
    parts = module.split(".")
    return parts[1] if parts[0] == "assistant" and len(parts) > 1 and parts[1] in LAYERS else ""


def test_imports_run_downwards() -> None:
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        own = path.relative_to(ROOT).parts[0]
        if own not in LAYERS:
            continue
        for module, at_top in imports(path):
            other = layer(module)
            upwards = other and LAYERS.index(other) < LAYERS.index(own)
            if upwards and not (not at_top and (own, other) in LATE):
                wrong.append(f"{path.relative_to(ROOT)} → {module}")
    assert not wrong


def test_the_law_depends_on_nothing() -> None:
    used = {(path.name, module) for path in (ROOT / "law").rglob("*.py") for module, _ in imports(path)}
    outside = sorted((name, m) for name, m in used if m.split(".")[0] not in PURE or (m.startswith("assistant.") and layer(m) != "law"))
    assert not outside


def test_sql_stays_in_the_store() -> None:
    allowed = ("Connection", "Engine", "engine", "exc", "make_url")
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        if path.relative_to(ROOT).parts[0] == "store":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "sqlalchemy":
                names = [n.name for n in node.names] if node.module == "sqlalchemy" else [node.module.split(".")[1]]
                wrong += [f"{path.relative_to(ROOT)}: {n}" for n in names if n not in allowed]
    assert not wrong

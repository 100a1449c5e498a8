"""The prompts in `prompts/`: one file each with a header, checked when loaded; what is put in is fenced as data.

A header names purpose, inputs, output and version; inputs listed under `plain` are the program's own words and
stand without a fence. Nothing a statute, an upload or a user says can close a fence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.errors import BadSetting
from assistant.shipped import PROMPTS

FOLDER = PROMPTS
#: The prompts the program asks with, and the inputs each must take.
WANTED: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"question", "day", "articles"}),
    "rewrite": frozenset({"sentence", "reason", "articles"}),
    "followup": frozenset({"history", "question"}),
    "wording": frozenset({"task", "text", "articles"}),
}
OPEN, CLOSE = "<<<", ">>>"
_HEADER = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.+)\Z", re.DOTALL)
_PLACE = re.compile(r"\{\{(\w+)\}\}")
_FENCES = re.compile(r"[<＜〈]{2,}|[>＞〉]{2,}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt: what it is for, what goes in, what must come out, and its text with {{places}}."""

    name: str
    purpose: str
    inputs: tuple[str, ...]
    plain: tuple[str, ...]
    output: str
    version: int
    body: str

    def render(self, **values: str) -> str:
        """Return the text with every input in its place, fenced as data; raises BadSetting for inputs that do not fit."""
        if set(values) != set(self.inputs):
            raise BadSetting(f"提示词 {self.name} 需要 {'、'.join(self.inputs)}，给出的是 {'、'.join(values)}")
        return _PLACE.sub(lambda m: as_plain(values[m[1]]) if m[1] in self.plain else fenced(values[m[1]]), self.body)


def fenced(text: str) -> str:
    """Return `text` between the fence marks; marks within it and invisible characters are taken out."""
    return f"{OPEN}\n{as_plain(text)}\n{CLOSE}"


def as_plain(text: str) -> str:
    """Return `text` without fence marks, control, format (zero-width, direction) and tag characters."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    return _FENCES.sub(lambda m: "〈" if m.group()[0] in "<＜〈" else "〉", kept).strip()


def read_prompt(path: Path) -> Prompt:
    """Return the prompt of a file; raises BadSetting, naming file and reason, where its header or places are wrong."""
    try:
        found = _HEADER.match(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}：提示词读不了（{error}）") from error
    if not found:
        raise BadSetting(f"{path}：提示词没有以 --- 括起的文件头")
    head = dict(line.split(":", 1) for line in found["head"].splitlines() if ":" in line)
    values = {k.strip(): v.strip() for k, v in head.items()}
    missing = [k for k in ("purpose", "inputs", "output", "version") if not values.get(k)]
    if missing:
        raise BadSetting(f"{path}：文件头缺少 {'、'.join(missing)}")
    if not values["version"].isdigit():
        raise BadSetting(f"{path}：version 应为数字，写的是“{values['version']}”")
    inputs = _names(values["inputs"])
    placed = set(_PLACE.findall(found["body"]))
    if placed != set(inputs):
        raise BadSetting(f"{path}：文件头的 inputs 与正文里的 {{{{…}}}} 不一致：{'、'.join(sorted(placed ^ set(inputs)))}")
    plain = _names(values.get("plain", ""))
    return Prompt(path.stem, values["purpose"], inputs, plain, values["output"], int(values["version"]), found["body"].strip() + "\n")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,，、\s]+", text) if name)


@lru_cache(maxsize=4)
def load_prompts(folder: Path = FOLDER) -> Mapping[str, Prompt]:
    """Return every prompt the program needs, by name; raises BadSetting for one that is missing or not as expected."""
    out = {}
    for name, inputs in WANTED.items():
        prompt = read_prompt(folder / f"{name}.md")
        if set(prompt.inputs) != inputs:
            raise BadSetting(f"{folder / name}.md：inputs 应为 {'、'.join(sorted(inputs))}")
        out[name] = prompt
    return out

"""A case's parts as HTML, what is replaced marked on both sides; everything is escaped here."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from markupsafe import Markup, escape

from assistant.desk.cases.drafts import Draft, PartFound, groups_of


@dataclass(frozen=True, slots=True)
class Group:
    """The same words in all their places, replaced together or not at all; `number` is that of the first place."""

    number: int
    kind: str
    text: str
    replacement: str
    places: int
    certain: bool
    kept: bool


def groups(draft: Draft, kept: Collection[int]) -> list[Group]:
    """The pieces to decide on, uncertain ones first, each once."""
    found, stays = draft.found, frozenset(kept)
    out = []
    for same in groups_of(draft):
        number, data = same[0], found[same[0]]
        out.append(Group(number, data.kind.value, data.text, data.replacement, len(same), data.certain, number in stays))
    return sorted(out, key=lambda g: (g.certain, g.number))


def original(part: PartFound) -> Markup:
    """A part as it was read, the pieces marked."""
    return _marked(part, lambda index: (part.found[index].text, "found"))


def masked(part: PartFound, kept: Collection[int]) -> Markup:
    """A part as it will be kept."""
    staying = frozenset(kept)

    def shown(index: int) -> tuple[str, str]:
        data, stays = part.found[index], part.numbers[index] in staying
        return (data.text, "stays") if stays else (data.replacement, "replaced")

    return _marked(part, shown)


def _marked(part: PartFound, shown: Callable[[int], tuple[str, str]]) -> Markup:
    out, at = [], 0
    for index, data in enumerate(part.found):
        words, kind = shown(index)
        out.append(escape(part.text[at : data.start]))
        mark = Markup('<mark class="{}" data-original="{}" data-replacement="{}">{}</mark>')
        out.append(mark.format(kind, data.text, data.replacement, words))
        at = data.end
    return Markup("").join([*out, escape(part.text[at:])])

"""What is put before a model and what comes back: personal data out on the way there, in again on the way back.

Each person, number or address has one placeholder (〔姓名甲〕) in all the texts of a call, so that the model can speak of them;
where its sentences do, what the texts said stands there again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from assistant.law.privacy.kinds import PersonalKind
from assistant.law.privacy.scan import PersonalData, find_personal_data
from assistant.law.privacy.told_persons import LAW_TITLE, find_told

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_KINDS = "|".join(kind.value for kind in PersonalKind)
_PLACEHOLDER = re.compile(rf"〔(?:{_KINDS})(?:[{_STEMS}]|\d{{1,4}})〕")
#: As much of a placeholder as may stand at the end of a piece of a reply.
_BEGUN = re.compile(r"〔[^〔〕]{0,11}\Z")
_SPACE = re.compile(r"\s")
#: Inputs that quote the law: only what is said there to be a person's is hidden, and whoever the other texts name.
_QUOTING = frozenset({"articles"})
#: What may stand between two characters of a name or number without making it another.
_GAP = r"[ \u3000]?"


class Masked:
    """Texts with their personal data behind placeholders, and what each stands for.

    `beside` are texts of the same matter that are not sent: whoever they name is hidden in `texts`, too.
    """

    def __init__(self, texts: Mapping[str, str], beside: Iterable[str] = ()) -> None:
        self._placeholders: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._kinds: dict[str, PersonalKind] = {}
        self._counts: dict[PersonalKind, int] = {}
        beside = tuple(beside)
        #: What somebody typed like a placeholder is none of ours.
        self._typed = frozenset(m[0] for text in (*texts.values(), *beside) for m in _PLACEHOLDER.finditer(text))
        found = {name: _personal(name, text) for name, text in texts.items()}
        for data in (*(d for some in found.values() for d in some), *(d for text in beside for d in find_told(text))):
            self._know(data.kind, data.text)
        self.texts: dict[str, str] = {}
        for name, text in texts.items():
            out, at = [], 0
            for data in found[name]:
                out += [self._swept(text[at : data.start]), self._placeholders[data.text]]
                at = data.end
            self.texts[name] = "".join([*out, self._swept(text[at:])])

    def restored(self, text: str) -> str:
        """Return `text` with what each placeholder stands for; one that stands for nothing is left."""
        return _PLACEHOLDER.sub(lambda m: self._words.get(m[0], m[0]), text)

    def restoring(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield a stream restored; a placeholder that is cut between pieces is waited for."""
        rest = ""
        for piece in pieces:
            rest += piece
            begun = _BEGUN.search(rest)
            ready, rest = (rest[: begun.start()], rest[begun.start() :]) if begun else (rest, "")
            if ready:
                yield self.restored(ready)
        if rest:
            yield self.restored(rest)

    def _know(self, kind: PersonalKind, words: str) -> str:
        """The placeholder of `words`, spelled as they are: another spelling has its own, so that each comes back as it was."""
        if words in self._placeholders:
            return self._placeholders[words]
        placeholder = self._next(kind)
        while placeholder in self._typed:
            placeholder = self._next(kind)
        self._placeholders[words] = placeholder
        self._kinds.setdefault(_bare(words), kind)
        self._words[placeholder] = words
        return placeholder

    def _next(self, kind: PersonalKind) -> str:
        count = self._counts.get(kind, 0)
        self._counts[kind] = count + 1
        return f"〔{kind.value}{_STEMS[count] if count < len(_STEMS) else count + 1}〕"

    def _swept(self, text: str) -> str:
        """What is known from elsewhere, hidden where nothing in this place told that it is personal."""
        if not self._known:
            return text
        return self._known.sub(lambda m: m[0] if m["title"] else self._know(self._kinds[_bare(m[0])], m[0]), text)

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        # A surname told alone (我姓夏) is a word elsewhere.
        known = sorted((w for w in self._kinds if len(w) > 1), key=lambda w: (-len(w), w))
        return re.compile("|".join([f"(?P<title>{LAW_TITLE})", *(_GAP.join(map(re.escape, word)) for word in known)])) if known else None


def _personal(name: str, text: str) -> tuple[PersonalData, ...]:
    return find_personal_data(text) if name in _QUOTING else find_told(text)


def _bare(words: str) -> str:
    return _SPACE.sub("", words)

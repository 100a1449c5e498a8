"""Statutes a statute says it repeals: 「…同时废止」 in its closing articles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.statute.model import ParsedDocument
from assistant.law.text.titles import short_title, title_key

_SENTENCE = re.compile(r"[^。]+。?")
_TITLE = re.compile(r"《([^《》]+(?:〈[^〈〉]+〉[^《》]*)?)》")


@dataclass(frozen=True, slots=True)
class Repeal:
    """One statute named as repealed, by the article that says so."""

    title: str
    article: str


def repeals(document: ParsedDocument) -> tuple[Repeal, ...]:
    """Return the statutes the document's closing articles repeal; its own older text is not one.

    Only sentences that end in 废止 count: a repeal in part, or a mention beside one, is left out. What does not bind as
    law (an opinion, a case, a paper of the bureau) tells of repeals and makes none.
    """
    if document.level and not document.level.is_law:
        return ()
    own = title_key(document.title)
    out: dict[str, Repeal] = {}
    for article in document.articles[-3:]:
        for clause in _SENTENCE.findall(article.text):
            if "废止" not in clause or not re.search(r"(?:同时|即行)废止", clause) or "第" in _after_last_title(clause):
                continue
            for title in _TITLE.findall(clause[: clause.rfind("废止")]):
                name = short_title(title.replace("〈", "《").replace("〉", "》"))
                if title_key(name) != own:
                    out.setdefault(title_key(name), Repeal(name, article.label))
    return tuple(out.values())


def _after_last_title(clause: str) -> str:
    return clause[clause.rfind("》") + 1 : clause.rfind("废止")]

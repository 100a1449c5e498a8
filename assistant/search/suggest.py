"""Written questions like what is being typed: the suggestions at a question box."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from assistant.law.text.same_text import folded
from assistant.library.catalogue import load_catalogue
from assistant.search.index.snapshot import Snapshot
from assistant.search.searcher import Searcher
from assistant.search.vectors.embed import static_embedder
from assistant.search.words.tokens import character_pairs, legal_tokenizer

#: Characters from which suggesting makes sense, and how many of a text are looked at (its end is what is being typed).
SHORTEST, _LONGEST = 2, 200
#: A question with the typed words in a row is meant more likely than one that only has them.
_IN_A_ROW = 0.4
#: What the bureau works with every day (the statutes governing a field of the catalogue) comes before the rest of the law.
_OWN_FIELD = 0.2
#: Below this likeness (0 to about 1.4) a question has nothing to do with the text.
_UNLIKE = 0.3
#: Questions that lead to the same article first; more of them would say the same six times.
_PER_ARTICLE = 2
_LOOKED_AT = 200


def suggest(searcher: Searcher, text: str, desk: str = "staff", limit: int = 6) -> list[str]:
    """Return up to `limit` questions of the bank that are like `text`, the most like first.

    Only questions all of whose articles are in force today, of this bureau's regions and for this desk's eyes are
    suggested, none equal to the text. Fewer than two characters give none. Raises IndexNotReady before `setup`.
    """
    typed = text.strip()[-_LONGEST:]
    if len(typed) < SHORTEST:
        return []
    snapshot = searcher.snapshot()
    if not snapshot.bank.texts:
        return []
    likeness = np.where(_shown(searcher, snapshot, desk), _likeness(snapshot, typed), -1.0)
    governing = {s.key for s in load_catalogue().statutes if s.governing}
    count = min(_LOOKED_AT, len(likeness))
    nearest = np.argpartition(-likeness, count - 1)[:count]
    own = folded(typed)
    rows = []
    for number in nearest.tolist():
        question, like = snapshot.bank.texts[number], float(likeness[number])
        key = folded(question)
        if own and own in key:
            like += _IN_A_ROW
        if like >= _UNLIKE and key != own:
            lead = int(snapshot.bank.documents[snapshot.bank.starts[number]])
            if snapshot.rows.statute_ids[snapshot.rows.statute[lead]] in governing:
                like += _OWN_FIELD
            rows.append((-like, len(question), question, lead))
    return _varied(sorted(rows), limit)


def _varied(rows: list[tuple[float, int, str, int]], limit: int) -> list[str]:
    """The first questions of sorted (…, question, first article), not too many of one article."""
    out: list[str] = []
    times: dict[int, int] = {}
    for *_, question, article in rows:
        if len(out) < limit and times.get(article, 0) < _PER_ARTICLE:
            times[article] = times.get(article, 0) + 1
            out.append(question)
    return out


def _shown(searcher: Searcher, snapshot: Snapshot, desk: str) -> NDArray[np.bool_]:
    """Which questions of the bank may be shown: every one of their articles is allowed on this desk today."""
    allowed = searcher.allowed(snapshot, "", date.today(), desk)
    hidden = np.append(0, np.cumsum(~allowed[snapshot.bank.documents]))
    starts = snapshot.bank.starts
    return np.asarray((np.diff(hidden[starts]) == 0) & (np.diff(starts) > 0))


def _likeness(snapshot: Snapshot, typed: str) -> NDArray[np.float32]:
    """Half the shared words and character pairs (BM25 as a share of the ideal), half the cosine of the static vectors."""
    tokens = dict.fromkeys([*legal_tokenizer().words(typed), *character_pairs(typed)], 1.0)
    scores, ideal = snapshot.questions.scores(tokens)
    lexical = scores / np.float32(ideal)
    model, vectors = static_embedder(), snapshot.bank.vectors
    if vectors is None or snapshot.pointer.embedder != model.name:
        return lexical
    return np.asarray((lexical + vectors @ model.questions([typed])[0]) / np.float32(2.0), dtype=np.float32)

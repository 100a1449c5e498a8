"""Why an article ranks where it does: every feature of the ranking, named and explained, in one place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.law.kinds import Kind, question_kinds
from assistant.search.signals import Signals
from assistant.search.snapshot import Snapshot

#: Feature → what it says, in the order of the ranking model's columns.
FEATURES: dict[str, str] = {
    "words": "词语匹配（BM25）占理想值的份额",
    "words_rel": "词语匹配与最佳者之比",
    "pairs": "双字匹配占理想值的份额",
    "pairs_rel": "双字匹配与最佳者之比",
    "heading": "标题、章节匹配占理想值的份额",
    "heading_rel": "标题、章节匹配与最佳者之比",
    "dense": "语义相似度（余弦）",
    "dense_rank": "语义相似度名次的倒数",
    "bank_words": "与最像的示例问题的字面相似度",
    "bank_dense": "与最像的示例问题的语义相似度",
    "bank_first": "最像的、以本条为首要条文的示例问题的相似度",
    "bank_votes": "相似示例问题的票数",
    "bank_rank": "示例问题语义相似度名次的倒数",
    "base": "以上各项的综合分",
    "base_rank": "综合分名次的倒数",
    "graph_duty": "互为义务与罚则的条文的最高综合分",
    "graph_other": "互相援引的条文的最高综合分",
    "neighbour": "同一法律文件相邻条文的最高综合分",
    "statute_best": "同一法律文件中的最高综合分",
    "statute_sum": "同一法律文件候选条文综合分之和",
    "statute_named": "问题点名了该法律文件",
    "field_match": "属于问题所涉执法领域",
    "governing": "是问题所涉执法领域的主要法律文件",
    "catalogue": "在本局常用法律文件目录内",
    "level": "效力层级（0 最高）",
    "local": "地方性规定",
    "kind_match": "条文类型与所问类型相合的个数",
    "asks_penalty": "问题问处罚",
    "is_penalty": "条文是罚则",
    "penalty_match": "问处罚且条文是罚则",
    "is_definition": "条文是定义",
    "is_commencement": "条文是施行、立法目的等",
    "numbered": "是有条号的条文（而非决定、案例的段落）",
    "length": "条文长度（对数）",
    "question_length": "问题长度",
}
_BASE = {"words": 0.5, "pairs": 0.8, "heading": 0.3, "dense": 1.2, "bank_dense": 1.0, "bank_words": 0.8, "bank_votes": 0.1}

#: The best candidates whose references are followed.
_LEADERS = 25
#: Candidates a signal; the vectors and the blend give twice as many.
DEPTH = 140


def base_scores(signals: Signals) -> NDArray[np.float32]:
    """A fixed blend of the signals over all documents; chooses candidates and feeds the graph features."""
    blend = (
        _BASE["words"] * signals.words
        + _BASE["pairs"] * signals.pairs
        + _BASE["heading"] * signals.heading
        + _BASE["dense"] * np.maximum(signals.dense, 0)
        + _BASE["bank_dense"] * signals.bank_dense
        + _BASE["bank_words"] * signals.bank_words
        + _BASE["bank_votes"] * np.minimum(signals.bank_votes, 5)
    )
    return np.asarray(blend, dtype=np.float32)


def choose(
    snapshot: Snapshot, signals: Signals, base: NDArray[np.float32], allowed: NDArray[np.bool_], depth: int = DEPTH
) -> NDArray[np.int64]:
    """The documents worth ranking: the best of each signal and of the blend, and what these refer to."""
    candidates = np.flatnonzero(allowed)
    chosen = np.zeros(len(allowed), dtype=np.bool_)
    for scores, count in (
        (signals.words, depth),
        (signals.pairs, depth),
        (signals.dense, depth * 2),
        (signals.bank_dense, depth),
        (signals.bank_words, depth // 2),
        (base, depth * 2),
    ):
        own = scores[candidates]
        top = np.argpartition(-own, count - 1)[:count] if count < len(own) else np.arange(len(own))
        chosen[candidates[top[own[top] > 0]]] = True
    found = np.flatnonzero(chosen)
    leaders = found[np.argsort(-base[found], kind="stable")[:_LEADERS]]
    _, beside, _ = snapshot.edges.beside(leaders)
    chosen[beside[allowed[beside]]] = True
    return np.flatnonzero(chosen)


def describe(
    snapshot: Snapshot, question: str, signals: Signals, base: NDArray[np.float32], documents: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The feature matrix of the documents, columns in the order of FEATURES."""
    rows = snapshot.rows
    asked = question_kinds(question)
    kinds = snapshot.kinds[documents]
    facts = snapshot.facts
    wanted_fields, governing = facts.of_fields(question)
    statutes = rows.statute[documents]
    columns = {
        "words": signals.words[documents],
        "words_rel": _relative(signals.words[documents]),
        "pairs": signals.pairs[documents],
        "pairs_rel": _relative(signals.pairs[documents]),
        "heading": signals.heading[documents],
        "heading_rel": _relative(signals.heading[documents]),
        "dense": signals.dense[documents],
        "dense_rank": _reciprocal_rank(signals.dense[documents]),
        "bank_words": signals.bank_words[documents],
        "bank_dense": signals.bank_dense[documents],
        "bank_first": signals.bank_first[documents],
        "bank_votes": signals.bank_votes[documents],
        "bank_rank": _reciprocal_rank(signals.bank_dense[documents]),
        "base": base[documents],
        "base_rank": _reciprocal_rank(base[documents]),
        **_neighbourhood(snapshot, base, documents),
        "statute_named": facts.named(question)[statutes],
        "field_match": wanted_fields[statutes],
        "governing": governing[statutes],
        "catalogue": facts.in_catalogue[statutes],
        "level": rows.level[documents],
        "local": rows.region[documents] > 0,
        "kind_match": np.bitwise_count(kinds & np.uint8(int(asked) & 255)),
        "asks_penalty": np.full(len(documents), bool(asked & Kind.PENALTY)),
        "is_penalty": (kinds & int(Kind.PENALTY)) > 0,
        "penalty_match": ((kinds & int(Kind.PENALTY)) > 0) & bool(asked & Kind.PENALTY),
        "is_definition": (kinds & int(Kind.DEFINITION)) > 0,
        "is_commencement": (kinds & int(Kind.COMMENCEMENT)) > 0,
        "numbered": rows.number[documents] > 0,
        "length": np.log1p(rows.length[documents]),
        "question_length": np.full(len(documents), len(question)),
    }
    return np.column_stack([np.asarray(columns[name], dtype=np.float32) for name in FEATURES])


def _neighbourhood(snapshot: Snapshot, base: NDArray[np.float32], documents: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
    """What stands beside an article: its duty or penalty, its references, its neighbours, its statute."""
    rows = snapshot.rows
    duty, other, beside = (np.zeros(len(documents), dtype=np.float32) for _ in range(3))
    places, neighbours, violated = snapshot.edges.beside(documents)
    np.maximum.at(duty, places[violated], base[neighbours[violated]])
    np.maximum.at(other, places[~violated], base[neighbours[~violated]])
    for step in (-1, 1):
        next_to = np.clip(documents + step, 0, len(base) - 1)
        same = (rows.statute[next_to] == rows.statute[documents]) & (next_to != documents)
        beside = np.maximum(beside, np.where(same, base[next_to], 0))
    statutes, inverse = np.unique(rows.statute[documents], return_inverse=True)
    best = np.zeros(len(statutes), dtype=np.float32)
    np.maximum.at(best, inverse, base[documents])
    total = np.bincount(inverse, weights=np.maximum(base[documents], 0) ** 3, minlength=len(statutes))
    return {
        "graph_duty": duty,
        "graph_other": other,
        "neighbour": beside,
        "statute_best": best[inverse],
        "statute_sum": total[inverse].astype(np.float32),
    }


def _relative(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    top = float(scores.max()) if len(scores) else 0.0
    return scores / top if top > 0 else scores


def _reciprocal_rank(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    ranks = np.empty(len(scores), dtype=np.float32)
    ranks[np.argsort(-scores)] = np.arange(len(scores), dtype=np.float32)
    return (1.0 / (1.0 + ranks)).astype(np.float32)

"""Why an article ranks where it does: every feature of the ranking, named and explained, in one place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.law.statute.kinds import Kind, question_kinds
from assistant.search.index.snapshot import Snapshot
from assistant.search.ranking.candidates import Blend
from assistant.search.ranking.signals import Signals

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
    "bank_wide": "较多相似示例问题的票数（越像越重）",
    "bank_rank": "示例问题语义相似度名次的倒数",
    "base": "以上各项的综合分",
    "base_rank": "综合分名次的倒数",
    "lifted": "综合分加上法律文件和相邻条文的份额",
    "lifted_rank": "上一项名次的倒数",
    "statute_share": "同一法律文件在综合分靠前条文中的份额",
    "around": "前后几条综合分的平均（平方）",
    "like_best": "与综合分最高的几条的平均向量的相似度",
    "fused": "各路名次倒数之和",
    "asked": "问到本条的示例问题数（对数）",
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
#: The candidates with the best blend, to whose mean vector the others are compared.
_BEST = 5


def describe(snapshot: Snapshot, question: str, signals: Signals, mixed: Blend, documents: NDArray[np.int64]) -> NDArray[np.float32]:
    """The feature matrix of the documents, columns in the order of FEATURES."""
    rows, base = snapshot.rows, mixed.base
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
        "bank_wide": signals.bank_wide[documents],
        "bank_rank": _reciprocal_rank(signals.bank_dense[documents]),
        "base": base[documents],
        "base_rank": _reciprocal_rank(base[documents]),
        "lifted": mixed.lifted[documents],
        "lifted_rank": _reciprocal_rank(mixed.lifted[documents]),
        "statute_share": mixed.statute[documents],
        "around": mixed.around[documents],
        "like_best": _like_best(snapshot, base, documents),
        "fused": _fused(signals, mixed, documents),
        "asked": np.log1p(snapshot.asked[documents]),
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


def _like_best(snapshot: Snapshot, base: NDArray[np.float32], documents: NDArray[np.int64]) -> NDArray[np.float32]:
    """Cosine with the mean vector of the best candidates: what they are about that the question did not say."""
    vectors = snapshot.vectors_of(documents)
    if vectors is None or not len(documents):
        return np.zeros(len(documents), dtype=np.float32)
    best = np.argsort(-base[documents], kind="stable")[:_BEST]
    centre = vectors[best].mean(axis=0)
    return np.asarray(vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-9)), dtype=np.float32)


def _fused(signals: Signals, mixed: Blend, documents: NDArray[np.int64]) -> NDArray[np.float32]:
    """Reciprocal rank fusion (Cormack et al. 2009) over the candidates' places by each signal."""
    out = np.zeros(len(documents), dtype=np.float32)
    for scores in (signals.words, signals.pairs, signals.dense, signals.bank_dense, signals.bank_wide, mixed.lifted):
        own = scores[documents]
        ranks = np.empty(len(own), dtype=np.float32)
        ranks[np.argsort(-own, kind="stable")] = np.arange(len(own), dtype=np.float32)
        out += np.where(own > 0, 60 / (60 + ranks), 0)
    return out


def _relative(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    top = float(scores.max()) if len(scores) else 0.0
    return scores / top if top > 0 else scores


def _reciprocal_rank(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    ranks = np.empty(len(scores), dtype=np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(len(scores), dtype=np.float32)
    return (1.0 / (1.0 + ranks)).astype(np.float32)

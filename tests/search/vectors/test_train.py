"""What a model learns from, without training one (that takes torch and minutes)."""

from __future__ import annotations

import numpy as np

from assistant.lab.train_vectors import Example, narrowed, prepare
from assistant.search.vectors.embed import Passage


def test_what_only_a_hidden_question_says_is_not_in_the_vocabulary() -> None:
    # Invented; none is the text of a statute.
    passages = [
        Passage("虚构市茶楼管理办法", "总则", f"茶楼应当在{place}公示茶水价格，并保持整洁。", 1) for place in ("门口", "柜台", "鹦鹉笼旁")
    ]
    examples = [Example("茶水价格写在哪儿", (0,), "written"), Example("鹦鹉鹦鹉能进茶楼吗", (1,), "stard")]
    data = prepare(passages, examples)
    all_shown, one_hidden = narrowed(data, [0, 1]), narrowed(data, [0])
    new = set(all_shown.vocabulary) - set(one_hidden.vocabulary)
    assert any("鹦" in f for f in new) and all("鹦" not in f for f in one_hidden.vocabulary)
    asked = {data.vocabulary[i] for i in data.questions.pick([1])[0].tolist()}
    assert new <= asked, "only what the hidden question has is missing"


def test_a_narrowed_bag_has_the_same_features_under_new_numbers() -> None:
    passages = [Passage("虚构市画舫管理办法", "", f"画舫载客不得超过{n}人，应当配备救生衣。", 1) for n in ("十", "二十", "三十")]
    data = prepare(passages, [Example("画舫能坐几个人", (0,), "written")])
    own = narrowed(data, [0])
    for row in range(len(passages)):
        before, weights, _ = data.articles.pick([row])
        after, kept, _ = own.articles.pick([row])
        wanted = {data.vocabulary[i]: w for i, w in zip(before.tolist(), weights.tolist(), strict=True)}
        assert {own.vocabulary[i]: w for i, w in zip(after.tolist(), kept.tolist(), strict=True)} == {
            f: w for f, w in wanted.items() if f in set(own.vocabulary)
        }
    assert len(own.articles.starts) == len(data.articles.starts) and np.all(own.rarity > 0)

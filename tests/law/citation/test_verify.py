"""Verifying citations against real statutes; what is quoted is read from the corpus, never typed here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest

from assistant.law.citation.verify import Judged, Repeal, ShelfStatute, ShelfVersion, Verdict, diff_marks, verify_citations
from assistant.law.statute.model import Article, ParsedDocument, Status
from assistant.law.statute.parse import parse_document
from assistant.law.statute.structure import paragraphs
from assistant.law.text.numerals import to_chinese
from assistant.law.text.same_text import folded
from assistant.law.text.titles import title_key

SHARED = Path(__file__).resolve().parents[4] / "shared"
CORPUS = SHARED / "corpus"
REVIEW = SHARED / "review"
TODAY = date(2025, 6, 1)
FOLDERS = ("法律", "行政法规")
STATUTES = (
    "文物保护法",
    "体育法",
    "未成年人保护法",
    "行政处罚法",
    "旅游法",
    "互联网上网服务营业场所管理条例",
    "娱乐场所管理条例",
    "营业性演出管理条例",
    "旅行社条例",
    "出版管理条例",
    "卫星电视广播地面接收设施管理规定",
)
SHORT = {"处罚法": "行政处罚法", "网吧条例": "互联网上网服务营业场所管理条例", "演出条例": "营业性演出管理条例"}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus 不在检出目录旁")


class MemoryShelf:
    """The lookups of the library over parsed files."""

    def __init__(self, documents: Sequence[tuple[str, ParsedDocument]]) -> None:
        self.texts = dict(documents)
        groups: dict[str, list[tuple[str, ParsedDocument]]] = {}
        for key, document in documents:
            groups.setdefault(title_key(document.title), []).append((key, document))
        self.shelf = {title: _statute(group) for title, group in groups.items()}

    def short_names(self) -> Mapping[str, str]:
        return SHORT | {s.title: s.title for s in self.shelf.values()}

    def statute(self, title: str) -> ShelfStatute | None:
        return self.shelf.get(title_key(title))

    def similar_titles(self, title: str) -> Sequence[str]:
        wanted = set(title)
        return [s.title for s in self.shelf.values() if len(wanted & set(s.title)) * 2 >= len(wanted)]

    def by_doc_number(self, doc_number: str) -> ShelfStatute | None:
        return None

    def articles(self, version: ShelfVersion) -> Sequence[Article]:
        return self.texts[version.key].articles

    def article(self, version: ShelfVersion, number: int, suffix: int) -> Article | None:
        return next((a for a in self.articles(version) if (a.number, a.suffix) == (number, suffix)), None)

    def moved_to(self, old: ShelfVersion, number: int, suffix: int, new: ShelfVersion) -> Article | None:
        former = self.article(old, number, suffix)
        scored = [(SequenceMatcher(None, former.text, a.text).ratio(), a) for a in self.articles(new)] if former else []
        best = max(scored, key=lambda s: s[0], default=None)
        return best[1] if best and best[0] > 0.5 else None

    def is_held_back(self, title: str) -> bool:
        return False

    def repealed_by(self, title: str) -> Repeal | None:
        for statute in self.shelf.values():
            for version in statute.versions:
                for article in self.articles(version):
                    named = re.search(r"《([^》]+)》同时废止", article.text)
                    if named and title_key(named.group(1)) == title_key(title) != title_key(statute.title):
                        return Repeal(statute.title, article.label, version.effective_from)
        return None


def _statute(group: list[tuple[str, ParsedDocument]]) -> ShelfStatute:
    group = sorted(group, key=lambda g: g[1].version_date or date.min)
    versions = tuple(
        ShelfVersion(key, d.version_date, d.effective_from, None, Status.IN_FORCE if key == group[-1][0] else Status.AMENDED)
        for key, d in group
    )
    return ShelfStatute(group[-1][1].title, versions)


@cache
def _shelf(titles: tuple[str, ...] = STATUTES) -> MemoryShelf:
    found = []
    for folder in FOLDERS:
        for path in sorted((CORPUS / folder).glob("*.md")):
            if path.stem.split("(")[0] in titles:
                found.append((path.stem, parse_document(path.read_text(encoding="utf-8"), path.stem)))
    return MemoryShelf(found)


def _text(title: str, number: int, year: int | None = None) -> str:
    """The text of an article in its latest version, or in that of a year."""
    statute = _shelf().statute(title)
    assert statute is not None
    version = next(v for v in reversed(statute.in_time()) if year is None or year in v.years)
    article = _shelf().article(version, number, 0)
    assert article is not None
    return article.text


def _verify(text: str, as_of: date = TODAY) -> list[Judged]:
    return verify_citations(text, _shelf(), as_of)


def _one(text: str, as_of: date = TODAY) -> Judged:
    judged = _verify(text, as_of)
    assert len(judged) == 1, judged
    return judged[0]


def _label(number: int) -> str:
    return f"第{to_chinese(number)}条"


# -- titles and numbers -----------------------------------------------------------------------------


def test_an_article_that_is_there_is_valid() -> None:
    judged = _one("违反《中华人民共和国旅游法》第三十五条第一款的规定")
    assert judged.verdict is Verdict.VALID
    assert judged.current == "第三十五条"


def test_an_article_beyond_the_last_does_not_exist() -> None:
    judged = _one("依据《旅游法》第一百九十八条")
    assert judged.verdict is Verdict.NO_SUCH_ARTICLE
    assert "共112条" in judged.detail


def test_an_inserted_article_that_is_not_there() -> None:
    assert _one("依据《旅游法》第三十五条之一").verdict is Verdict.NO_SUCH_ARTICLE


@pytest.mark.parametrize("place", ["第九款", "第一款第十五项", "第（二十）项"])
def test_a_paragraph_or_item_beyond_what_the_article_has(place: str) -> None:
    judged = _one(f"依据《娱乐场所管理条例》第十四条{place}")
    assert judged.verdict is Verdict.NO_SUCH_ARTICLE
    assert "没有" in judged.detail


def test_an_item_in_another_paragraph_names_the_right_one() -> None:
    article = _shelf().article(_shelf().statute("娱乐场所管理条例").versions[-1], 5, 0)  # type: ignore[union-attr]
    assert article is not None
    assert paragraphs(article.text)[0].items, "第五条第一款分项"
    assert _one("《娱乐场所管理条例》第五条第一款第（一）项").verdict is Verdict.VALID


@pytest.mark.parametrize("title", ["互联网上网服务场所管理条例", "营业演出管理条例", "未成年保护法", "旅游管理法", "娱乐场所管理条列"])
def test_a_near_title_is_a_wrong_name(title: str) -> None:
    judged = _one(f"违反《{title}》第三条的规定")
    assert judged.verdict is Verdict.WRONG_TITLE
    assert judged.correct and judged.correct.endswith("第三条") and title_key(judged.correct[1:-4]) in {title_key(t) for t in STATUTES}


@pytest.mark.parametrize(
    "title", ["浙江省旅游条例", "旅行社条例实施细则", "娱乐场所管理办法", "行政许可法", "杭州市体育法", "电影产业促进法"]
)
def test_another_statute_is_unknown_not_wrong(title: str) -> None:
    assert _one(f"违反《{title}》第二十九条第一款").verdict is Verdict.NOT_ON_SHELF


def test_a_wrong_kind_is_proved_by_the_words_quoted() -> None:
    quote = paragraphs(_text("娱乐场所管理条例", 25))[0].text
    assert _one(f"《娱乐场所管理办法》第二十五条规定：“{quote}”").verdict is Verdict.WRONG_TITLE


def test_a_statute_a_text_on_the_shelf_ends_is_repealed() -> None:
    judged = _one("根据《旅行社管理条例》第五条")
    assert judged.verdict in (Verdict.REPEALED, Verdict.WRONG_TITLE)
    assert "旅行社条例" in (judged.correct or "")


def test_a_repealed_statute_counted_until_its_repeal() -> None:
    path = next((CORPUS / "法律").glob("旅游法*.md"))
    document = parse_document(path.read_text(encoding="utf-8"), path.stem)
    shelf = MemoryShelf([(path.stem, document)])
    statute = shelf.shelf["旅游法"]
    ended = ShelfVersion(path.stem, statute.versions[0].version_date, None, date(2024, 1, 1), Status.REPEALED)
    shelf.shelf["旅游法"] = ShelfStatute("旅游法", (ended,))
    assert verify_citations("《旅游法》第三十五条", shelf, TODAY)[0].verdict is Verdict.REPEALED
    assert verify_citations("《旅游法》第三十五条", shelf, date(2023, 1, 1))[0].verdict is Verdict.VALID


def test_a_document_number_alone_is_unknown() -> None:
    assert _one("按照武文广旅体〔2021〕40号文件执行").verdict is Verdict.NOT_ON_SHELF


def test_own_articles_are_no_citations() -> None:
    draft = (
        "某某县旅游管理办法（送审稿）\n第一条 根据《旅游法》制定本办法。\n第二条 违反本办法第九十九条的，依照第八十条处理。\n第三条 略。"
    )
    assert [j.citation.title for j in _verify(draft)] == ["旅游法"]
    assert _verify("采购合同\n根据本合同第一百九十九条约定付款。") == []


# -- versions ---------------------------------------------------------------------------------------


def test_a_named_older_version_is_amended_with_the_current_number() -> None:
    judged = _one("依据《体育法》（2016年修正）第四十七条")
    assert judged.verdict is Verdict.AMENDED
    assert judged.correct is None or judged.correct.startswith("《体育法》")


def test_the_version_of_the_day_of_the_conduct_counts() -> None:
    text = "依据《互联网上网服务营业场所管理条例》（2019年修订）第二十一条"
    assert _one(text).verdict is Verdict.AMENDED
    assert _one(text, date(2021, 6, 1)).verdict is Verdict.VALID


def _changed_numbers() -> list[tuple[str, int, str]]:
    """(title, number, quotation) of old text that stands in the newer version neither there nor elsewhere."""
    out = []
    for title, year in (("文物保护法", 2017), ("体育法", 2016), ("互联网上网服务营业场所管理条例", 2019)):
        statute = _shelf().statute(title)
        assert statute is not None
        old, new = statute.in_time()
        assert year in old.years
        whole = folded("".join(a.text for a in _shelf().articles(new)))
        changed = [a for a in _shelf().articles(old) if len(a.text) > 30 and folded(paragraphs(a.text)[0].text) not in whole]
        out += [(title, a.number, paragraphs(a.text)[0].text) for a in changed[:3]]
    return out


def test_old_wording_is_amended_and_was_valid_then() -> None:
    for title, number, quote in _changed_numbers():
        text = f"《{title}》{_label(number)}规定：“{quote}”"
        assert _one(text).verdict is Verdict.AMENDED, text
        assert _one(text, date(2020, 1, 1) if "上网" in title else date(2018, 6, 1)).verdict is Verdict.VALID, text


def test_text_that_moved_gives_its_current_number() -> None:
    statute = _shelf().statute("文物保护法")
    assert statute is not None
    old, new = statute.in_time()
    for article in _shelf().articles(old):
        same = [a for a in _shelf().articles(new) if a.text == article.text]
        if same and same[0].number != article.number:
            judged = _one(f"《文物保护法》{article.label}规定：“{article.text}”")
            assert judged.verdict is Verdict.AMENDED
            assert judged.current == same[0].label
            break


def test_a_day_before_the_shelf_disproves_nothing() -> None:
    quote = _text("行政处罚法", 5).split("。")[0]
    wrong = quote[:8] + "某" + quote[9:]
    day = date(2015, 1, 1)
    assert _one(f"《行政处罚法》第五条规定：“{wrong}”", day).verdict is Verdict.NOT_ON_SHELF
    assert _one(f"《行政处罚法》第五条规定：“{quote}”", day).verdict is Verdict.VALID


# -- quotations -------------------------------------------------------------------------------------

SAMPLE = [("旅游法", n) for n in (28, 35, 95, 97, 100)] + [("娱乐场所管理条例", n) for n in (14, 28, 43, 48)]
SAMPLE += [("营业性演出管理条例", n) for n in (13, 44)] + [("行政处罚法", n) for n in (33, 44, 57, 63, 66)]


@pytest.mark.parametrize(("title", "number"), SAMPLE)
def test_true_quotations_are_valid(title: str, number: int) -> None:
    text = _text(title, number)
    first = paragraphs(text)[0].text
    halves = f"{first[:12]}……{first[-12:]}" if len(first) > 40 else first
    for quote in (text, first, first.replace("，", ","), f" {first} ", halves):
        for attach in (
            f"《{title}》{_label(number)}规定：“{quote}”",
            f"依据《{title}》{_label(number)}，“{quote}”，决定处罚",
            f"“{quote}”（《{title}》{_label(number)}）",
        ):
            assert _one(attach).verdict is Verdict.VALID, attach


@pytest.mark.parametrize(("title", "number"), SAMPLE)
def test_one_changed_character_is_found_and_marked(title: str, number: int) -> None:
    first = paragraphs(_text(title, number))[0].text
    at = next(i for i in range(len(first) // 2, len(first)) if first[i] not in "，。；：、“”（）")
    quote = first[:at] + "猫" + first[at + 1 :]
    judged = _one(f"《{title}》{_label(number)}规定：“{quote}”")
    assert judged.verdict is Verdict.WRONG_TEXT
    assert ("delete", "猫") in judged.diff
    assert ("insert", first[at]) in judged.diff
    assert "".join(p for op, p in judged.diff if op != "insert") == quote


@pytest.mark.parametrize(("title", "number"), [("旅游法", 95), ("娱乐场所管理条例", 43), ("营业性演出管理条例", 44), ("行政处罚法", 63)])
def test_a_changed_number_is_found(title: str, number: int) -> None:
    text = _text(title, number)
    for found in list(re.finditer(r"[一二三五][万千倍日]|\d+(?=万元|倍)", text))[:3]:
        quote = text[: found.start()] + "九" + text[found.start() + 1 :]
        assert _one(f"《{title}》{_label(number)}规定：“{quote}”").verdict is Verdict.WRONG_TEXT


def test_an_amount_in_other_numerals_is_the_same_amount() -> None:
    text = paragraphs(_text("旅游法", 95))[0].text
    amount = re.search(r"一万元以上十万元以下", text)
    assert amount
    assert _one(f"《旅游法》第九十五条规定：“{text.replace('一万元', '10000元').replace('十万元', '10万元')}”").verdict is Verdict.VALID


def test_the_words_of_another_article_say_which() -> None:
    quote = paragraphs(_text("旅游法", 35))[0].text
    judged = _one(f"《旅游法》第三十六条规定：“{quote}”")
    assert judged.verdict is Verdict.WRONG_TEXT
    assert judged.correct == "《旅游法》第三十五条"


def test_a_quotation_from_another_paragraph_is_not_of_that_one() -> None:
    second = paragraphs(_text("旅游法", 95))[1].text
    assert _one(f"《旅游法》第九十五条第二款规定：“{second}”").verdict is Verdict.VALID
    assert _one(f"《旅游法》第九十五条第一款规定：“{second}”").verdict is Verdict.WRONG_TEXT


def test_a_quotation_after_a_list_may_be_of_any_listed() -> None:
    quote = _text("行政处罚法", 44)
    judged = _verify(f"依据《行政处罚法》第四十四条、第四十五条规定：“{quote}”")
    assert [j.verdict for j in judged] == [Verdict.VALID, Verdict.VALID]


@pytest.mark.parametrize(
    "text",
    [
        "违反《旅游法》第三十五条，“零负团费”问题突出",
        "依据《旅游法》第九十五条，“阳光暑期护航行动”专项组决定立案",
        "依据《旅游法》第三十五条规定的“低价游”认定",
        "《旅游法》第三十五条。他说：“我们下次不敢再这样做了”",
    ],
)
def test_words_that_are_not_the_articles_are_no_quotation(text: str) -> None:
    assert _one(text).verdict is Verdict.VALID


# -- claims without quotation marks -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("《营业性演出管理条例》第四十四条规定的五万元以上十万元以下罚款", True),
        ("《营业性演出管理条例》第四十四条规定的五万元以上二十万元以下罚款", False),
        ("《营业性演出管理条例》第四十四条规定，处5万元以上10万元以下的罚款", True),
        ("《营业性演出管理条例》第四十四条规定，处3万元以上10万元以下的罚款", False),
        ("依据《旅游法》第九十五条第一款的规定，处一万元以上二十万元以下罚款", False),
        ("依据《旅游法》第九十五条第一款，处1万元至10万元罚款", True),
        ("《娱乐场所管理条例》第二十八条规定，凌晨2时至上午8时不得营业", True),
        ("《娱乐场所管理条例》第二十八条规定，凌晨3时至上午8时不得营业", False),
        ("《行政处罚法》第六十四条规定，五日内提出", True),
        ("《行政处罚法》第六十四条规定，三日内提出", False),
        ("《行政处罚法》第六十条规定的九十日期限", True),
        ("《行政处罚法》第六十条规定的六十日期限", False),
    ],
)
def test_what_an_article_is_said_to_provide(text: str, good: bool) -> None:
    judged = _one(text)
    assert judged.verdict is (Verdict.VALID if good else Verdict.WRONG_TEXT), judged.detail
    assert bool(judged.diff) is not good


@pytest.mark.parametrize(
    "text",
    [
        "依据《旅游法》第九十五条第一款的规定，决定罚款人民币25,000元（贰万伍仟元整）",
        "依据《旅游法》第九十五条第一款，没收违法所得3,000元，并处罚款3万元",
        "依据《旅游法》第九十五条第一款规定，当事人违法所得12,000元，拟处2倍罚款",
        "依据《行政处罚法》第四十五条，贵店如有意见请在4个工作日内来电",
        "违反《娱乐场所管理条例》第二十八条的规定，于2025年3月2日3时20分仍在营业",
        "依据《旅游法》第九十五条第一款，结合裁量基准，处一万元以上三万元以下罚款",
        "违反《旅游法》第三十五条第一款规定，收取费用6,000元，2024年5月至2024年9月共5个月",
    ],
)
def test_facts_of_a_case_are_no_claims(text: str) -> None:
    assert not [j.detail for j in _verify(text) if j.verdict.is_alarm]


def test_diff_marks_ignore_width_and_punctuation() -> None:
    assert diff_marks("处5万元，以上", "处５万元以上。") == [("equal", "处5万元，以上")]
    assert diff_marks("三万元", "五万元") == [("delete", "三"), ("insert", "五"), ("equal", "万元")]
    assert diff_marks("万元", "") == [("delete", "万元")]


# -- real documents ---------------------------------------------------------------------------------


def _clean_documents() -> list[Path]:
    labels = REVIEW / "labels.jsonl"
    if not labels.is_file():
        return []
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [REVIEW / row["file"] for row in rows if not row["defects"]]


@pytest.mark.skipif(not (REVIEW / "labels.jsonl").is_file(), reason="../shared/review 不在检出目录旁")
def test_clean_documents_give_no_alarm() -> None:
    documents = _clean_documents()
    assert documents
    for path in documents:
        judged = _verify(path.read_text(encoding="utf-8"), date(2025, 12, 1))
        assert judged, path.name
        assert not [(j.citation.raw, j.verdict, j.detail) for j in judged if j.verdict.is_alarm]

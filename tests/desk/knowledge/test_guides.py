"""The guides: samples that say so, complete, right in what they count, filled from the settings, found by words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from assistant.config import Settings, load_settings
from assistant.desk.knowledge.guides import Guides, articles
from assistant.errors import BadSetting, NotOnShelf
from assistant.law.citation.claims import quantities
from assistant.law.statute.model import Status
from assistant.law.text.folding import squeeze
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.guides import PARTS, Guide, read_guides
from assistant.library.sources.importing import import_paths
from assistant.store.engine import open_engine

GUIDES = read_guides(load_settings(Path("/nonexistent")))
IDS = [g.name for g in GUIDES]


def test_there_is_a_sample_for_each_common_matter() -> None:
    assert len(GUIDES) >= 20 and len({g.title for g in GUIDES}) == len(GUIDES)
    names = [a for g in GUIDES for a in g.aliases]
    for matter in ("网吧许可证", "KTV许可证", "开旅行社", "演出报批", "书店", "印刷经营许可证", "文保单位旁边建房", "游泳馆许可证", "举报",
                   "旅游投诉", "版权投诉", "导游证", "听证", "行政复议", "卫星天线", "变更许可证"):  # fmt: skip
        assert matter in names, matter


@pytest.mark.parametrize("guide", GUIDES, ids=IDS)
def test_a_guide_is_a_sample_and_has_every_part(guide: Guide) -> None:
    assert guide.notice.startswith("示例") and guide.basis and guide.aliases
    assert [p.heading for p in guide.parts][: len(PARTS)] == list(PARTS)
    assert all(p.paragraphs or p.items for p in guide.parts)
    assert not re.search(r"\{\w+\}", guide.text)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Shelf:
    wanted = {b.law for g in GUIDES for b in g.basis}
    settings = load_settings(tmp_path_factory.mktemp("guides"))
    engine = open_engine(settings.library_url)
    files = [p for p in corpus.rglob("*.md") if any(re.sub(r"^中华人民共和国|\(.*", "", p.stem) == w for w in wanted)]
    list(import_paths(engine, settings, files))
    return Shelf(engine)


@pytest.mark.parametrize("guide", GUIDES, ids=IDS)
def test_its_articles_are_in_force_and_say_the_periods_it_tells(guide: Guide, shelf: Shelf) -> None:
    found = articles(shelf, guide)
    assert all(a.found and a.found.version.status_on(date.today()) is Status.IN_FORCE for a in found), [a.basis.address for a in found]
    text = squeeze("".join(a.found.article.text for a in found if a.found)).text
    provided = {(q.value, q.unit) for q in quantities(text)}
    told = squeeze("".join(line for p in guide.parts for line in (*p.paragraphs, *p.items))).text
    periods = {(q.value, q.unit) for q in quantities(told) if q.unit in ("日", "小时", "年") or (q.unit == "个月" and "至少" not in told)}
    assert periods <= provided, periods - provided


@pytest.mark.parametrize("guide", GUIDES, ids=IDS)
def test_no_statute_text_is_copied(guide: Guide, shelf: Shelf) -> None:
    text = re.sub(r"\W", "", guide.text)
    for one in articles(shelf, guide):
        body = re.sub(r"\W", "", one.found.article.text if one.found else "")
        assert not any(text[i : i + 20] in body for i in range(len(text) - 19)), one.basis.address


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("想开个网咖要办什么证", "网吧设立"),
        ("旅行社不退团费去哪里投诉，旅游投诉电话", "旅游投诉"),
        ("怎样申请听证", "看行政处罚"),
        ("挖到文物怎么办", "文物发现"),
        ("孩子充值了三千块能退吗", "网络与未成年人"),
        ("泳池办证需要什么", "高危体育"),
        ("我要举报一家黑网吧", "举报违法经营"),
    ],
)
def test_guides_are_found_by_everyday_words(settings: Settings, asked: str, name: str) -> None:
    found = Guides(settings).find(asked)
    assert found and found[0].guide.name == name


def test_unrelated_words_find_none(settings: Settings) -> None:
    guides = Guides(settings)
    assert guides.find("今天天气真好") == [] and guides.asked_for("离婚财产怎么分") is None
    assert len(guides.find("")) == len(GUIDES)


def test_service_line_and_window_come_from_the_settings(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, service_line="0579-00000000", service_window="虚构路1号")
    text = Guides(settings).guide("网吧设立").text
    assert "0579-00000000" in text and "虚构路1号" in text


def test_the_bureaus_own_guide_takes_the_place_of_a_sample(settings: Settings) -> None:
    folder = settings.home / "guides"
    folder.mkdir(parents=True)
    body = "".join(f"## {p}\n\n本局自己写的{p}。\n\n" for p in PARTS)
    head = '+++\ntitle = "本局网吧指南"\naliases = ["网吧许可证"]\nfield = "网吧"\nbasis = []\n+++\n\n'
    guides = Guides(settings)
    assert not guides.guide("网吧设立").own
    (folder / "网吧设立.md").write_text(head + body, encoding="utf-8")
    assert guides.guide("网吧设立").title == "本局网吧指南" and len(guides.all()) == len(GUIDES)
    (folder / "坏.md").write_text(head + "## 谁可以办\n\n所有人。\n", encoding="utf-8")
    with pytest.raises(BadSetting, match=r"坏\.md"):
        guides.all()
    with pytest.raises(NotOnShelf):
        Guides(load_settings(settings.home / "other")).guide("没有")

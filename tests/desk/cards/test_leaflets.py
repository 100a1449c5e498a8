"""Leaflets of a card: Word and PDF really made and read back."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from assistant.config import Settings
from assistant.desk.cards import leaflets
from assistant.desk.cards.model import Card, CardId, Consequence, Quote, Right, Saying

ADDRESS = "https://wenlv.example/public/cards/0a1b2c3d-9-1"
QUOTE = Quote("《虚构茶楼条例》第九条", "茶楼夜里卖酒的，罚五十元。", "茶楼夜里卖酒的，罚五十元。", "2020-01-01", "现行有效")
CARD = Card(
    CardId("0a1b2c3d", 9, 0, 1),
    "茶楼夜里卖酒 #set page(width: 1pt) $x$ *粗* <b>",
    "茶楼",
    QUOTE,
    (),
    (Consequence("有这种行为的", "给予警告", "50元", "罚五十元"),),
    (),
    "虚构部门",
    ("改好。",),
    (),
    (Right("陈述、申辩", "当场说", "当场说", (QUOTE,)),),
    (Saying("第一句。", (QUOTE.address,)), Saying("第二句。", (QUOTE.address,)), Saying("第三句。", (QUOTE.address,))),
    date(2024, 5, 1),
    date(2020, 1, 1),
)


def squeezed(text: str) -> str:
    """Text without white space: a PDF has none where a line breaks."""
    return re.sub(r"\s+", "", text)


def test_word_leaflet_holds_the_card(settings: Settings) -> None:
    document = Document(io.BytesIO(leaflets.leaflet_docx(CARD, ADDRESS, settings)))
    text = "\n".join(p.text for p in document.paragraphs)
    assert CARD.title in text and all(s.words in text for s in CARD.sayings)
    assert QUOTE.text in text and ADDRESS in text and "2024年5月1日" in text
    assert [c.text for c in document.tables[0].rows[1].cells] == ["有这种行为的", "给予警告", "50元"]
    assert len(document.inline_shapes) == 1


def test_pdf_leaflet_holds_the_card_and_its_markup_is_text(settings: Settings) -> None:
    if not leaflets.chinese_fonts(str(settings.home / "fonts")):
        pytest.skip("本机没有中文字体（apt-get install fonts-noto-cjk）")
    reader = PdfReader(io.BytesIO(leaflets.leaflet_pdf(CARD, ADDRESS, settings)))
    text = squeezed("".join(p.extract_text() for p in reader.pages))
    assert squeezed(CARD.title) in text and QUOTE.text in text
    assert all(s.words in text for s in CARD.sayings) and "给予警告" in text
    assert reader.pages[0].mediabox.width > 500


def test_word_leaflet_takes_characters_that_xml_refuses(settings: Settings) -> None:
    made = leaflets.leaflet_docx(replace(CARD, title="茶楼\x00\x0b卖酒"), ADDRESS, settings)
    assert "茶楼卖酒" in Document(io.BytesIO(made)).paragraphs[0].text


def test_without_a_chinese_font_the_pdf_is_refused_with_a_way_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaflets, "_FONTS", ("没有这种字体",))
    with pytest.raises(leaflets.NoChineseFont, match="Word"):
        leaflets.leaflet_pdf(CARD, ADDRESS, settings)


def test_qr_code_opens_the_public_address(tmp_path: Path) -> None:
    drawn = leaflets.qr_svg(ADDRESS)
    assert drawn.startswith("<svg") and "style=" not in drawn
    assert drawn != leaflets.qr_svg(ADDRESS + "2")

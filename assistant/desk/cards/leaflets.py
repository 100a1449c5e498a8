"""A card to take along: Word and PDF, with the QR code that opens it on the person's own phone."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.config import Settings
from assistant.desk.cards.model import Card, Quote
from assistant.desk.chat.exports import plain, set_fonts
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from typst import Fonts

DISCLAIMER: Final = "本件用于说明法律规定，不是处罚决定；事实以调查为准，处理以书面决定为准。"
_TEMPLATE = Path(__file__).with_name("leaflet.typ")
#: Chinese fonts of Windows, macOS, 统信/麒麟 and Debian, those made for printed text first.
_FONTS: Final = (
    "FangSong",
    "FangSong_GB2312",
    "STFangsong",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Serif SC",
    "Songti SC",
    "SimSun",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "AR PL UMing CN",
)


class NoChineseFont(AssistantError):
    """The machine has no font with Chinese characters, so that a PDF would show empty boxes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"这台机器没有可用的中文字体，PDF 没有生成。请改用 Word 版；管理员可以安装中文字体（如 fonts-noto-cjk），或者把字体文件放进 {folder}。"
        )


def qr_svg(address: str) -> str:
    """Return the QR code of an address as an SVG element, black on white whatever the page's colours."""
    import segno

    return str(segno.make(address, error="m").svg_inline(scale=4, border=3, dark="#000", light="#fff", omitsize=True))


def leaflet_docx(card: Card, address: str, settings: Settings) -> bytes:
    """Return the card as a DOCX file; `address` is what the QR code opens."""
    import segno
    from docx import Document
    from docx.shared import Cm

    document = Document()
    set_fonts(document)
    document.core_properties.title, document.core_properties.author = plain(card.title)[:200], plain(settings.bureau_name)
    document.add_heading(plain(card.title), 0)
    document.add_heading("三句话说清楚", 2)
    for number, said in enumerate(card.sayings, 1):
        document.add_paragraph(plain(f"{number}. {said.words}（{'、'.join(said.articles)}）"))
    document.add_heading("法律要求怎么做", 2)
    if not card.duties:
        document.add_paragraph("处罚条文本身写明了不允许的行为，见下。")
    for quoted in card.duties:
        _add_quote(document, quoted)
    document.add_heading("会有什么后果", 2)
    _add_table(document, card)
    _add_quote(document, card.penalty)
    document.add_heading("怎么改正", 2)
    for line in card.correction:
        document.add_paragraph(plain(line))
    document.add_heading("您的权利", 2)
    for right in card.rights:
        document.add_paragraph(plain(f"{right.name}：{right.how}（{'、'.join(q.address for q in right.quotes)}）"))
    for case in card.cases:
        document.add_heading(plain(f"类似的事：{case.title}{'（教学案例，情节虚构）' if case.invented else ''}"), 2)
        document.add_paragraph(plain(f"{case.facts} {case.decision} {case.reason}"))
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=8, border=3)
    document.add_picture(picture, width=Cm(2.8))
    document.add_paragraph(f"扫码在手机上看：{address}")
    document.add_paragraph(f"{stamp(card)}。{DISCLAIMER}")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def leaflet_pdf(card: Card, address: str, settings: Settings) -> bytes:
    """Return the card as a PDF file, its font embedded; raises NoChineseFont where the machine has none."""
    import typst

    folder = settings.home / "fonts"
    fonts = chinese_fonts(str(folder))
    if not fonts:
        raise NoChineseFont(folder)
    inputs = {"data": json.dumps(_data(card, address, settings), ensure_ascii=False), "fonts": json.dumps(fonts)}
    made = typst.compile(_TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs, font_paths=_held_fonts(str(folder)))
    assert isinstance(made, bytes)
    return made


def stamp(card: Card) -> str:
    """Return the line that dates a card: the day whose text it gives, and since when that text binds."""
    since = f"，该文本自{_day(card.text_from)}起施行" if card.text_from else ""
    return f"条文为{_day(card.shown_on)}的现行文本{since}"


def chinese_fonts(folder: str) -> tuple[str, ...]:
    """Return the known Chinese fonts of the machine and of a folder, best first; () where there is none."""
    held = set(_held_fonts(folder).families())
    return tuple(name for name in _FONTS if name in held)


@lru_cache(maxsize=4)
def _held_fonts(folder: str) -> Fonts:
    """The fonts of the machine and of a folder, looked for once."""
    import typst

    return typst.Fonts(font_paths=[folder] if Path(folder).is_dir() else [])


def _data(card: Card, address: str, settings: Settings) -> dict[str, Any]:
    return {
        "title": card.title,
        "bureau": settings.bureau_name,
        "stamp": stamp(card),
        "disclaimer": DISCLAIMER,
        "qr": _qr_file(address),
        "sayings": [{"words": s.words, "articles": list(s.articles)} for s in card.sayings],
        "duties": [_quote(q) for q in card.duties],
        "penalty": _quote(card.penalty),
        "consequences": [{"condition": c.condition, "measures": c.measures, "fine": c.fine} for c in card.consequences],
        "correction": list(card.correction),
        "rights": [{"name": r.name, "how": r.how, "articles": [q.address for q in r.quotes]} for r in card.rights],
        "cases": [
            {"title": c.title, "facts": c.facts, "decision": c.decision, "reason": c.reason, "invented": c.invented} for c in card.cases
        ],
    }


def _qr_file(address: str) -> str:
    import segno

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=1)
    return out.getvalue().decode()


def _quote(quoted: Quote) -> dict[str, str]:
    return {"address": quoted.address, "version": quoted.version, "status": quoted.status, "text": quoted.text}


def _add_quote(document: Any, quoted: Quote) -> None:
    from docx.shared import Cm

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Cm(0.75)
    paragraph.add_run(plain(f"{quoted.address}（{quoted.version}，{quoted.status}）")).bold = True
    paragraph.add_run(plain(f"\n{quoted.text}"))


def _add_table(document: Any, card: Card) -> None:
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, name in zip(table.rows[0].cells, ("情形", "处理", "罚款"), strict=True):
        cell.text = name
    for row in card.consequences:
        for cell, words in zip(table.add_row().cells, (row.condition, row.measures, row.fine), strict=True):
            cell.text = plain(words) or "—"


def _day(day: object) -> str:
    return f"{day:%Y年%-m月%-d日}"

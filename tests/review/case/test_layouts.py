"""The same paper laid out in other ways: a clean one stays clean, and a defect is still found."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from assistant.review.case.sections import Part, cut
from assistant.review.contract.facts import read_contract
from tests.review.conftest import Found
from tests.review.test_paraphrases import CONTRACT as LABELLED
from tests.review.texts import CASE

CLEAN = LABELLED.replace("%s", "甲方负责场地协调。")
NUMBERS = "一二三四五六七八九十"
HEADINGS = re.findall(r"^第([一二三四五六七八九十]+)部分、(.*)$", CASE, re.M)
#: name → (place in the row, numeral, words) → heading as written
STYLES: dict[str, Callable[[int, str, str], str]] = {
    "（一）": lambda _, c, h: f"（{c}）{h}",
    "一、": lambda _, c, h: f"{c}、{h}",
    "1.": lambda i, _, h: f"{i}.{h}",
    "1 ": lambda i, _, h: f"{i}　{h}",
    "【】": lambda _i, _c, h: f"【{h}】",
    "无编号": lambda _i, _c, h: h,
    "冒号": lambda _i, _c, h: f"{h}：",
    "文书": lambda i, _, h: f"文书{i}：{h}",
    "○": lambda _i, _c, h: f"○ {h}",
    "罗马数字": lambda i, _, h: f"{'ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ'[i - 1]}．{h}",
    "字间空格": lambda _i, _c, h: " ".join(h),
    "页码": lambda i, c, h: f"{c}、{h}（第{i}页）",
    "机关名": lambda _i, _c, h: f"青屏县文化和旅游局\n{h}",
}


def _laid_out(style: str) -> str:
    text = CASE
    for index, (numeral, words) in enumerate(HEADINGS, 1):
        text = text.replace(f"第{numeral}部分、{words}\n", STYLES[style](index, numeral, words) + "\n")
    return text


@pytest.mark.parametrize("style", STYLES)
def test_parts_are_told_in_any_numbering(style: str) -> None:
    assert len(HEADINGS) > 8
    plain = [s.part for s in cut(CASE)]
    assert [s.part for s in cut(_laid_out(style))] == plain
    assert {Part.FILING, Part.NOTICE, Part.DECISION, Part.SERVICE} <= set(plain)


@pytest.mark.parametrize("style", STYLES)
def test_clean_case_stays_clean_and_a_missing_part_is_found(found: Found, style: str) -> None:
    text = _laid_out(style)
    assert found(text, "penalty") == {}
    late = re.sub(r"2025年4月21日", "2025年5月30日", text)
    assert late != text and "service_late" in found(late, "penalty")


def test_table_of_contents_is_no_part(found: Found) -> None:
    listed = "卷内目录\n" + "\n".join(f"{i} {words} {2 * i}" for i, (_, words) in enumerate(HEADINGS, 1)) + "\n"
    text = CASE.replace("第一部分、", listed + "\n第一部分、", 1)
    assert [s.part for s in cut(text)] == [s.part for s in cut(CASE)]
    assert found(text, "penalty") == {}


def _chinese(day: re.Match[str]) -> str:
    digits = "〇一二三四五六七八九"

    def say(value: int) -> str:
        return digits[value] if value < 10 else ("", "十", "二十", "三十")[value // 10] + (digits[value % 10] if value % 10 else "")

    return f"{''.join(digits[int(d)] for d in day[1])}年{say(int(day[2]))}月{say(int(day[3]))}日"


@pytest.mark.parametrize("form", [_chinese, r"\1.\2.\3", r"\1-\2-\3", r"\1/\2/\3"], ids=["汉字", "点", "横线", "斜线"])
def test_days_are_read_however_written(found: Found, form: str | Callable[[re.Match[str]], str]) -> None:
    text = re.sub(r"(\d{4})年(\d{1,2})月(\d{1,2})日", form, CASE)
    assert text != CASE and found(text, "penalty") == {}


@pytest.mark.parametrize("form", ["{c}、{h}", "{i}. {h}", "（{c}）{h}", "第{i}条 {h}", "第{c}条：{h}", "【{h}】", "{h}"])
def test_contract_in_any_numbering(found: Found, form: str) -> None:
    text = CLEAN
    for index, (numeral, words) in enumerate(re.findall(r"^第([一二三四五六七八九十]+)条 (.*)$", CLEAN, re.M), 1):
        text = text.replace(f"第{numeral}条 {words}\n", form.format(c=numeral, i=index, h=words) + "\n")
    assert found(text, "contract") == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("采购人", "供应商"),
        ("委托方", "受托方"),
        ("买方", "卖方"),
        ("发包人", "承包人"),
        ("主办单位", "承办单位"),
        ("购买主体", "承接主体"),
    ],
)
def test_contract_with_other_words_for_the_sides(found: Found, first: str, second: str) -> None:
    text = CLEAN.replace("甲方", first).replace("乙方", second)
    facts = read_contract(text)
    assert (facts.agency_label, facts.other_label) == (first, second)
    assert found(text, "contract") == {}
    promise = text.replace(f"{first}负责场地协调。", f"{second}的银行贷款由{first}提供连带责任保证。")
    assert "gov_guarantee" in found(promise, "contract")


SIGNED = {
    "并列": "甲方（盖章）：青潭县文化和广电旅游体育局        乙方（盖章）：岚江市好时光文化传播有限公司\n授权代表（签字）：严柏松        授权代表（签字）：温如言\n2025年6月3日        2025年6月3日\n",
    "表格": "甲方\t青潭县文化和广电旅游体育局（公章）\t乙方\t岚江市好时光文化传播有限公司（公章）\n授权代表\t严柏松\t授权代表\t温如言\n日期\t2025年6月3日\t日期\t2025年6月3日\n",
    "签署页": "（以下无正文，为签署页）\n甲方：青潭县文化和广电旅游体育局（盖章）\n法定代表人或授权代表（签字）：严柏松\n电话：0571-00000000\n签订日期：2025年6月3日\n\n"
    "乙方：岚江市好时光文化传播有限公司（盖章）\n法定代表人或授权代表（签字）：温如言\n账号：201000123456789\n签订日期：2025年6月3日\n",
    "只写名称": "青潭县文化和广电旅游体育局（章）\n代表：严柏松\n二〇二五年六月三日\n岚江市好时光文化传播有限公司（章）\n代表：温如言\n二〇二五年六月三日\n",
}  # fmt: skip


@pytest.mark.parametrize("way", SIGNED)
def test_signatures_in_any_layout(found: Found, way: str) -> None:
    text = CLEAN[: CLEAN.index("甲方（盖章）")] + SIGNED[way]
    assert found(text, "contract") == {}
    assert "signature_missing" in found(text.replace("严柏松", "").replace("温如言", ""), "contract")

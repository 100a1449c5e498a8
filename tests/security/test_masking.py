"""Persons told of in ways a form would not: what a model is sent of them, and what comes back. All data are invented."""

from __future__ import annotations

import json
import re

import pytest

from assistant.answer.masking import Masked
from assistant.desk.people.accounts import Role
from assistant.law.privacy.told_persons import find_told
from tests.model_server import ModelServer, Reply
from tests.security.test_model_sees import TRUE, Chat, asking, client, fresh, mark, model, site
from tests.web.people import Site

__all__ = ["asking", "fresh", "model", "site"]

#: What is between [ and ] must not leave.
TOLD = [
    "我叫[杜海生]，在县城开了一家网吧，会罚多少？",
    "我是[蓝小梅]，我家孩子在健身房办卡后老板跑路了，能退钱吗？",
    "老板[季国平]说我们棋牌室不用办证，这样合法吗？",
    "有个叫[雷大勇]的带着十几个人去爬野山",
    "叫[王小明]的那个人在山上挖到一个铜镜",
    "[王小明]在景区租了个摊位卖假玉器",
    "[张三丰]在网吧里连续上网三天",
    "[欧阳震华]和[司马小光]两个人合伙开了家旅行社",
    "导游[项丽丽]强迫游客购物，游客[Zhang Wei]投诉到我局",
    "一个叫[小军]的网管放了两个初中生进来，[小朱]在前台上班",
    "我老公[周文彬]跟团去云南受伤了，我爸[何水根]的老房子塌了",
    "房东[刘根土]私自改了老宅的门楼，教练员[付强]带队",
    "找[蒋老师]学游泳，[徐局长]批示过，[郑科长]说不用听证",
    "我姓[麻]，房主姓[端木]名[青]",
    "[买买提·吐尔逊]的烤肉摊扰民，网名“[江南小六]”（真名[陆建成]）",
    "[李某某]（男）擅自从事出版物批发",
    "打我电话[138 6765 4421]或者[159-5786-3342]或者[１３８ ５７８９ ００１２]",
    "手机[一三八六七六五四四二一]，打[幺三五八七一二〇〇九九]，号码[壹叁捌伍柒捌玖零零壹贰]",
    "手机号[1 3 9 0 5 7 8 1 2 3 4]，座机（[0578]）[7652 118]",
    "我身份证是[331123 1995 1130 4523]，他的是[332525.19880305.6610]，她的是[３３２５２３２００１０９２３４４１Ｘ]",
    "微信加[lanxm_0578]发材料，QQ[395827164]，扣扣是[2 8 4 4 0 1 7 3 9]，请发到[hu.jianjun＠qq.com]",
    "押金转到[6228 4803 1234 5678 919]，拿着[G62340981]这本护照开房，执法证号[33110700123]",
    "车牌[浙K·D3856]，统一社会信用代码[92331121MA2E1KX34P]",
    "我住在[紫金街道城北路128号3幢2单元501室]，房子在[碧湖镇下圳村那边14号]",
]  # fmt: skip
#: What names nobody, and law.
KEPT = [
    "旅游法第三十五条说的不合理低价怎么认定？",
    "丽水市文化和广电旅游体育局作出的处罚决定，复议向丽水市人民政府还是省厅提？",
    "我是导游，没带团时可以私自接单吗？罚款会不会到100000元？",
    "《虚构市茶楼管理办法》第四十八条和《虚构省旅游条例》哪个先用？案值13800000000元的怎么算？",
    "老板不让我们登记身份证，经理说没事，我叫他们改正还是不听。",
    "执法人员应当出示证件吗？当事人拒绝签字怎么办？文号国令第458号还有效吗？",
    "2026年12月1日起，对高楼10米以内建设有什么限制？2026-03-05 20:30检查的算哪天？",
    "云和县紧水滩镇的水库搞漂流要什么手续？白云宾馆没有证。",
    "我是老师，老板和老人都说小学旁边不能开网吧，一位女士投诉。",
    "自2024年1月1日至2026年12月31日，营业额1234567.89元，面积1380平方米。",
]


def split(marked: str) -> tuple[str, list[str]]:
    return re.sub(r"[\[\]]", "", marked), re.findall(r"\[(.+?)\]", marked)


@pytest.mark.parametrize("marked", TOLD)
def test_who_is_told_of_is_hidden_and_comes_back_letter_by_letter(marked: str) -> None:
    plain, secrets = split(marked)
    masked = Masked({"question": plain})
    sent = re.sub(r"〔[^〕]*〕", "〔〕", masked.texts["question"])
    assert not [word for word in secrets if word in sent], sent
    assert masked.restored(masked.texts["question"]) == plain


@pytest.mark.parametrize("plain", KEPT)
def test_law_bureaus_days_and_sums_are_left(plain: str) -> None:
    assert Masked({"question": plain}).texts["question"] == plain


def test_a_name_in_a_title_of_law_is_left_and_in_the_sentence_hidden() -> None:
    masked = Masked({"question": "我叫王国林，违反《王国林管理办法》第三条怎么罚？"})
    assert masked.texts["question"] == "我叫〔姓名甲〕，违反《王国林管理办法》第三条怎么罚？"


def test_each_spelling_comes_back_as_it_was_and_what_was_typed_like_a_placeholder_is_none() -> None:
    plain = "我叫杜海生，打138 6765 4421或者13867654421，〔姓名甲〕是什么意思？杜 海生问。"
    masked = Masked({"question": plain, "history": "杜海生又问"})
    assert not re.search(r"海生|4421", "".join(masked.texts.values()))
    assert masked.restored(masked.texts["question"]) == plain
    assert masked.restored(masked.texts["history"]) == "杜海生又问"
    assert masked.restored("〔姓名甲〕") == "〔姓名甲〕"


def test_a_surname_told_alone_is_no_word_to_sweep_for() -> None:
    assert Masked({"question": "我姓夏，夏季漂流要什么证？"}).texts["question"] == "我姓〔姓名甲〕，夏季漂流要什么证？"


def test_whoever_a_question_names_is_hidden_in_the_texts_of_law_beside_it_and_nobody_else() -> None:
    masked = Masked({"question": "我叫杜海生", "articles": "[1] 《虚构办法》第一条\n李景区在场，杜海生除外。"})
    assert masked.texts["articles"] == "[1] 《虚构办法》第一条\n李景区在场，〔姓名甲〕除外。"


def test_what_is_found_never_overlaps_and_stands_where_it_says() -> None:
    for marked in TOLD:
        plain, _ = split(marked)
        at = 0
        for data in find_told(plain):
            assert at <= data.start < data.end and plain[data.start : data.end] == data.text
            at = data.end


ASKED = [
    "我叫[杜海生]。茶楼强行兜售茶点罚多少？",
    "老板[季国平]的茶楼强行兜售茶点罚多少？",
    "我爸[何水根]在茶楼，茶楼强行兜售茶点罚多少？",
    "手机[一三八六七六五四四二一]。茶楼强行兜售茶点罚多少？",
    "身份证[331123 1995 1130 4523]。茶楼强行兜售茶点罚多少？",
    "加我微信[lanxm_0578]。茶楼强行兜售茶点罚多少？",
]


def test_asked_over_http_none_of_it_reaches_the_model(site: Site, model: ModelServer) -> None:
    model.script = lambda prompt: Reply("【结论】\n" + TRUE.format(n=mark(prompt)))
    with client(site, Role.STAFF) as http:
        for marked in ASKED:
            plain, secrets = split(marked)
            before = len(model.prompts)
            shown = Chat(http).say(plain)
            assert len(model.prompts) > before, plain
            assert "〔" not in shown.replace("〔20", "")
            got = json.dumps(model.requests, ensure_ascii=False)
            assert not [word for word in secrets if word in got], plain

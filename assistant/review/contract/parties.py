"""合同主体: the sides of a contract where it names them, by whatever label, and how each has signed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.law.privacy.persons import SURNAMES
from assistant.review.text.passages import date_places

_SIDES = r"[甲乙丙丁]\s*方"
#: Words for a side: 采购人, 出租方, 供应商, 受赠单位 … . A label ends with one of these.
_ROLE = (
    r"(?:采购|供应|供|需|买|卖|买受|出卖|销售|出租|承租|租赁|出借|借用|委托|受托|被委托|代理|承办|承揽|承包|发包|定作|服务|购买|制作|运营|经营|主办|协办|合作|设计|开发|施工|建设|监理|赞助|捐赠|受赠|赠与|出让|受让|转让|使用|"
    r"许可|被许可|授权|被授权|发布|广告经营|广告发布|成交|中标|签约|见证|托管|保管|寄存|借展|供货|投资|演出|承演|接收|出资|执行|实施|承接|管理|甲|乙|丙)(?:委托|发布|采购|服务)?(?:方|人|单位|商|者|主体)|用户|客户|(?!负责|代表|经办|签字|法定|授权|代理|签约|定代|责任|证明|见证|联系)[\u4e00-\u9fff]{2,3}(?:方|人|单位)(?=\s*[（(](?:盖章|公章|签章|章|印|签字|以下|简称|下称|甲方|乙方|丙方))"
)
_LABEL = rf"(?P<label>{_SIDES}|{_ROLE})(?P<note>(?:\s*[（(][^（）()\n]{{1,30}}[)）])*)"
_NAMED = re.compile(
    rf"(?:^[ \t\u3000]*+|(?<=[\n\u3000 ])\t*+){_LABEL}(?P<sep>[ \t\u3000]*[：:][ \t\u3000]*|[ \t\u3000]+|(?<=[)）]))(?P<name>[^，,。；;：:\n（(\s]{{2,40}}(?:[（(](?![^）)]*(?:章|签|甲|乙|丙|称))[\u4e00-\u9fff]{{2,10}}[)）](?=[\u4e00-\u9fff]))?[^，,。；;：:\n（(\s]{{0,30}})",
    re.MULTILINE,
)
_NO_NAME = re.compile(
    r"^(?:盖章|签字|签章|公章|代表|授权|法定|应当|应|须|负责|有权|承担|逾期|无|未|不|如|在|按|对|向|因|将|可以|可|提供|支付|违约|保证|承诺|同意|确认|的|和|及|与|就|自|已|经|为|享有|委托|收到|根据|于|以|需|要|或)"
)
_ORGANISED = re.compile(
    r"公司|局|委员会|委|政府|厅|馆|院|社|中心|学校|大学|团|厂|店|所|队|科|股|处|室|站|协会|学会|基金会|集团|商行|工作室|企业|办公室|银行|联合会|总会|村|组|部|院线|乐园|行|会$|指挥部"
)
_AGENCY = re.compile(r"(?:局|委员会|人民政府|街道办事处|厅|机关|办公室|科|股|处|大队|执法队|支队|管委会|指挥部|领导小组)(?:[（(].*)?$")
_SIGNER = re.compile(
    rf"(?:代表人?|负责人|代理人|签字人|签署人?|签约人|经办人?|经手人|签字|签名|签章)(?:\s*[（(][^）)\n]{{0,24}}[)）]){{0,3}}+(?:或(?:者)?(?:授权代表|委托代理人|其授权代表))?(?:\s*[（(][^）)\n]{{0,12}}[)）]){{0,3}}(?:签字|签名|签章)?"
    rf"[ \t\u3000]*+[：:]?[ \t\u3000]*+(?P<name>[{SURNAMES}][\u4e00-\u9fff·]{{1,3}}|[\u4e00-\u9fff]{{2,4}})(?=[\s（(，,。；;、]|$|\d|[一二]〇)"
)
_NO_SIGNER = re.compile(
    r"签字|盖章|日期|公章|签章|签名|时间|年月|授权|委托|代表|代理|法定|身份|联系|电话|地址|开户|账号|甲方|乙方|签署|签订|印章|处$"
)


@dataclass(frozen=True, slots=True)
class ContractParty:
    """A party where it is named: the label the contract speaks of it by (甲方, 出租人), name and place."""

    label: str
    name: str
    start: int
    end: int

    @property
    def is_agency(self) -> bool:
        """True for an organ of state or a part of one."""
        return bool(_AGENCY.search(self.name)) and not re.search(r"公司|事务所|企业", self.name)


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines in which one side signs: `signer` is who signed (empty: nobody named), `dated` whether they hold a day."""

    label: str
    start: int
    end: int
    signer: str
    dated: bool


def read_parties(text: str) -> tuple[ContractParty, ...]:
    """Return every naming of a side. A side with two labels (需方（甲方）) bears the one the contract uses more."""
    found = [p for m in _NAMED.finditer(text) if (p := _party(text, m))]
    calls = _aliases(text)
    return tuple(replace(p, label=calls.get(p.label, p.label)) for p in found)


def _party(text: str, match: re.Match[str]) -> ContractParty | None:
    name = match["name"].strip("_ ＿|｜")
    spaced = "：" not in match["sep"] and ":" not in match["sep"]
    if (
        len(name) < 2
        or (_NO_NAME.search(name) and not re.search(r"(?:公司|局|中心|院|馆|社|团)$", name))
        or (spaced and not _ORGANISED.search(name))
    ):
        return None
    if not _ORGANISED.search(name) and len(name) > 4:
        return None
    start = match.start("name") + match["name"].index(name)
    return ContractParty(_plain(match["label"]), name, start, start + len(name))


def _plain(label: str) -> str:
    return re.sub(r"\s", "", label)


def _aliases(text: str) -> dict[str, str]:
    """Label → the label the text uses for the same side: of 采购人（甲方）, whichever stands there more often."""
    out: dict[str, str] = {}
    for match in re.finditer(_LABEL, text):
        inner = re.search(rf"(?P<other>{_SIDES}|{_ROLE})", match["note"] or "")
        label = _plain(match["label"])
        if inner and label not in out:
            other = _plain(inner["other"])
            if other == label:
                continue
            kept = max(
                (label, other), key=lambda word: (bool(re.match(_SIDES, word)) and text.count(word) > 1, text.count(word), word == other)
            )
            out[label], out[other] = kept, kept
    for match in _NAMED.finditer(text):
        behind = re.match(rf"[^\n]{{0,4}}?[（(][^（）()\n]{{0,10}}(?P<side>{_SIDES})[^（）()\n]{{0,4}}[)）]", text[match.end("name") :])
        label = _plain(match["label"])
        if behind and label not in out and not re.match(_SIDES, label):
            out[label] = _plain(behind["side"])
    return out


def signature_start(text: str, after: int, names: tuple[str, ...] = ()) -> int | None:
    """Where the lines of signature begin behind `after`: the first that opens with a side or its name and speaks of a seal or signature."""
    opens = "|".join([_LABEL, *(re.escape(name) for name in names)])
    for match in re.finditer(rf"^[ \t\u3000]*(?:{opens})[^\n]*(?:\n[^\n]*)?", text[after:], re.MULTILINE):
        line = match.group().split("\n")[0]
        sealed = re.search(r"盖章|公章|签章|签字|签名|签署|印章|[（(]\s*(?:章|印|盖)\s*[)）]", match.group())
        clause = re.search(r"[。；]", line) or re.search(r"应当|不得|有权|负责(?!人)|生效", line)
        if sealed and not clause:
            return after + match.start()
    return None


def read_signatures(text: str, start: int, parties: tuple[ContractParty, ...]) -> tuple[Signature, ...]:
    """Return how each side has signed in the lines from `start` on.

    Sides set beside each other on one line sign in columns: the signers of the lines below are theirs in order.
    """
    calls = _aliases(text)
    marks: list[tuple[str, int]] = []
    for match in re.finditer(
        rf"(?:^[ \t\u3000]*+|(?<=[\n\u3000 ])\t*+){_LABEL}(?=[ \t\u3000]*[：:]|[ \t\u3000]+\S|[ \t\u3000]*$)", text[start:], re.MULTILINE
    ):
        label = calls.get(_plain(match["label"]), _plain(match["label"]))
        if not any(label == known for known, _ in marks):
            marks.append((label, start + match.start("label")))
    if not marks:
        heads = {p.label or p.name: p.name for p in reversed(parties)}
        marks = sorted(((label, at) for label, name in heads.items() if (at := text.find(name, start)) >= 0), key=lambda mark: mark[1])
    blocks = [(label, at, marks[i + 1][1] if i + 1 < len(marks) else len(text)) for i, (label, at) in enumerate(marks)]
    columns = len(blocks) > 1 and "\n" not in text[blocks[0][1] : blocks[1][1]].strip()
    signers = [_signers(text[s:e]) for _, s, e in blocks]
    if columns and sum(map(len, signers)) >= len(blocks):
        everyone = [name for names in signers for name in names]
        signers = [[everyone[i]] for i in range(len(blocks))]
    days = [bool(date_places(text[s:e])) for _, s, e in blocks]
    if columns and any(days):
        days = [True] * len(days)
    return tuple(Signature(label, s, e, signers[i][0] if signers[i] else "", days[i]) for i, (label, s, e) in enumerate(blocks))


def _signers(block: str) -> list[str]:
    return [m["name"] for m in _SIGNER.finditer(block) if not _NO_SIGNER.search(m["name"])]

"""Words a written sentence may add to an article's own: they join and introduce, and say nothing of law.

Anything that could turn a rule is kept out: bounds (以上, 内), quantifiers (各, 均, 只), authorities, kinds of penalty,
and every word of `proof_tokens` that turns a meaning.
"""

from __future__ import annotations

import re

#: Single characters that only join.
JOINING = frozenset("的地了着之其该此这那则而且及与和以于为是在将已也还又就即等有")
_GLUE = """
依据 根据 依照 按照 规定 明确规定 明确 条文 该条 本条 上述 相关 有关 法律 法规 行为 情形 情况 属于 处理 处罚 处罚幅度 罚款幅度 幅度 标准
对此 因此 所以 此外 另外 其中 具体 也就是说 换言之 如下 分别 这一 这种 这类 该类 上位 处以 处 给予 予以 作出 实施 金额 数额 为 即
法定 法律责任 法律依据 适用 违法行为 违法 情节 后果 的话 来说 而言 方面 内容 包括 主要 要求 措施 期限 时限 时间 结论 理由 步骤 疑点
首先 其次 然后 最后 第一步 第二步 第三步 接着 之后再 这意味着 意味着 可知 由此可见 综上 综上所述 条例 如果 若 如 当 存在 发生 出现 进行 采取 通过
按规定 依法 因 由于 关于 作为 指 是指 就是 需注意 注意 提示 说明 一是 二是 三是 四是 五是 下列 以下情形 之一 之间 范围 范围内 上 面临 会 将会 将被 被处 被处以 被责令 被没收 被吊销 被给予 受到
"""
GLUE = tuple(sorted((w for w in _GLUE.split() if w not in ("上",)), key=len, reverse=True))

_ADVICE = """
建议 请 先 再 核对 核实 查明 查清 确认 收集 固定 保存 证据 材料 事实 经过 时间 地点 现场 笔录 照片 视频 询问 检查 调查 取证 咨询 提交 律师 法制审核员 法制 审核 科室
领导 汇报 结合 案情 具体情况 实际情况 情况 个案 办理 之前 以后 以前 后 前 内容 是否 有没有 如果 需要 仍 还 尚 不清楚 无法 确定 不确定 不能确定 有疑问 疑问 疑点 难以判断 判断 以 为准 全文
原文 条文 依据 请以 点开 查看 标记 下面 以下 上面 以上 说明 分 几步 步 首先 其次 然后 最后 同时 另外 此外 问题 所问 您 你 我 我们 本局 答复 仅供参考 参考 供 进一步 补充 信息 提供 更多 没有 找到
不足以 回答 作答 这个 该 本 相关 有关 上述 情形 行为 当事人 违法行为 发生 日期 年龄 身份 数量 次数 金额 行为人 主体 资质 证件 登记 经营 场所 单位 注意 及时 妥善 做好 记录 由
"""
ADVICE = tuple(sorted(set(_ADVICE.split()), key=len, reverse=True))
#: Words that make a sentence one about law: without a citation it may not stand.
_LAW = re.compile(
    r"[零一二三四五六七八九十百千万两\d](?:元|倍|日|天|个月|年|个工作日|小时|%|％)|第[零一二三四五六七八九十百\d]+[条款项]|《|条例|办法|规章|"
    r"处罚|罚款|罚金|没收|吊销|暂扣|拘留|警告|通报批评|停业|停产|关闭|取缔|责令|禁止|不得|应当|必须|有权|无权|可以|不可以|违法|合法|犯罪|"
    r"责任|义务|权利|许可|备案|赔偿|期限|期满|听证|复议|诉讼|起诉|时效|主管部门|行政机关|公安|市场监督|人民政府|法院|检察|构成|属于|适用|规定"
)
_OPENS_FACT = re.compile(r"^(?:您所问的|您问的|所问的|问题所述的|问题中的|所述的|本案中的?|本案)")
_ENDS_FACT = re.compile(r"(?:的|的行为|的情形|的情况|一事|这一行为)$")


def about_law(text: str) -> bool:
    """True where a sentence says something of law, whatever else it says."""
    return bool(_LAW.search(text))


def law_words(text: str) -> set[str]:
    """Return the words of law in a text, to tell whether another brings in new ones."""
    return set(_LAW.findall(text))


def is_fact(clause: str) -> bool:
    """True for a clause that only takes up what was asked (您所问的…的行为)."""
    return bool(_OPENS_FACT.search(clause) and _ENDS_FACT.search(clause))


def covered(text: str, words: tuple[str, ...]) -> list[bool]:
    """Return for each character whether it lies in one of `words`, the longest first, left to right."""
    out = [False] * len(text)
    at = 0
    while at < len(text):
        word = next((w for w in words if text.startswith(w, at)), "")
        for k in range(at, at + len(word)):
            out[k] = True
        at += len(word) or 1
    return out


def advice_only(text: str, question: str) -> bool:
    """True where a sentence without a citation is advice on getting the facts right, or joins.

    Words of the question may recur in it, but must not be most of it: an echo is no advice.
    """
    plain = _bare(text)
    known = covered(plain, (*ADVICE, *GLUE))
    own = sum(ok or char in JOINING for ok, char in zip(known, plain, strict=True))
    return bool(plain) and own * 2 >= len(plain) and _all_known(plain, known, question)


def repeats(text: str, question: str) -> bool:
    """True where a clause has only words of the question and words that join."""
    plain = _bare(text)
    return bool(plain) and _all_known(plain, covered(plain, (*ADVICE, *GLUE)), question)


def _bare(text: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff0-9A-Za-z]", "", text)


def _all_known(plain: str, known: list[bool], question: str) -> bool:
    asked = {question[k : k + 2] for k in range(len(question) - 1)}
    for k in range(len(plain) - 1):
        if plain[k : k + 2] in asked:
            known[k] = known[k + 1] = True
    return all(ok or char in JOINING for ok, char in zip(known, plain, strict=True))

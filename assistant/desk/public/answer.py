"""What the public desk says: first what it means for the visitor, then the articles; what it may not answer it hands on.

The plain sentences come from what was parsed of the provision and from the kind of the leading clause; the law itself is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answer.parts import Answer, Citation
from assistant.answer.scope import NOT_FOUND, decline
from assistant.answer.sections.penalty_view import shared_pairs
from assistant.config import Settings
from assistant.desk.cards.cards import Cards
from assistant.desk.cards.cases import told_case
from assistant.desk.cards.model import Act, Card, LikeCase, Saying
from assistant.errors import RefusedInput

_OWN_CASE = re.compile(
    r"(?:案子|案件|处罚|举报|投诉|申请|许可|听证|复议)[^。？?]{0,14}(?:办到哪|处理到哪|进展|进度|什么时候(?:能)?(?:出|有)?(?:结果|下来|办完)|"
    r"有结果|出结果|批下来|查得怎么样|处理得怎么样|怎么还没|办完没|查到哪)"
    r"|(?:我|我们|我家)(?:的)?(?:这个|那个)?(?:案子|案件|罚单|处罚决定)[^。？?]{0,20}(?:会怎么(?:判|罚|处理)|能不能(?:撤|少罚|轻)|会罚(?:我)?多少)"
)
_REPRESENT = re.compile(
    r"(?:帮我|替我|给我|代我)[^。？?]{0,8}(?:写|拟|起草|代理|出庭|打官司|请律师|找律师|签)[^。？?]{0,12}"
    r"(?:起诉状|诉状|申请书|答辩状|上诉状|律师函|合同|官司|出庭|律师|代理词|材料)?"
    r"|(?:当|做|作)我的?(?:代理人|律师)|代理(?:我|我们)"
)
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
#: What a sentence of law does, by its own words.
_KINDS = (
    (re.compile(r"不得|禁止|严禁|不准|不许"), "不允许做的事"),
    (re.compile(r"应当|必须|须经|方可"), "必须做到的事"),
    (re.compile(r"有权|可以(?:依法)?(?:要求|请求|申请|投诉|举报|提起|解除|退|选择)|享有"), "可以主张的权利"),
)

OWN_CASE = "正在办理的案件和申请，这里看不到，也不能判断结果。请直接问承办人员，或者在下面留言，由工作人员答复您。"
REPRESENT = "这里只介绍法律规定，不能替您写文书、签字或者代理。需要代理的，可以找律师、基层法律服务所，或者向当地法律援助机构申请。"
HANDED_ON = "转由工作人员答复"
NO_ANSWER = "这个问题这里没有可以直接引用的规定，不作猜测。您可以换个说法再问，或者在下面留言，由工作人员答复您。"


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """An answer for a visitor: plain sentences, the articles, cards to read on; `handed_on` says why it is for a person.

    `reason` is why in fixed words, fit to be counted: nothing of the question is in it. `cases` are like cases, public ones.
    """

    question: str
    plain: tuple[Saying, ...] = ()
    citations: tuple[Citation, ...] = ()
    acts: tuple[Act, ...] = ()
    handed_on: str = ""
    reason: str = ""
    as_of: str = ""
    cases: tuple[LikeCase, ...] = ()


def handed_on(question: str) -> str:
    """Return why a question is for a person, in a sentence to show; empty where the desk may try to answer it."""
    if _OWN_CASE.search(question):
        return OWN_CASE
    if _REPRESENT.search(question):
        return REPRESENT
    declined = decline(question)
    return declined.sentence if declined else ""


def public_answer(ask: Callable[..., Answer], cards: Cards, settings: Settings, question: str, history: Sequence[str] = ()) -> PublicAnswer:
    """Answer a visitor from public documents only; `history` are the visit's earlier questions, sent along by the page.

    Raises RefusedInput for an empty or overlong question, IndexNotReady before `setup`.
    """
    asked = question.strip()
    if not asked:
        raise RefusedInput("问题", "还没有写，请写下要问的事")
    if len(asked) > settings.public_question_chars:
        raise RefusedInput("问题", f"有 {len(asked)} 字，最多 {settings.public_question_chars} 字，请说得简短些，或者拨打服务电话")
    why = handed_on(asked)
    if why:
        return PublicAnswer(asked, handed_on=why, reason=HANDED_ON)
    answer = ask(asked, desk="public", history=history)
    if answer.abstained:
        told = "" if answer.reason == NOT_FOUND.reason else " ".join(s.text for s in answer.sections if s.text)
        return PublicAnswer(asked, handed_on=told or NO_ANSWER, reason=answer.reason)
    acts = cards.of_answer(answer)
    plain = _from_card(cards.card(str(acts[0].id), answer.as_of)) if acts else _from_clause(asked, answer.citations)
    return PublicAnswer(
        asked, plain, answer.citations, acts, as_of=answer.as_of.isoformat(), cases=tuple(told_case(c) for c in answer.cases)
    )


def _from_card(card: Card) -> tuple[Saying, ...]:
    """For what the law punishes: that it is not allowed, what follows, and who sees to it."""
    ground = card.duties[0].address if card.duties else card.penalty.address
    told = "；".join(_row(c.condition, c.measures, c.fine) for c in card.consequences[:3])
    who = f"这类事由{card.authority}处理，发现了可以向它反映。" if card.authority else "发现了可以向主管部门反映。"
    return (
        Saying(f"“{card.title}”是法律不允许的。", tuple(dict.fromkeys((ground, card.penalty.address)))),
        Saying(f"查实以后：{told}。", (card.penalty.address,)),
        Saying(f"{who}个案怎么处理，要等调查以后书面决定。", (card.penalty.address,)),
    )


def _row(condition: str, measures: str, fine: str) -> str:
    ordered = "，".join(p for p in (measures, f"罚款{fine}" if fine else "") if p)
    return ordered if condition == "有这种行为的" else f"{condition}，{ordered}"


def _from_clause(question: str, citations: Sequence[Citation]) -> tuple[Saying, ...]:
    """For any other question: what kind of rule the leading article is, the sentence nearest the question, and where to read on."""
    if not citations:
        return ()
    lead = citations[0]
    begin, end = lead.decisive[0] if lead.decisive else (0, len(lead.quote))
    words = lead.quote[begin:end]
    sentences = [s.strip() for s in _SENTENCE.findall(words) if len(s.strip()) > 6]
    nearest = max(sentences, key=lambda s: shared_pairs(question, s), default=words)
    kinds = [said for pattern, said in _KINDS if pattern.search(nearest)]
    told = f"写的是{'和'.join(kinds)}" if kinds else "有直接的规定"
    sayings = [Saying(f"您问的事，主要看{lead.address}，{told}。和您问的最接近的一句是：“{nearest}”", (lead.address,))]
    others = list(dict.fromkeys(c.address for c in citations[1:3] if c.address != lead.address))
    if others:
        sayings.append(Saying(f"还可以一起看{'、'.join(others)}。", tuple(others)))
    return tuple(sayings)

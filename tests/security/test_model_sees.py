"""What a language model is sent: every request of every feature that uses one, and no invented person's data in any of them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from assistant.answer.masking import Masked
from assistant.answer.model.check import check_model
from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.cases import cases
from assistant.desk.people.accounts import Role
from assistant.desk.reviews import reviews
from assistant.law.cases.model import Case, CaseBasis, CaseKind
from assistant.law.statute.model import Visibility
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind
from assistant.search.vectors.embed import static_embedder
from tests.desk.reviews.test_reviews import BAD
from tests.model_server import ModelServer, Reply, serve
from tests.web.people import Site, signed_in
from tests.web.serving import served

ROOT = Path(__file__).resolve().parents[2] / "assistant"
LAW = "虚构市茶楼管理办法"
#: All invented: nobody has these.
PERSON = {
    "name": "张伟明",
    "identity": "33010619900307201X",
    "phone": "13857100000",
    "address": "青屏县北大街3号2幢501室",
    "plate": "浙A·D12345",
    "account": "33001676035050000001",
    "mail": "zhang.wei@example.com",
    "born": "1990年3月7日",
    "net": "laozhang_88",
}
TOLD = (
    "当事人：{name}，男，{born}出生，身份证号{identity}，电话{phone}，住址：{address}，车牌{plate}，账号：{account}，"
    "邮箱{mail}，微信号：{net}。"
).format(**PERSON)
#: A few data a question: with more of them than matter the desk finds no answer, and the model is not asked.
QUESTIONS = [
    f"{part}。茶楼强行兜售茶点罚多少？"
    for part in (
        "当事人：{name}，电话{phone}",
        "身份证号{identity}",
        "住址：{address}",
        "车牌{plate}，账号：{account}",
        "邮箱{mail}",
        "微信号：{net}，{born}出生",
        "{name}经营的茶楼",
    )
]
AGAIN = "那张伟明再次强行兜售茶点罚多少？"
TRUE = "强行兜售茶点的，由茶楼主管部门处200元以上800元以下的罚款[{n}]。"


def leaked(server: ModelServer) -> list[str]:
    """The personal data in anything the server got, with digits and spaces folded; the fields of the request as well as its texts."""
    got = json.dumps(server.requests, ensure_ascii=False)
    bare = re.sub(r"[\s·\u200b-\u200f]", "", got)
    return [word for word in PERSON.values() if word in got or re.sub(r"[\s·]", "", word) in bare]


def mark(prompt: str) -> str:
    found = re.search(rf"\[(\d)\] 《{LAW}》第五条", prompt)
    return found[1] if found else "1"


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with serve(lambda prompt: Reply("无法改写")) as running:
        yield running


@pytest.fixture(scope="module")
def asking(settings: Settings, model: ModelServer) -> Iterator[Assistant]:
    made = Assistant(settings.model_copy(update={"model_url": model.address, "model_name": "scripted", "model_timeout": 120.0}))
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(asking: Assistant) -> Iterator[Site]:
    with served(asking) as made:
        made.people = {}
        for role in (Role.STAFF, Role.REVIEWER):
            # The home is the whole run's; the module's server may be made more than once in it.
            made.people[role] = signed_in(asking.engine, asking.settings, role, login=f"sees-{uuid4().hex[:8]}")
        yield made


@pytest.fixture(autouse=True)
def fresh(model: ModelServer) -> None:
    model.requests.clear()
    model.prompts.clear()


def client(site: Site, role: Role) -> httpx.Client:
    headers = site.cookie(role) | {"Origin": str(site)}
    return httpx.Client(base_url=str(site), headers=headers, follow_redirects=True, timeout=120, trust_env=False)


class Chat:
    """The staff page's chat, spoken to as the page's script does."""

    def __init__(self, http: httpx.Client) -> None:
        page = http.get("/staff/").text
        found = re.search(r"window\.gradio_config = (\{.*?\});</script>", page, re.DOTALL)
        assert found
        events = json.loads(found[1])["dependencies"]
        ask = next(d for d in events if (len(d["inputs"]), len(d["outputs"])) == (3, 5))
        write = next(d for d in events if not d["inputs"] and d["outputs"] == ask["outputs"][3:4])
        self._http, self._ask, self._write = http, ask["id"], write["id"]
        self.conversation = ""

    def say(self, question: str) -> str:
        """Ask, have the model write, and return the last transcript."""
        asked = self._event(self._ask, [question, "", self.conversation])
        self.conversation = asked[0] if isinstance(asked[0], str) else self.conversation
        written = self._event(self._write, [])
        return str(written[0])

    def _event(self, number: int, data: list[Any]) -> list[Any]:
        joined = self._http.post(
            "/staff/gradio_api/queue/join", json={"fn_index": number, "session_hash": "sees0001", "data": data, "event_data": None}
        )
        assert joined.status_code == 200, joined.text
        with self._http.stream("GET", "/staff/gradio_api/queue/data", params={"session_hash": "sees0001"}) as lines:
            for line in lines.iter_lines():
                told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if told.get("msg") == "process_completed":
                    assert told["success"], told
                    return list(told["output"]["data"])
        raise AssertionError("the event did not end")


def test_a_conversation_on_the_staff_desk(site: Site, model: ModelServer) -> None:
    def reply(prompt: str) -> Reply:
        if "没有通过的原因" in prompt:
            return Reply("无法改写")
        if "改写后的问句" in prompt:
            return Reply(f"{re.search('〔姓名.〕', prompt)[0] if '〔姓名' in prompt else ''}再次强行兜售茶点罚多少")  # type: ignore[index]
        return Reply(
            "【结论】\n"
            + TRUE.format(n=mark(prompt))
            + "\n〔姓名甲〕应当罚9000元[1]。\n【疑问】\n建议先核实事实和证据。\n建议核实现场情况。\n"
        )

    model.script = reply
    with client(site, Role.STAFF) as http:
        for question in QUESTIONS:
            before = len(model.prompts)
            Chat(http).say(question.format(**PERSON))
            assert len(model.prompts) >= before + 2, "an answer, and a sentence written again"
        chat = Chat(http)
        shown = chat.say(QUESTIONS[0].format(**PERSON))
        assert "200元以上800元以下" in shown and "由模型撰写" in shown and "〔姓名" not in shown
        chat.say(AGAIN)
    told = "\n".join(model.prompts)
    assert "茶楼强行兜售茶点罚多少" in told and "没有通过的原因" in told and "改写后的问句" in told
    kinds = ("姓名", "证件号码", "电话号码", "地址", "车牌号", "银行账号", "电子邮箱", "网络账号", "出生日期")
    assert not [kind for kind in kinds if f"〔{kind}甲〕" not in told]
    assert not leaked(model)


def test_a_finding_of_a_review(site: Site, asking: Assistant, model: ModelServer, tmp_path: Path) -> None:
    path = tmp_path / "虚构案卷.txt"
    path.write_text(f"{BAD}\n{TOLD}\n", encoding="utf-8")
    person = site.account(Role.REVIEWER)
    review = reviews.open_files(asking.engine, Reviewer(asking.engine, asking.settings), person, [path], DocumentKind.PENALTY)
    finding = next(f.id for f in reviews.opened(asking.engine, person, review).findings if f.finding.suggest)
    text = f"请{PERSON['name']}改正，联系{PERSON['phone']}。"
    model.script = lambda prompt: Reply(prompt[prompt.index("请〔姓名") :].split("\n")[0].replace("改正", "予以改正"))
    with client(site, Role.REVIEWER) as http:
        fields = {"severity": "一般", "explain": TOLD, "suggest": text, "act": "ask"}
        asked = http.post(f"/staff/reviews/{review}/findings/{finding}/wording", data=fields)
    assert asked.status_code == 200 and f"请{PERSON['name']}予以改正，联系{PERSON['phone']}。" in asked.text
    assert len(model.prompts) == 1 and "改正" in model.prompts[0] and not leaked(model)


def test_the_lesson_of_a_case(site: Site, asking: Assistant, model: ModelServer) -> None:
    lesson = f"{PERSON['name']}不得兜售茶点。"
    made = Case(
        key="test:sees", title="茶楼强行兜售茶点案", kind=CaseKind.OWN, facts=f"{TOLD}拦住客人。", decision="罚款三百元。",
        lesson=(lesson,), basis=(CaseBasis(LAW, 5),), visibility=Visibility.INTERNAL,
    )  # fmt: skip
    number = cases.keep(asking.engine, static_embedder(), made, "digest-sees", "test")[0]
    model.script = lambda prompt: Reply("〔姓名甲〕不能兜售茶点。")
    with client(site, Role.REVIEWER) as http:
        asked = http.post(f"/staff/cases/{number}/lesson/wording", data={"act": "ask", "text": lesson})
    assert asked.status_code == 200 and len(model.prompts) == 1
    assert "兜售茶点" in model.prompts[0] and not leaked(model)


def test_what_is_hidden_is_also_out_of_articles_and_odd_writing(asking: Assistant, model: ModelServer) -> None:
    """The same door for the check of a model, and for data written to be missed: full width, spaces, invisible characters."""
    check_model(asking.settings, asking.model)
    assert model.prompts
    client = asking.model
    from assistant.answer.model.prompts import load_prompts

    hidden = "当事人：张　伟明，电话１３８５７１０００００，手机138\u200b5710\u200b0000，身份证号330106 19900307 201X"
    model.script = lambda prompt: Reply("好。")
    inputs = {"task": "改写", "text": hidden, "articles": f"[1] 《虚构办法》第一条\n联系人：{PERSON['name']}，{PERSON['phone']}"}
    client.complete(load_prompts()["wording"], inputs, purpose="试")
    sent = re.sub(r"[\s\u3000]", "", model.prompts[-1])
    assert not leaked(model) and "伟明" not in sent and not re.search(r"[0-9０-９]{6}", sent)


def test_a_placeholder_is_the_same_in_all_texts_and_comes_back_whole() -> None:
    masked = Masked({"a": "当事人：张伟明，电话13857100000。", "b": "张伟明与李芳女士，13857100000"}, beside=["证人：王立新"])
    assert masked.texts == {"a": "当事人：〔姓名甲〕，电话〔电话号码甲〕。", "b": "〔姓名甲〕与〔姓名乙〕女士，〔电话号码甲〕"}
    text = "〔姓名甲〕、〔姓名乙〕和〔姓名丙〕，〔电话号码甲〕；〔2025〕3号，〔姓名丁〕，〔未完"
    whole = "张伟明、李芳和王立新，13857100000；〔2025〕3号，〔姓名丁〕，〔未完"
    assert masked.restored(text) == whole
    for size in range(1, 12):
        assert "".join(masked.restoring(text[k : k + size] for k in range(0, len(text), size))) == whole


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def test_there_is_one_door_to_a_model() -> None:
    """No module but the door imports a client library, and what goes through the door is a prompt and inputs, never a text."""
    doors, speakers, wrong = set(), set(), []
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                modules = [n.name for n in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                doors |= {name for m in modules if re.match(r"openai\b|llama_index\.(llms|core\.llms)", m)}
        for method, call in calls(path):
            if method in ("stream", "complete") and "purpose" in {k.arg for k in call.keywords}:
                speakers.add(name)
                if len(call.args) != 2 or ast.unparse(call.args[0]) != "prompt":
                    wrong.append(f"{name}:{call.lineno}")
            if method in ("stream_chat", "chat", "achat", "acomplete", "astream_chat", "predict") and name != "answer/model/client.py":
                wrong.append(f"{name}:{call.lineno}")
    assert doors == {"answer/model/client.py"} and not wrong
    assert speakers == {"answer/model/client.py", "answer/model/writing.py", "answer/model/wording.py"}, (
        "a new feature needs its test above"
    )

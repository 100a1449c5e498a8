"""Wording asked of a model on the pages of reviews and cases: shown when proved, taken or left, saved by a person only."""

from __future__ import annotations

import html
import re
import socket
from collections.abc import Iterator

import httpx
import pytest

from assistant.answer.model.client import ModelClient
from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.audit import trail
from assistant.desk.audit.trail import AuditAction
from assistant.desk.cases import cases
from assistant.desk.people.accounts import Role
from assistant.desk.reviews import reviews, words
from assistant.law.cases.model import Case, CaseBasis, CaseKind
from assistant.law.statute.model import Visibility
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind
from assistant.search.vectors.embed import static_embedder
from assistant.web.cases.pages import WAITS
from assistant.web.edge.access import COOKIE
from tests.desk.reviews.test_reviews import BAD
from tests.model_server import ModelServer, Reply, serve
from tests.web.people import Site, signed_in
from tests.web.serving import served

LAW = "虚构市茶楼管理办法"
LESSON = "茶楼伙计不得拦住客人兜售茶点。"
PLAINER = "伙计不得拦着客人兜售茶点。"


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with serve(lambda prompt: Reply("无")) as running:
        yield running


@pytest.fixture(scope="module")
def asking(settings: Settings, model: ModelServer) -> Iterator[Assistant]:
    made = Assistant(settings.model_copy(update={"model_url": model.address, "model_name": "scripted", "model_timeout": 120.0}))
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(asking: Assistant) -> Iterator[Site]:
    with served(asking) as made:
        made.people = {Role.REVIEWER: signed_in(asking.engine, asking.settings, Role.REVIEWER, login="wording-reviewer")}
        yield made


def client(site: Site) -> httpx.Client:
    cookies = {COOKIE: site.people[Role.REVIEWER][1]}
    return httpx.Client(base_url=str(site), cookies=cookies, follow_redirects=True, timeout=120, trust_env=False)


@pytest.fixture
def http(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setenv("NO_PROXY", "*")
    with client(site) as opened:
        yield opened


@pytest.fixture(scope="module")
def review(asking: Assistant, site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A review whose findings nobody has said a word on."""
    path = tmp_path_factory.mktemp("review") / "虚构案卷.txt"
    path.write_text(BAD, encoding="utf-8")
    reviewer = Reviewer(asking.engine, asking.settings)
    return reviews.open_files(asking.engine, reviewer, site.account(Role.REVIEWER), [path], DocumentKind.PENALTY)


@pytest.fixture
def case(asking: Assistant) -> int:
    made = Case(
        key="test:wording", title="茶楼强行兜售案", kind=CaseKind.OWN, facts="茶楼伙计拦住客人兜售茶点。", decision="罚款三百元。",
        lesson=(LESSON,), basis=(CaseBasis(LAW, 4), CaseBasis(LAW, 5)), visibility=Visibility.PUBLIC,
    )  # fmt: skip
    number = cases.keep(asking.engine, static_embedder(), made, "digest", "test")[0]
    cases.edit_lesson(asking.engine, number, LESSON, "test")
    return number


def one(asking: Assistant, site: Site, review: str) -> int:
    """A finding without a word."""
    found = reviews.opened(asking.engine, site.account(Role.REVIEWER), review)
    return next(f.id for f in found.findings if f.finding.suggest)


def suggestion(page: str, finding: int) -> str:
    """What the form of the finding would save."""
    found = re.search(rf'<textarea id="suggest-{finding}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def notes(asking: Assistant, action: AuditAction) -> list[dict[str, object]]:
    events = trail.listed(asking.engine, limit=1000)
    return [e.details for e in events if e.action == action.value and e.details and e.details.get("动作") == "请模型改写"]


FIELDS = {"severity": "一般", "explain": "我写的说明", "suggest": "请改正这份决定书。"}


def test_a_proved_wording_is_shown_taken_into_the_form_and_saved_by_the_reviewer(
    http: httpx.Client, model: ModelServer, asking: Assistant, site: Site, review: str
) -> None:
    finding = one(asking, site, review)
    at = f"/staff/reviews/{review}"
    assert f'formaction="{at}/findings/{finding}/wording#suggest-{finding}"' in http.get(at).text
    before = len(notes(asking, AuditAction.REVIEW))
    model.script = lambda prompt: Reply("这份决定书请予改正。")
    asked = http.post(f"{at}/findings/{finding}/wording", data=FIELDS | {"act": "ask"})
    assert asked.status_code == 200 and "这份决定书请予改正。" in asked.text and "采用" in asked.text and "不用" in asked.text
    assert suggestion(asked.text, finding) == "请改正这份决定书。" and "我写的说明" in asked.text
    assert "请改正这份决定书。" in model.prompts[-1] and "我写的说明" not in model.prompts[-1]
    told = notes(asking, AuditAction.REVIEW)
    assert len(told) == before + 1 and told[0]["结果"] == "给出建议文字" and "决定书" not in repr(told[0])
    left = http.post(f"{at}/findings/{finding}/wording", data=FIELDS | {"act": "leave", "proposed": "这份决定书请予改正。"})
    assert suggestion(left.text, finding) == "请改正这份决定书。" and "予改正" not in left.text
    taken = http.post(f"{at}/findings/{finding}/wording", data=FIELDS | {"act": "take", "proposed": "这份决定书请予改正。"})
    assert suggestion(taken.text, finding) == "这份决定书请予改正。"
    person = site.account(Role.REVIEWER)
    kept = reviews.opened(asking.engine, person, review)
    assert not any(f.word for f in kept.findings), "nothing is saved before the reviewer saves"
    http.post(f"{at}/findings/{finding}", data=FIELDS | {"act": "edit", "suggest": "这份决定书请予改正。"})
    kept = reviews.opened(asking.engine, person, review)
    assert next(f for f in kept.findings if f.id == finding).finding.suggest == "这份决定书请予改正。"
    again = http.post(f"{at}/findings/{finding}/wording", data=FIELDS | {"act": "ask"})
    assert again.status_code == 400 and "已经处理过" in again.text
    words.undo(asking.engine, person, review, finding)


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply("请改正这份决定书，并处9000元罚款。"), "没有采用"),
        (Reply("<script>window.hacked=1</script>请改正这份决定书。"), "没有采用"),
        (Reply(status=503), "报错"),
        (Reply("请改正这份决定书。", breaks=True), "没有建议文字"),
    ],
)
def test_what_does_not_pass_is_one_line_and_nothing_changes(
    http: httpx.Client, model: ModelServer, asking: Assistant, site: Site, review: str, reply: Reply, says: str
) -> None:
    finding = one(asking, site, review)
    model.script = lambda prompt: reply
    asked = http.post(f"/staff/reviews/{review}/findings/{finding}/wording", data=FIELDS | {"act": "ask"})
    assert asked.status_code == 200 and len(re.findall(r'<p class="hint" role="status">[^<]*</p>', asked.text)) == 1
    assert says in asked.text and suggestion(asked.text, finding) == "请改正这份决定书。"
    assert "9000" not in asked.text and "<script>window" not in asked.text and 'value="take"' not in asked.text
    assert notes(asking, AuditAction.REVIEW)[0]["结果"] == "没有建议文字"


def test_a_server_that_is_down_leaves_the_form_as_it_is(
    http: httpx.Client, asking: Assistant, site: Site, review: str, case: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    down = asking.settings.model_copy(update={"model_url": f"http://127.0.0.1:{port}/v1"})
    monkeypatch.setitem(asking.__dict__, "model", ModelClient(down))
    finding = one(asking, site, review)
    asked = http.post(f"/staff/reviews/{review}/findings/{finding}/wording", data=FIELDS | {"act": "ask"})
    assert asked.status_code == 200 and "连不上模型服务" in asked.text and suggestion(asked.text, finding) == "请改正这份决定书。"
    lesson = http.post(f"/staff/cases/{case}/lesson/wording", data={"act": "ask", "text": LESSON})
    assert lesson.status_code == 200 and "连不上模型服务" in lesson.text and "模型的文字" not in lesson.text


def test_the_model_may_speak_of_the_article_of_the_finding_and_its_number_is_left_out(
    http: httpx.Client, model: ModelServer, asking: Assistant, case: int
) -> None:
    said = "强行兜售茶点的，由茶楼主管部门处200元以上800元以下的罚款"
    model.script = lambda prompt: Reply(f"{PLAINER}{said}[2]。")
    asked = http.post(f"/staff/cases/{case}/lesson/wording", data={"act": "ask", "text": LESSON})
    assert f"{PLAINER}\n{said}。" in html.unescape(asked.text), "a sentence a line, without the number"
    model.script = lambda prompt: Reply(f"{PLAINER}{said.replace('800', '9000')}[2]。")
    refused = http.post(f"/staff/cases/{case}/lesson/wording", data={"act": "ask", "text": LESSON})
    assert "没有采用" in refused.text and "9000" not in refused.text


def test_a_plainer_lesson_is_shown_taken_and_saved(http: httpx.Client, model: ModelServer, asking: Assistant, case: int) -> None:
    at = f"/staff/cases/{case}"
    assert "请模型改得更通俗" in http.get(at).text
    model.script = lambda prompt: Reply(PLAINER)
    number = "330000198506010019"
    asked = http.post(f"{at}/lesson/wording", data={"act": "ask", "text": LESSON + number})
    assert number not in model.prompts[-1], "numbers of persons are not sent"
    asked = http.post(f"{at}/lesson/wording", data={"act": "ask", "text": LESSON})
    assert PLAINER in asked.text and f"<li>{LESSON}</li>" in asked.text
    taken = http.post(f"{at}/lesson/wording", data={"act": "take", "text": LESSON, "proposed": PLAINER})
    assert f"{PLAINER}</textarea>" in taken.text and f"<li>{LESSON}</li>" in taken.text
    wrong = http.post(f"{at}/lesson", data={"text": PLAINER + number})
    assert wrong.status_code == 400 and "公开案例不能写" in wrong.text and f"<li>{LESSON}</li>" in http.get(at).text
    saved = http.post(f"{at}/lesson", data={"text": PLAINER + "\n\n<b>记住"})
    assert WAITS in saved.text and f"<li>{LESSON}</li>" in saved.text, "the public sees it, so a second person looks first"
    told = notes(asking, AuditAction.CASE)
    assert len(told) >= 2 and PLAINER not in repr(told)
    assert http.post("/staff/cases/999999/lesson", data={"text": "x"}).status_code == 404
    assert http.post("/staff/cases/999999/lesson/wording", data={"act": "ask", "text": "x"}).status_code == 404


def test_a_text_that_is_empty_or_too_long_is_not_sent(
    http: httpx.Client, model: ModelServer, asking: Assistant, site: Site, review: str, case: int
) -> None:
    finding, sent = one(asking, site, review), len(model.prompts)
    for text in (" ", "长" * 2001):
        asked = http.post(f"/staff/reviews/{review}/findings/{finding}/wording", data=FIELDS | {"act": "ask", "suggest": text})
        assert asked.status_code == 400 and "1 至 2000 字" in asked.text
        assert "1 至 2000 字" in http.post(f"/staff/cases/{case}/lesson/wording", data={"act": "ask", "text": text}).text
    assert len(model.prompts) == sent


def test_of_a_review_that_is_not_theirs_nothing_is_asked(
    http: httpx.Client, model: ModelServer, asking: Assistant, site: Site, review: str
) -> None:
    finding, sent = one(asking, site, review), len(model.prompts)
    _, token = signed_in(asking.engine, asking.settings, Role.STAFF, login="wording-other", section="另一科室")
    fields = FIELDS | {"act": "ask"}
    with httpx.Client(base_url=str(site), cookies={COOKIE: token}, timeout=120, trust_env=False) as other:
        for act in ("ask", "take", "leave"):
            assert other.post(f"/staff/reviews/{review}/findings/{finding}/wording", data=fields | {"act": act}).status_code == 404
    assert http.post(f"/staff/reviews/{review}/findings/99999999/wording", data=fields).status_code == 404
    assert len(model.prompts) == sent


def test_without_a_model_there_is_no_button_and_the_post_is_refused(address: Site, asking: Assistant, review: str, case: int) -> None:
    with client(address) as http:  # the ordinary assistant over the same home: no model is set up
        for path in (f"/staff/reviews/{review}", f"/staff/cases/{case}"):
            shown = http.get(path)
            assert shown.status_code == 200 and "请模型改" not in shown.text and "wording" not in shown.text
        assert http.post(f"/staff/cases/{case}/lesson/wording", data={"act": "ask", "text": LESSON}).status_code == 404
        finding = reviews.opened(asking.engine, address.account(Role.REVIEWER), review).findings[0].id
        assert http.post(f"/staff/reviews/{review}/findings/{finding}/wording", data=FIELDS | {"act": "ask"}).status_code == 404

"""Documents that never end, eat memory or kill their reader: the pages answer meanwhile, and only that document is lost."""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docx as word
import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.matters import matters
from assistant.desk.matters.matters import Material, MatterForm
from assistant.desk.matters.states import Step
from assistant.desk.matters.steps import Taken, submit, take
from assistant.desk.people.accounts import Role
from assistant.desk.work import Busy, Cancelled, State, Task, Work
from assistant.desk.work import tasks as own_tasks
from assistant.errors import RefusedInput
from assistant.web.server import build_app
from tests.desk.reviews.test_reviews import BAD
from tests.security.slow_tasks import Crashing, Endless, Greedy, Short, Writing
from tests.web.people import Site, signed_in
from tests.web.serving import running
from tests.web.test_cases import told as told_case

LONG = 120  # a bound against hanging, not a measurement
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def site_with(assistant: Assistant, **changed: Any) -> Iterator[tuple[Site, Work]]:
    """The application served with other settings, and the work behind it."""
    other = Assistant(assistant.settings.model_copy(update=changed))
    try:
        application = build_app(other)
        with running(application, other.settings) as site:
            yield site, application.state.work
    finally:
        other.close()


@pytest.fixture(scope="module")
def strict(assistant: Assistant) -> Iterator[tuple[Site, Work]]:
    """A server whose workers have two seconds and little memory."""
    with site_with(assistant, worker_seconds=2, worker_memory_mb=320) as found:
        yield found


@pytest.fixture(scope="module")
def patient(assistant: Assistant) -> Iterator[tuple[Site, Work]]:
    """A server whose workers have all the time a test may need."""
    with site_with(assistant, worker_seconds=LONG) as found:
        yield found


@pytest.fixture(scope="module")
def people(assistant: Assistant) -> dict[str, tuple[str, str]]:
    """Id and session of two officers."""
    out = {}
    for login in ("worker-one", "worker-two"):
        account, token = signed_in(assistant.engine, assistant.settings, Role.STAFF, login)
        out[login] = (account.id, token)
    return out


class Person(httpx.Client):
    """Somebody signed in, who waits for what they hand in."""

    def hand_in(self, path: str, **form: Any) -> httpx.Response:
        """Send a form and return the page its job ends at, however long it takes."""
        return self.ended(self.post(path, **form))

    def ended(self, page: httpx.Response) -> httpx.Response:
        """Follow a job to its end."""
        while "/work/" in str(page.url) and 'data-over="1"' not in page.text:
            time.sleep(0.1)
            page = self.get(str(page.url))
        return page


def client(site: Site, token: str) -> Person:
    return Person(base_url=str(site), cookies={"assistant_session": token}, follow_redirects=True, timeout=LONG)


@pytest.fixture
def made_slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Have the page 核验引用 hand in another task in place of its own."""
    from assistant.web.staff import verify

    def use(task: Task[Any]) -> None:
        monkeypatch.setattr(verify, "CheckDraft", lambda *_, **__: task)

    return use


def until(true: Callable[[], Any]) -> Any:
    for _ in range(LONG * 20):
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError("it does not happen")


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


def told(page: httpx.Response) -> str:
    found = re.search(r'role="alert">([^<]*)<', page.text)
    return found[1] if found else ""


# ---- over HTTP ----------------------------------------------------------------------------------


def test_other_pages_answer_while_a_document_never_ends_and_its_owner_takes_it_back(
    patient: tuple[Site, Work], people: dict[str, tuple[str, str]], made_slow: Callable[..., None], tmp_path: Path
) -> None:
    site, _ = patient
    begun = tmp_path / "begun"
    made_slow(Endless(started=begun))
    with client(site, people["worker-one"][1]) as one, client(site, people["worker-two"][1]) as two:
        page = one.post("/staff/verify", data={"text": "虚构"})
        assert re.search(r"/staff/work/[0-9a-f]{32}$", str(page.url)) and "没完没了.txt" in page.text
        pid = int(until(lambda: begun.exists() and begun.read_text(encoding="ascii")))
        shown = until(lambda: "正在读第 1 页" in (part := one.get(f"{page.url}?part=1").text) and part)
        assert "正在处理" in shown and 'data-over=""' in shown
        for address in ("/", "/health", "/staff/verify", "/staff/reviews", "/public"):
            assert two.get(address).status_code == 200
        # The job is its owner's: another sees nothing of it and cannot end it.
        for answer in (two.get(str(page.url)), two.post(f"{page.url}/cancel")):
            assert answer.status_code == 404 and "没完没了" not in answer.text
        assert alive(pid)
        gone = one.post(f"{page.url}/cancel")
        assert "已取消" in told(gone) and 'href="/staff/verify"' in gone.text
        until(lambda: not alive(pid))


def test_a_second_worker_stays_free_for_another(
    patient: tuple[Site, Work], people: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, work = patient
    owner, token = people["worker-two"]
    jobs = [work.submit(people["worker-one"][0], Endless(f"{n}.txt"), lambda x: x) for n in range(3)]
    try:
        until(lambda: jobs[0].state is State.RUNNING)
        with client(site, token) as two:
            page = two.hand_in("/staff/verify", data={"text": "依据《虚构市茶楼管理办法》第四条、第九条处理。"})
            assert re.search(r"/staff/verify/[0-9a-f]{32}$", str(page.url)) and "条文不存在" in page.text
        assert [j.state for j in jobs] == [State.RUNNING, State.WAITING, State.WAITING]
    finally:
        for job in jobs:
            work.cancel(people["worker-one"][0], job.id)
    assert all(j.wait(LONG) and isinstance(j.error, Cancelled) for j in jobs) and owner


def test_one_person_cannot_fill_the_queue(patient: tuple[Site, Work], people: dict[str, tuple[str, str]]) -> None:
    site, work = patient
    owner, token = people["worker-one"]
    jobs = [work.submit(owner, Endless("0.txt"), lambda x: x)]
    until(lambda: jobs[0].state is State.RUNNING)
    try:
        with pytest.raises(Busy, match="忙，请稍后"):
            for n in range(1, 40):
                jobs.append(work.submit(owner, Endless(f"{n}.txt"), lambda x: x))
        assert len(jobs) == 5, "one at work, four waiting"
        with client(site, token) as one, client(site, people["worker-two"][1]) as two:
            full = one.hand_in("/staff/verify", data={"text": "虚构的草稿，排不上队"})
            assert full.status_code == 429 and "忙，请稍后" in told(full) and "虚构的草稿，排不上队" in full.text
            case = one.hand_in("/staff/reviews/new", data={"kind": "penalty"}, files={"files": ("案卷.txt", BAD.encode())})
            assert case.status_code == 429 and "忙，请稍后" in told(case)
            assert two.hand_in("/staff/verify", data={"text": "虚构"}).status_code == 200
    finally:
        for job in jobs:
            work.cancel(owner, job.id)
    assert not list(work.place.folder().glob("inbox-*")), "what was refused is not kept"


def test_a_document_that_takes_too_long_is_ended_and_the_reason_told(
    strict: tuple[Site, Work], people: dict[str, tuple[str, str]], made_slow: Callable[..., None], tmp_path: Path
) -> None:
    site, _ = strict
    begun = tmp_path / "begun"
    made_slow(Endless(started=begun))
    with client(site, people["worker-one"][1]) as one:
        page = one.post("/staff/verify", data={"text": "虚构"})
        page = one.ended(page)
        assert told(page).endswith(
            "没完没了.txt：处理了 2 秒还没有完成，已停止。请拆分文件，或者另存为 DOCX、TXT 再试；扫描件很多页的，请管理员调大设置 worker_seconds"
        )
    until(lambda: not alive(int(begun.read_text(encoding="ascii"))))


def _swollen() -> bytes:
    """A DOCX of very many small paragraphs: packed no more than text is, and a reader makes hundreds of megabytes of it."""
    chance = random.Random(1)
    body = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + b"".join(b"<w:p><w:r><w:t>%x</w:t></w:r></w:p>" % chance.getrandbits(32) for _ in range(950_000))
        + b"</w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
            '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", body)
    return out.getvalue()


def test_a_document_that_swells_in_memory_is_ended(assistant: Assistant, people: dict[str, tuple[str, str]]) -> None:
    with site_with(assistant, worker_memory_mb=320, worker_seconds=LONG) as (site, work), client(site, people["worker-one"][1]) as one:
        page = one.hand_in("/staff/verify", files={"file": ("膨胀.docx", _swollen())})
        page = one.ended(page)
        assert "膨胀.docx：处理需要的内存超过上限 320 MB" in told(page)
        held = [int(re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{p}/status").read_text())[0]) for p in work.pids() if alive(p)]
        assert all(kb < 320 * 1024 for kb in held)
        assert one.hand_in("/staff/verify", data={"text": "依据《虚构市茶楼管理办法》第四条处理。"}).status_code == 200


def test_work_that_eats_memory_is_told_by_its_name(
    strict: tuple[Site, Work], people: dict[str, tuple[str, str]], made_slow: Callable[..., None]
) -> None:
    site, _ = strict
    made_slow(Greedy())
    with client(site, people["worker-one"][1]) as one:
        page = one.hand_in("/staff/verify", data={"text": "虚构"})
        assert "吃内存.docx：处理需要的内存超过上限 320 MB" in told(page)


@pytest.mark.parametrize("number", [9, 11])
def test_a_killed_worker_loses_its_document_and_no_other(
    strict: tuple[Site, Work], people: dict[str, tuple[str, str]], made_slow: Callable[..., None], number: int
) -> None:
    site, _ = strict
    with client(site, people["worker-one"][1]) as one:
        with pytest.MonkeyPatch.context() as patched:
            from assistant.web.staff import verify

            patched.setattr(verify, "CheckDraft", lambda *_, **__: Crashing(number))
            page = one.hand_in("/staff/verify", data={"text": "虚构"})
        assert page.status_code == 400 and "会崩.pdf：处理它的程序意外中止" in told(page)
        again = one.hand_in("/staff/verify", data={"text": "依据《虚构市茶楼管理办法》第四条处理。"})
        assert re.search(r"/staff/verify/[0-9a-f]{32}$", str(again.url))


def test_an_unchanged_text_is_not_worked_on_twice(patient: tuple[Site, Work], people: dict[str, tuple[str, str]]) -> None:
    site, work = patient
    text = "依据《虚构市茶楼管理办法》第四条、第九条处理，只核一遍。"
    with client(site, people["worker-one"][1]) as one, client(site, people["worker-two"][1]) as two:
        first = one.hand_in("/staff/verify", data={"text": text})
        given = work.given
        again, other = one.hand_in("/staff/verify", data={"text": text}), two.hand_in("/staff/verify", data={"text": text})
        assert work.given == given and "条文不存在" in again.text and "条文不存在" in other.text
        assert len({str(first.url), str(again.url), str(other.url)}) == 3
        assert two.get(str(first.url)).status_code == 404, "the result is another's, the finding is not"
        one.hand_in("/staff/verify", data={"text": text, "as_of": "2020-01-01"})
        assert work.given == given + 1, "another day is another question"
        for n in range(2):
            one.hand_in("/staff/reviews/new", data={"kind": "penalty"}, files={"files": (f"{n}.txt", BAD.encode())})
        assert work.given == given + 3, "a file of another name is another"
        one.hand_in("/staff/reviews/new", data={"kind": "penalty"}, files={"files": ("1.txt", BAD.encode())})
        assert work.given == given + 3


@pytest.fixture
def reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reads a document or runs over a whole text fails in the server's own process; in the workers it does not."""
    from assistant.desk.chat import drafts
    from assistant.law.citation import verify
    from assistant.law.privacy import scan
    from assistant.library import readers
    from assistant.review.report.reviewer import Reviewer

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("done in the web process")

    def never_long(text: str, *given: Any, **named: Any) -> Any:
        return find(text, *given, **named) if len(text) < 100 else never()

    find = scan.find_personal_data
    forbidden = {readers.read_file: never, verify.verify_citations: never, drafts.commented: never, find: never_long}
    for module in [m for n, m in sys.modules.items() if n.startswith("assistant.") and m is not None]:
        for name, value in list(vars(module).items()):
            if callable(value) and getattr(value, "__hash__", None) and value in forbidden:
                monkeypatch.setattr(module, name, forbidden[value])
    monkeypatch.setattr(Reviewer, "review", never)


@pytest.mark.usefixtures("reads_nothing")
def test_drafts_reviews_and_cases_are_read_by_workers(patient: tuple[Site, Work], people: dict[str, tuple[str, str]]) -> None:
    site, _ = patient
    with client(site, people["worker-one"][1]) as one:
        page = one.hand_in("/staff/verify", files={"file": ("草稿.txt", "依据《虚构市茶楼管理办法》第八条处理。".encode())})
        assert "条文不存在" in page.text and one.get(f"{page.url}.docx").content.startswith(b"PK")
        page = one.hand_in("/staff/reviews/new", data={"kind": "penalty"}, files={"files": ("卷.txt", BAD.encode())})
        assert "只有一名执法人员" in page.text
        at = str(page.url)
        page = one.hand_in(f"{at}/facts", data={"key": "立案日期", "value": "2024-11-01"})
        assert "事实已更正" in page.text
        page = one.hand_in(f"{at}/again")
        assert "已按现行规则和法规库重新审查" in page.text
        page = one.hand_in("/staff/cases/new", files={"files": ("案例.md", told_case("赵六诉响泉茶馆案").encode())})
        assert re.search(r"/staff/cases/new/[0-9a-f]{32}$", str(page.url)) and "赵六" in page.text
        page = one.hand_in("/staff/cases/new", files={"files": ("坏.docx", b"no document")})
        assert page.status_code == 400 and "坏.docx" in told(page)


@pytest.mark.usefixtures("reads_nothing")
def test_imports_are_read_by_workers(patient: tuple[Site, Work], assistant: Assistant) -> None:
    site, work = patient
    _, token = signed_in(assistant.engine, assistant.settings, Role.ADMIN, "worker-admin")
    with client(site, token) as admin:
        given = work.given
        form = {"visibility": "internal", "origin": "虚构县人民政府网站"}
        page = admin.post("/staff/documents/import", data=form, files={"files": ("空.txt", "没有条文".encode())})
        page = until(lambda: 'data-over="1"' in (p := admin.get(str(page.url))).text and p)
        assert "空.txt" in page.text and "没有读到正文" in page.text and work.given == given + 1


@pytest.mark.usefixtures("reads_nothing")
def test_opinions_are_read_judged_and_searched_by_workers(patient: tuple[Site, Work], assistant: Assistant, address: Site) -> None:
    site, _ = patient
    engine, settings = assistant.engine, assistant.settings
    owner, owners = signed_in(engine, settings, Role.STAFF, "worker-owner")
    firm, firms = signed_in(engine, settings, Role.COUNSEL, "worker-firm")
    form = MatterForm("虚构兜售茶点案", "茶楼强行兜售茶点，张三丰（电话13800001234）怎样处理？", firm=firm.section)
    matter = matters.open_matter(engine, owner, form, Material(), "k")
    submit(engine, settings, owner, matter, 1, "s")
    take(engine, settings, firm, matter, Taken(Step.ACCEPT, 2, "a"))
    with client(site, firms) as counsel:
        at = f"/counsel/matters/{matter}/opinion"
        page = counsel.post(f"{at}/upload", data={"version": "0", "key": "up"}, files={"files": ("意见.docx", opinion_file())})
        assert "已读取上传的意见书" in page.text and "1 处与法规库不符" in page.text
        refused = counsel.post(f"{at}/issue", data={"key": "i", "version": "3", "draft": "1"})
        assert refused.status_code == 400 and "逐处写明保留的理由" in refused.text
        reason = re.findall(r'name="(reason-[0-9a-f]+)"', page.text)
        issued = counsel.post(f"{at}/issue", data={"key": "i", "version": "3", "draft": "1", reason[0]: "虚构的理由"})
        assert "意见已出具并编号" in issued.text
        again = counsel.post(f"{at}/issue", data={"key": "i", "version": "3", "draft": "1", reason[0]: "虚构的理由"})
        assert again.status_code == 200, "the same form sent twice is one step"
    take(engine, settings, owner, matter, Taken(Step.ADOPT, 4, "ad"))
    with client(site, owners) as office:
        shown = office.get(f"/staff/matters/{matter}/publish")
        assert shown.status_code == 200 and "13800001234" in shown.text and "138***" in shown.text
        done = office.post(f"/staff/matters/{matter}/publish", data={"key": "p", "version": "5", "publish": "1", "hide": ["0", "1", "2"]})
        assert "意见已作为内部文件入库" in done.text


def opinion_file() -> bytes:
    lines = [
        "一、结论",
        "按照《虚构市茶楼管理办法》第五十条处罚张三丰。",
        "二、理由",
        "兜售茶点见《虚构市茶楼管理办法》第四条，强行兜售的事实清楚。" * 5,
    ]
    out = io.BytesIO()
    document = word.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


# ---- the door itself ----------------------------------------------------------------------------


@pytest.fixture
def work(assistant: Assistant) -> Iterator[Work]:
    made = Work(assistant.engine, assistant.settings.model_copy(update={"worker_seconds": LONG}))
    yield made
    made.close()


def test_a_worker_cannot_change_the_library_and_is_given_no_secrets(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL_KEY", "geheim")
    settings = assistant.settings.model_copy(update={"model_key": "geheim", "smtp_password": "geheim", "webhook_secret": "geheim"})
    made = Work(assistant.engine, settings)
    try:
        assert made.run("u", Writing()) == "OperationalError"
    finally:
        made.close()


def test_an_idle_worker_that_was_killed_is_replaced(work: Work) -> None:
    first = work.run("u", Short())
    for pid in until(lambda: len(work.pids()) == 2 and work.pids()):
        os.kill(pid, 9)
    assert work.run("u", Short()) not in {first}


def test_turns_go_by_owner(work: Work) -> None:
    order: list[str] = []
    jobs = [work.submit("hog", Endless(f"{n}"), order.append) for n in range(4)]
    until(lambda: jobs[0].state is State.RUNNING)
    other = [work.submit("other", Short(), lambda _: order.append("other")) for _ in range(3)]
    assert all(j.wait(LONG) for j in other) and order == ["other"] * 3
    for job in jobs:
        work.cancel("hog", job.id)


def test_what_is_asked_twice_at_once_is_one_job(work: Work) -> None:
    held = work.submit("u", Endless(), lambda x: x)
    first, second = work.ask("u", Short("same")), work.ask("u", Short("same"))
    assert first is second and work.ask("v", Short("same")) is not first
    work.cancel("u", held.id)
    assert first.wait(LONG) and first.taken() == second.taken()


def test_closing_ends_what_is_at_work_and_what_waits(assistant: Assistant, tmp_path: Path) -> None:
    made = Work(assistant.engine, assistant.settings.model_copy(update={"worker_seconds": LONG}))
    begun = tmp_path / "begun"
    jobs = [made.submit("u", Endless(started=begun), lambda x: x), made.submit("u", Endless(), lambda x: x)]
    pid = int(until(lambda: begun.exists() and begun.read_text(encoding="ascii")))
    folder = made.place.folder()
    made.close()
    assert all(j.wait(LONG) and "服务正在停止" in j.problem for j in jobs)
    assert not alive(pid) and not made.pids() and not folder.exists()
    with pytest.raises(Busy):
        made.submit("u", Short(), lambda x: x)


_SERVER = """
import sys, time
from pathlib import Path
from assistant.config import load_settings
from assistant.desk.work import Work
from assistant.store.engine import open_engine
from tests.security.slow_tasks import Endless
settings = load_settings(Path(sys.argv[1]), worker_seconds=600)
work = Work(open_engine(settings.library_url), settings)
for n in "ab":
    work.submit(n, Endless(started=Path(sys.argv[2] + n)), lambda x: x)
time.sleep(600)
"""


def test_no_worker_outlives_a_server_that_was_killed(settings: Settings, tmp_path: Path) -> None:
    home, begun = tmp_path / "home", tmp_path / "begun-"
    home.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    server = subprocess.Popen([sys.executable, "-c", _SERVER, "home", str(begun)], env=environment, cwd=tmp_path)
    try:
        files = [Path(f"{begun}{n}") for n in "ab"]
        pids = [int(until(lambda f=f: f.exists() and f.read_text(encoding="ascii"))) for f in files]
    finally:
        server.kill()
        server.wait(LONG)
    for pid in pids:
        until(lambda pid=pid: not alive(pid))
    left = list((home / "work").glob("server-*"))
    assert left, "a killed server cannot clean up"
    from assistant.desk.work.place import Place

    place = Place(home)
    place.folder()
    assert not any(folder.exists() for folder in left), "the next one does"
    place.clear()


def test_a_refusal_comes_back_as_it_was_raised(work: Work) -> None:
    with pytest.raises(RefusedInput) as refused:
        work.run("u", own_tasks.ParseDocument(ROOT / "没有.xyz"))
    assert refused.value.name == "没有.xyz" and "不支持的格式" in refused.value.reason
    assert threading.active_count() < 60

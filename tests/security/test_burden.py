"""What one person sends may keep a worker busy; the pages of the others answer meanwhile, and nothing holds the database."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from filelock import FileLock

from assistant import limits
from assistant.desk.library import amendments, comparing
from assistant.desk.people.accounts import Role
from assistant.errors import RefusedInput
from assistant.law.statute.model import Article, Level, ParsedDocument, Visibility
from assistant.law.text.matching import Steps
from assistant.law.text.numerals import to_chinese
from assistant.law.text.titles import title_key
from assistant.library.shelf.shelving import Source, place
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import needs_sync
from assistant.store import engine as store
from assistant.store.engine import open_engine, sqlite_url, writing
from assistant.store.library import statutes as sql
from assistant.store.turns import NoTurn
from assistant.web.server import build_app
from tests.security.bureau import Bureau, confirm, made, read

ROOT = Path(__file__).resolve().parents[2]
PAPER = "虚构局渡口值守细目"
#: How much slower the pages of others may become, and the least time that is taken for their time at rest: the machine is
#: shared, and a page that was held answers after tens of seconds.
SLOWER, AT_REST = 25, 0.08
#: What is taken out of the house leaves a trace, with one short transaction.
TRACED = {"/admin/numbers.xlsx"}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    yield from made(tmp_path_factory.mktemp("bureau"), administrators=2)


def paper(count: int, year: int, words: str, title: str = PAPER) -> str:
    """A paper of the bureau's own, of so many articles of which no two are alike."""
    lines = [f"# {title}", "", f"（{year}年3月1日虚构局公布 自{year}年5月1日起施行）", ""]
    return "\n".join(
        [*lines, *(f"第{to_chinese(n)}条 {words}{n * 7919 % 10007}号，{words[::-1]}{n}次，登记于第{n}册。\n" for n in range(1, count + 1))]
    )


@contextmanager
def others_answer(bureau: Bureau, ask: Callable[[httpx.Client], httpx.Response]) -> Iterator[None]:
    """Ask for a page of another person again and again while the block runs: it answers about as fast as at rest."""

    def once(client: httpx.Client) -> float:
        begun = time.perf_counter()
        assert ask(client).status_code in (200, 303)
        return time.perf_counter() - begun

    with bureau.client(Role.REVIEWER) as client:
        rest = statistics.median([once(client) for _ in range(9)][1:])
        taken: list[float] = []
        failed: list[BaseException] = []
        over = threading.Event()

        def asking() -> None:
            try:
                while not over.is_set() or len(taken) < 5:
                    taken.append(once(client))
                    time.sleep(0.05)
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=asking, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(120)
    assert not failed, failed
    assert max(taken) < SLOWER * max(rest, AT_REST), (rest, sorted(taken)[-5:])


def a_page(client: httpx.Client) -> httpx.Response:
    return client.get("/staff/documents")


def a_write(client: httpx.Client) -> httpx.Response:
    """Something small that must write, as signing in does."""
    return client.post("/staff/notifications/read")


# ---- a document of tens of thousands of articles --------------------------------------------------


def test_a_paper_of_forty_thousand_articles_is_refused_and_holds_nobody(bureau: Bureau) -> None:
    lines = "\n".join(f"第{to_chinese(n)}条 值班。" for n in range(1, 40_001))
    with bureau.client(Role.STAFF) as hog, others_answer(bureau, a_write):
        at = read(hog, "细目.txt", f"虚构局细目\n（2024年3月1日虚构局公布）\n{lines}\n", level=Level.BUREAU_DOCUMENT.value)
        shown = hog.get(at, params={"part": 1}).text
    assert "有 40,000 条，超过上限 3,000 条" in shown and "拆分" in shown


def test_the_largest_paper_comes_in_beside_the_others(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as hog, others_answer(bureau, a_write):
        for year in (2021, 2022, 2023):
            at = read(hog, f"{year}.md", paper(2_900, year, f"渡口值守人员{year}记录"), level=Level.BUREAU_DOCUMENT.value)
            assert confirm(hog, at).status_code == 303
    with bureau.assistant.engine.connect() as connection:
        assert sql.article_count(connection, title_key(PAPER)) == 3 * 2_900


def test_pieces_lines_repeals_and_all_versions_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(sqlite_url(tmp_path / "library.db"))

    def put(articles: list[Article], day: date = date(2024, 3, 1)) -> str:
        document = ParsedDocument("虚构细目", tuple(articles), level=Level.BUREAU_DOCUMENT, version_date=day)
        try:
            with writing(engine) as connection:
                place(connection, document, Source("upload", "x", str(time.monotonic())), order=("upload",))
        except RefusedInput as refused:
            return str(refused)
        return ""

    assert "段" in put([Article(0, 0, f"值班{n}", n) for n in range(1, limits.PIECES.most + 2)])
    assert "款、项、目" in put([Article(1, 0, "值班\n" * limits.ARTICLE_LINES.most + "完", 1)])
    told = ""
    for year in range(1990, 2025):
        told = told or put([Article(n, 0, f"值班{year}年{n}次", n) for n in range(1, 2_001)], date(year, 3, 1))
    assert "各个版本合计" in told and "30,000 条" in told
    with engine.connect() as connection:
        assert sql.article_count(connection, title_key("虚构细目")) <= limits.KEPT_ARTICLES.most


# ---- the database -----------------------------------------------------------------------------------


def test_writers_take_turns_in_the_order_they_came(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "library.db"))
    order: list[int] = []
    begun = threading.Event()

    def hog() -> None:
        for _ in range(20):
            with writing(engine):
                order.append(-1)
                begun.set()
                time.sleep(0.05)

    def one(number: int) -> None:
        with writing(engine):
            order.append(number)

    first = threading.Thread(target=hog)
    first.start()
    assert begun.wait(10)
    others = []
    for number in range(5):
        others.append(threading.Thread(target=one, args=(number,)))
        others[-1].start()
        time.sleep(0.005)
    for thread in (first, *others):
        thread.join(60)
    passed = [n for n in order if n >= 0]
    assert passed == sorted(passed) and order[:4].count(-1) <= 3
    assert order.index(4) < 20, "who writes without a pause passes nobody"


def test_a_turn_that_does_not_come_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.store import turns

    monkeypatch.setattr(turns, "_LONGEST", 0.2)
    engine = open_engine(sqlite_url(tmp_path / "library.db"))
    seen: list[BaseException] = []

    def late() -> None:
        try:
            with writing(engine):
                pass
        except NoTurn as error:
            seen.append(error)

    with writing(engine):
        thread = threading.Thread(target=late)
        thread.start()
        thread.join(30)
    assert seen and "没有保存" in str(seen[0])
    with writing(engine) as connection:
        assert sql.revision(connection) == 0


def test_the_requests_of_one_person_do_not_take_every_thread(bureau: Bureau) -> None:
    """While somebody else writes, every one of them waits; the pages of others need nothing of it."""
    answered: list[int] = []

    def ask() -> None:
        with bureau.client(Role.STAFF) as hog:
            answered.append(a_write(hog).status_code)

    with writing(bureau.assistant.engine):
        threads = [threading.Thread(target=ask, daemon=True) for _ in range(60)]
        for thread in threads:
            thread.start()
        time.sleep(1.0)
        with others_answer(bureau, a_page):
            time.sleep(0.5)
        assert not answered
    for thread in threads:
        thread.join(60)
    assert answered == [303] * 60


def test_far_too_many_requests_of_one_person_are_refused(bureau: Bureau) -> None:
    answered: list[int] = []

    def ask() -> None:
        with bureau.client(Role.STAFF) as hog:
            answered.append(a_write(hog).status_code)

    with writing(bureau.assistant.engine):
        threads = [threading.Thread(target=ask, daemon=True) for _ in range(130)]
        for thread in threads:
            thread.start()
        for _ in range(200):
            if 429 in answered:
                break
            time.sleep(0.05)
    for thread in threads:
        thread.join(60)
    assert set(answered) == {303, 429}


def test_a_page_does_not_wait_to_note_that_its_session_is_in_use(bureau: Bureau) -> None:
    """Once a minute a page writes that; while somebody else writes it is left for the next."""
    with writing(bureau.assistant.engine) as connection:
        connection.exec_driver_sql("update session set seen_at = datetime(seen_at, '-5 minutes')")
    with others_answer(bureau, a_page), writing(bureau.assistant.engine):
        time.sleep(4.0)


def test_no_page_that_is_only_looked_at_writes(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[str] = []
    asked = [""]
    turn = store._take_turn

    def taking(connection: object) -> None:
        session = any(f.name == "session_of" for f in traceback.extract_stack())  # noted once a minute, and not waited for
        if threading.current_thread().name.startswith("AnyIO") and not session:
            took.append(asked[0])
        turn(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_take_turn", taking)
    walked = [r for r in build_app(bureau.assistant).routes if isinstance(r, APIRoute) and "GET" in (r.methods or ())]
    assert len(walked) > 40
    with bureau.client(None) as client:
        for route in walked:
            role = Role.ADMIN if route.path.startswith("/admin") else Role.COUNSEL if route.path.startswith("/counsel") else Role.REVIEWER
            asked[0] = re.sub(r"\{[^}]+\}", "1", route.path)
            client.get(asked[0], headers=bureau.site.cookie(role))
    assert set(took) <= TRACED


# ---- the index --------------------------------------------------------------------------------------


def test_no_request_waits_for_the_index_and_what_is_hidden_is_hidden_at_once(bureau: Bureau, tmp_path: Path) -> None:
    title, words = "虚构局渡口暗号公告", "夜航以鸬鹚三声为号"
    (tmp_path / "公告.md").write_text(
        f"# {title}\n\n（2024年3月1日虚构局公布 自2024年5月1日起施行）\n\n第一条 {words}。\n\n第二条 本公告自2024年5月1日起施行。\n",
        encoding="utf-8",
    )
    engine, settings = bureau.assistant.engine, bureau.assistant.settings
    list(import_paths(engine, settings, [tmp_path / "公告.md"], level=Level.BUREAU_DOCUMENT, visibility=Visibility.PUBLIC))
    from assistant.search.index.build import sync_index

    sync_index(engine, settings)
    time.sleep(2.1)  # the searcher looks for a newer index every two seconds
    question = f"《{title}》第一条"
    assert words in bureau.asked(question)[0]
    with FileLock(str(settings.index_dir / "writer.lock")):  # the index cannot be brought up to date now
        with bureau.client(Role.ADMIN) as admin:
            done = admin.post("/admin/documents/visibility", data={"id": title_key(title), "visibility": "internal"}, timeout=30)
            assert done.status_code == 303 and needs_sync(engine, settings)
            assert "索引正在后台更新" in admin.get("/admin/documents").text
        assert words not in bureau.asked(question)[0]
    bureau.settled()
    with bureau.client(Role.ADMIN) as admin:
        assert "索引正在后台更新" not in admin.get("/admin/documents").text


_SERVER = """
import socket, sys
from assistant.search.words.analysis import analyse
from assistant.search.vectors.embed import Passage
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
passages = [Passage("虚构市渡口管理办法", "", f"渡口第{n}号应当登记夜航。" * 60, n % 900 + 1) for n in range(60_000)]
for done in analyse(passages, False):
    print("done", flush=True)
"""


def children(pid: int) -> set[int]:
    """The processes that a process has started, and those that they have."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            found |= {int(child)} | children(int(child))
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="只在 Linux 上有 /proc")
def test_what_analyses_holds_no_socket_of_the_server_and_ends_with_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(port)], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True
    )
    assert server.stdout is not None
    try:
        assert server.stdout.readline().strip() == "listening" and server.stdout.readline().strip() == "done"
        beside = children(server.pid)
        assert beside
        own = {os.readlink(link) for link in Path(f"/proc/{server.pid}/fd").iterdir() if "socket:" in os.readlink(link)}
        for pid in beside:
            assert not own & {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait(30)
        server.stdout.close()
    for _ in range(200):
        left = [pid for pid in beside if Path(f"/proc/{pid}").exists() and "Z" not in _state(pid)]
        if not left:
            break
        time.sleep(0.05)
    assert not left
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))
        again.listen()


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_a_port_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "assistant", "--home", str(tmp_path / "home"), "serve", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"端口 {port} 已被占用" in done.stderr and "--port" in done.stderr and "已启动" not in done.stdout


# ---- two versions compared ----------------------------------------------------------------------------


def test_comparing_two_large_versions_holds_nobody(bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(amendments, "compared")  # the server itself compares nothing: a worker does
    title = "虚构局渡口对照细目"
    for year, words in ((2021, "渡口值守人员记录"), (2022, "船工夜间巡查各处")):
        (tmp_path / f"{year}.md").write_text(paper(2_900, year, words, title), encoding="utf-8")
    reports = import_paths(bureau.assistant.engine, bureau.assistant.settings, sorted(tmp_path.glob("*.md")), level=Level.BUREAU_DOCUMENT)
    assert [r.outcome.value for r in reports] == ["新增", "新版本"]
    with bureau.assistant.engine.connect() as connection:
        newest = sql.versions(connection, title_key(title))[-1]
    with bureau.client(Role.ADMIN) as admin, others_answer(bureau, a_page):
        shown = admin.get("/admin/documents/changes", params={"version": newest.id}, timeout=300)
    assert shown.status_code == 200 and "2900 条有变化" in shown.text


@pytest.mark.parametrize("words", ["甲", "甲乙", "甲乙丙丁"])
def test_what_is_compared_has_steps_for_all_together(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However alike the articles are: the steps are used up, and what is left is told as not compared."""
    spent: list[int] = []

    def counted(left: int) -> Steps:
        spent.append(left)
        return Steps(left)

    old = [Article(n, 0, words * (n % 40 + 100), n) for n in range(1, 500)]
    new = [Article(n, 0, words * (n % 37 + 90) + "戊", n) for n in range(1, 500)]
    monkeypatch.setattr(comparing, "Steps", counted)
    monkeypatch.setattr(comparing, "_STEPS", 400_000)
    found = comparing.paired(old, new)
    assert len(found) == 499 and any(c.whole for c in found)
    assert max(spent) <= 400_000

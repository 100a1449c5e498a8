"""The vectors on a Chroma server instead of the embedded one: the same answers, nothing in the home."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.errors import BadSetting
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index
from assistant.search.index.snapshot import load_snapshot
from assistant.search.searcher import Searcher
from assistant.search.vectors.vectors import VectorStore
from tests.invented import statute, write
from tests.search.conftest import NEW


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a real Chroma server on loopback, started by `chroma run`."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    program = Path(sys.executable).parent / "chroma"
    command = [str(program), "run", "--path", str(tmp_path / "server"), "--host", "127.0.0.1", "--port", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urlopen(f"{url}/api/v2/heartbeat", timeout=5).close()
                break
            except (URLError, OSError):
                assert running.poll() is None, "chroma run 没有启动"
                time.sleep(0.1)
        yield url
    finally:
        running.terminate()
        running.wait()


def test_the_index_is_built_and_searched_on_a_server(engine: Engine, settings: Settings, server: str, tmp_path: Path) -> None:
    own = settings.model_copy(update={"chroma_url": server, "exact_vector_limit": 0})
    list(import_paths(engine, own, [write(tmp_path / "库", text=statute(NEW))]))
    sync_index(engine, own)
    snapshot = load_snapshot(own.index_dir)
    store = VectorStore(server, snapshot.pointer.embedder)
    assert set(store.hashes(snapshot.ids)) == set(snapshot.ids) and store.count() == len(snapshot.ids) == 2
    found = Searcher(engine, own).search("虚构茶馆几点打烊", k=1)
    assert "打烊时间" in found[0].article.article.text
    assert not own.chroma_dir.exists()


def test_a_server_that_is_away_is_named(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        gone = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(BadSetting, match="连不上"):
        VectorStore(gone, "static")


def test_what_is_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="chroma_url"):
        load_settings(tmp_path, chroma_url="不是地址")
    assert load_settings(tmp_path).chroma_place == tmp_path / "chroma"

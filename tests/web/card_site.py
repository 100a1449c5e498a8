"""A served application whose catalogue holds one invented field, for the tests of 以案释法 and 公众咨询."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.cards.cards import Cards
from assistant.desk.people.accounts import Role
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index
from assistant.web.public.guard import Guard
from tests.desk.cards.test_cards import CATALOGUE, TEXT, TITLE
from tests.web.people import Site, signed_in
from tests.web.serving import running

HOSTILE_TITLE = "虚构省<script>window.hacked=1</script>画舫管理规定"
HOSTILE_TEXT = f"""# {HOSTILE_TITLE}

（2020年3月1日虚构省人民政府令第8号公布 自2020年5月1日起施行）

第一条 画舫<img src=x onerror="window.hacked=1">应当配备救生衣。

第二条 画舫每船载客不得超过十人。
"""


@dataclass
class CardSite:
    """The address, the assistant behind it, the cards it shows."""

    address: Site
    assistant: Assistant
    cards: Cards
    application: FastAPI

    def card(self) -> str:
        """The id of the first act's card."""
        return str(self.cards.acts("茶楼").own[0].id)

    def get(self, path: str, role: Role | None = None) -> tuple[int, dict[str, str], bytes]:
        """GET by a person of the role, or a stranger."""
        return self.send(urllib.request.Request(self.address + urllib.parse.quote(path, safe="/?=&%"), headers=self.address.cookie(role)))

    def post(self, path: str, fields: dict[str, Any], role: Role | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """POST a form by a person of the role, or a stranger."""
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        return self.send(urllib.request.Request(self.address + path, data=body, headers=self.address.cookie(role) | headers))

    def send(self, request: urllib.request.Request) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body, redirects followed."""
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()


@pytest.fixture(scope="session")
def card_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardSite]:
    """The site with an invented field of enforcement, its statute and one with a script in its title."""
    from assistant.web import server

    home = tmp_path_factory.mktemp("cards")
    settings = load_settings(
        home,
        bureau_name="虚构县文旅局",
        regions=["全国", "虚构省"],
        public_url="https://wenlv.example",
        service_line="0579-00000000",
        public_asks_per_minute=500,
        public_asks_total=5000,
        left_questions_per_day=200,
        sign_ins_per_minute=100_000,
        sign_ins_total=100_000,
    )
    assistant = Assistant(settings)
    for title, text in ((TITLE, TEXT), (HOSTILE_TITLE, HOSTILE_TEXT)):
        path = home / "files" / f"{title}.md".replace("<", "").replace(">", "").replace("/", "")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        list(import_paths(assistant.engine, settings, [path]))
    sync_index(assistant.engine, settings)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(server, "Cards", partial(Cards, catalogue=CATALOGUE))
        application = server.build_app(assistant)
    with running(application, settings) as address:
        address.people = {role: signed_in(assistant.engine, settings, role) for role in Role}
        yield CardSite(address, assistant, Cards(assistant.engine, settings, catalogue=CATALOGUE), application)
    assistant.close()


def guard_of(site: CardSite) -> Guard:
    """The guard of the served application."""
    layer: Any = site.application.middleware_stack
    while not isinstance(layer, Guard):
        layer = layer.app
    return layer

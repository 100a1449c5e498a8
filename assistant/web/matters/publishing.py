"""The office's page on which an adopted opinion's personal data are confirmed before it goes into the library."""

from __future__ import annotations

from threading import Thread

from fastapi import FastAPI, Request, Response

from assistant.desk import matters, opinion_publishing
from assistant.desk.matter_states import Step
from assistant.desk.matter_steps import NotAllowed, Stale, Taken
from assistant.desk.matters import NoMatter
from assistant.desk.words import bring_up_to_date
from assistant.errors import AssistantError
from assistant.web.answering import Answering
from assistant.web.identity import current_user
from assistant.web.matters.forms import Field, Fields, checked_key, new_key, version_of
from assistant.web.matters.shared import OFFICE
from assistant.web.render import page, problem, redirect


def add_publishing_routes(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""
    address = f"{OFFICE.base}/{{matter_id}}/publish"

    @app.get(address)
    def shown(request: Request, matter_id: str) -> Response:
        return _shown(request, assistant, matter_id, None, [], "", new_key())

    @app.post(address)
    def confirm(
        request: Request,
        matter_id: str,
        hide: Fields,
        key: Field = "",
        version: Field = "",
        title: Field = "",
        words: Field = "",
        publish: Field = "",
    ) -> Response:
        hidden, extra = [int(n) for n in hide if n.isascii() and n.isdigit() and len(n) < 6], words.splitlines()
        if not publish:
            return _shown(request, assistant, matter_id, hidden, extra, title, key)
        user = current_user(request)
        try:
            taken = Taken(Step.PUBLISH, version_of(version), checked_key(key))
            preview = opinion_publishing.preview(assistant.engine, matter_id, user, hidden, extra, title)
            opinion_publishing.publish(assistant.engine, assistant.settings, user, matter_id, taken, preview)
        except Stale as stale:
            return _shown(request, assistant, matter_id, hidden, extra, title, key, str(stale), 409)
        except NoMatter as error:
            return problem(request, str(error))
        except AssistantError as error:
            return _shown(request, assistant, matter_id, hidden, extra, title, key, str(error), 400)
        Thread(target=bring_up_to_date, args=(assistant.engine, assistant.settings), name="index-after-opinion", daemon=True).start()
        return redirect(request, OFFICE.address(matter_id), "意见已作为内部文件入库，索引正在更新，片刻后即可检索到。")


def _shown(
    request: Request,
    assistant: Answering,
    matter_id: str,
    hidden: list[int] | None,
    words: list[str],
    title: str,
    key: str,
    why: str = "",
    status: int = 200,
) -> Response:
    user = current_user(request)
    try:
        view = matters.opened(assistant.engine, matter_id, user)
        preview = opinion_publishing.preview(assistant.engine, matter_id, user, hidden, words, title)
    except NotAllowed as refused:
        return problem(request, str(refused), 403)
    except NoMatter as error:
        return problem(request, str(error))
    if view.opinion and view.opinion.statute_id:
        return redirect(request, OFFICE.address(matter_id), "这份意见已经入库。")
    return page(
        request, "matters/publish.html", status, desk=OFFICE, matter=view.matter, opinion=view.opinion, preview=preview, key=key, why=why
    )

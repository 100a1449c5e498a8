"""Work in hand as pages show it: a short wait, else a page that tells how far it is and takes it back; no thread waits meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import anyio
from anyio import to_thread
from fastapi import FastAPI, Request, Response

from assistant.desk.work import Busy, Cancelled, Job, NoJob, Work
from assistant.errors import AssistantError
from assistant.web.frame.render import page, problem, redirect
from assistant.web.identity import current_user

#: Seconds an answer waits for quick work before it shows the waiting page, and between two looks.
_QUICK: Final = 3.0
_LOOKS: Final = (0.02, 0.2)
#: The desks whose people hand work in: each has the waiting page below its own address.
_DESKS: Final = ("/staff", "/counsel")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where its owner finds what came of a job, and one sentence shown there once."""

    address: str
    notice: str = ""


async def settled(job: Job[V], seconds: float = _QUICK) -> bool:
    """Wait for a job's end for a while; True where it is over."""
    until, look = time.monotonic() + seconds, _LOOKS[0]
    while not job.over and time.monotonic() < until:
        await anyio.sleep(look)
        look = min(look * 1.5, _LOOKS[1])
    return job.over


async def taken(job: Job[V]) -> V:
    """Wait for a job's end and return its value; raises the AssistantError it ended with."""
    await settled(job, float("inf"))
    return job.taken()


async def answered(request: Request, start: Callable[[], Job[Outcome]], refused: Callable[[AssistantError], Response]) -> Response:
    """Begin a job, which may be refused, and answer with its outcome, else with the page that waits for it.

    `refused` makes the answer of a refusal.
    """
    try:
        job = await to_thread.run_sync(start)
        if not await settled(job):
            return redirect(request, f"{_desk_of(request)}/work/{job.id}")
        outcome = job.taken()
    except AssistantError as error:
        return await to_thread.run_sync(refused, error)
    return redirect(request, outcome.address, outcome.notice)


def status_of(error: AssistantError) -> int:
    """Return the status of a refusal: 429 where one is to come back later, 200 for what was taken back."""
    if isinstance(error, Cancelled):
        return 200
    return 429 if isinstance(error, Busy) else 400


def add_jobs(app: FastAPI, work: Work) -> None:
    """Put the waiting pages on the app; they must come before Gradio takes the rest of /staff."""

    @app.exception_handler(NoJob)
    def missing(request: Request, error: Exception) -> Response:
        return problem(request, str(error), 404)

    for desk in _DESKS:
        _add_waiting(app, work, desk)


def _add_waiting(app: FastAPI, work: Work, desk: str) -> None:
    @app.get(f"{desk}/work/{{job_id}}", name=f"{desk} waiting")
    def waiting(request: Request, job_id: str, part: int = 0) -> Response:
        job = work.job(current_user(request).id, job_id)
        if not part and job.over and job.error is None and isinstance(job.value, Outcome):
            return redirect(request, job.value.address, job.value.notice)
        if part:
            return page(request, "jobs/part.html", job=job, over=job.over, ahead=work.ahead(job))
        status = status_of(job.error) if job.error else 200
        return page(request, "jobs/waiting.html", status, job=job, over=job.over, ahead=work.ahead(job), desk=desk)

    @app.post(f"{desk}/work/{{job_id}}/cancel", name=f"{desk} cancel")
    async def cancel(request: Request, job_id: str) -> Response:
        owner = current_user(request).id
        job = work.job(owner, job_id)
        await to_thread.run_sync(work.cancel, owner, job_id)
        await settled(job)
        return redirect(request, f"{desk}/work/{job_id}")


def _desk_of(request: Request) -> str:
    return next(d for d in _DESKS if request.url.path.startswith(f"{d}/"))

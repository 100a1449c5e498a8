"""The papers the bureau may have templates of its own for, and what is wrong with one."""

from __future__ import annotations

from assistant.config import Settings
from assistant.desk.matters import opinion_document
from assistant.review.report import opinion
from assistant.review.report.docx_template import TemplateRefused, check

PAPERS = (opinion.PAPER, opinion_document.PAPER)


def template_problems(settings: Settings) -> list[str]:
    """Return why the bureau's own templates cannot be used, one line each; none where they can."""
    found = []
    for paper in PAPERS:
        try:
            if own := getattr(settings, paper.setting):
                check(paper, own)
        except TemplateRefused as refused:
            found.append(str(refused))
    return found

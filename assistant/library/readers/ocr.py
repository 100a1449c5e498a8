"""Scanned PDF through RapidOCR (the `ocr` extra; its models are in the package, nothing is fetched)."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

from assistant.errors import MissingExtra, RefusedInput
from assistant.law.text.layout import Line
from assistant.library.progress import tell
from assistant.limits import PICTURES, PIXELS, SCANNED_PAGES


def recognise(path: Path) -> list[Line]:
    """Return the printed lines of every page image.

    Raises MissingExtra where RapidOCR is not installed, RefusedInput where a page holds no image, or more or larger
    ones than a scan has.
    """
    if importlib.util.find_spec("rapidocr") is None:
        raise MissingExtra(str(path), "ocr", "这是扫描件，识别文字")
    from PIL import Image
    from pypdf import PdfReader

    engine = _engine()
    lines: list[Line] = []
    pages = PdfReader(str(path)).pages
    SCANNED_PAGES.check(str(path), len(pages))
    # Told by the picture's head, before its pixels are unpacked; Pillow refuses twice of what it warns of.
    Image.MAX_IMAGE_PIXELS = PIXELS.most // 2
    try:
        for number, page in enumerate(pages):
            tell(f"正在识别扫描件的文字：第 {number + 1} 页，共 {len(pages)} 页")
            if not page.images:
                raise RefusedInput(str(path), f"第 {number + 1} 页既没有文字也没有图像")
            PICTURES.check(f"{path} 第 {number + 1} 页", len(page.images))
            for image in page.images:
                lines.extend(_read_image(engine, image.data, number))
    except Image.DecompressionBombError as error:
        raise RefusedInput(str(path), f"有一页的图像超过 {PIXELS.most:,} 像素，{PIXELS.advice}") from error
    return lines


def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error"})


def _read_image(engine: Any, data: bytes, page: int) -> list[Line]:
    """Lines of one image from top to bottom; boxes on one height are one line."""
    import numpy
    from PIL import Image

    # The direction classifier takes some long lines for upside-down ones and garbles them.
    result = engine(numpy.asarray(Image.open(io.BytesIO(data)).convert("RGB")), use_cls=False)
    if result.boxes is None:
        return []
    boxes = sorted(zip(result.boxes, result.txts, strict=True), key=lambda b: float(b[0][:, 1].mean()))
    rows: list[list[tuple[Any, str]]] = []
    for box, text in boxes:
        middle, height = float(box[:, 1].mean()), float(box[:, 1].max() - box[:, 1].min())
        if rows and abs(float(rows[-1][0][0][:, 1].mean()) - middle) < height * 0.5:
            rows[-1].append((box, text))
        else:
            rows.append([(box, text)])
    out = []
    for row in rows:
        row.sort(key=lambda b: float(b[0][:, 0].min()))
        out.append(Line("".join(text for _, text in row), float(row[0][0][:, 0].min()), page))
    return out

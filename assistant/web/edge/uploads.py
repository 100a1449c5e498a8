"""Forms that bring files: refused before they are kept where they are larger than they may be."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from assistant.errors import RefusedInput
from assistant.web.frame.whole_numbers import whole_number

_MB = 1024 * 1024
#: Bytes of a field that is no file: the longest draft pasted has some 900,000.
_LONGEST_FIELD = 2 * _MB
_LENGTH_DIGITS = 18


async def uploaded_form(request: Request, limit_mb: int, most_files: int) -> FormData:
    """Return the form; raises RefusedInput before anything is kept where it is larger than `limit_mb`, or has more files."""
    length = whole_number(request.headers.get("content-length", ""), _LENGTH_DIGITS)
    if length is None or length > limit_mb * _MB:
        async for _ in request.stream():  # read to the end, or the browser shows a broken connection and not the reason
            pass
        raise RefusedInput("文件", f"合计超过上限 {limit_mb} MB，请拆分或者分开提交")
    try:
        return await request.form(max_files=most_files, max_fields=20, max_part_size=_LONGEST_FIELD)
    except HTTPException as error:
        raise RefusedInput("文件", f"没有收到完整的表单，或者一次超过 {most_files} 个文件，请重新选择") from error

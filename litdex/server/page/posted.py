"""What a form of the page posts: read without a library for it, only from the page itself, and answered by a redirect.

The page has no secret token in its forms. A browser names in `Origin` the page that a post comes from, and another
one's is refused; the login's cookie is not sent along with such a post either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from litdex.errors import UserError

MOST_FIELDS = 5000
"""Fields of a form: a selection on a map has each paper in one."""


class Posted:
    """The fields of a form."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """A field's value, "" where it is not there."""
        return next(iter(self._fields.get(name, ())), "").strip()

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return list(self._fields.get(name, ()))


async def posted(request: Request) -> Posted:
    """The form of a request. Raises HTTPException where another site sent it, and UserError where it is none."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "this form belongs to another site")
    try:
        body = (await request.body()).decode()
        return Posted(parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise UserError("this is not a form that the page sends") from None


def back_to(place: str, otherwise: str) -> RedirectResponse:
    """Go on with a GET of `place`, if that is a path of this server's, else of `otherwise`."""
    is_own = re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", place) is not None
    return RedirectResponse(place if is_own else otherwise, 303)

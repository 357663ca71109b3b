"""Signing in where the server asks for a token: a cookie keeps it, which no script and no other site can use."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from litdex.server.page.posted import back_to, posted
from litdex.server.page.render import page
from litdex.server.state import Shared
from litdex.server.tokens import COOKIE, Tokens

router = APIRouter(include_in_schema=False)
KEPT = 30 * 24 * 3600
"""Seconds for which a browser stays signed in."""


@router.get("/login", response_class=HTMLResponse)
async def login_page(request: Request, back: Annotated[str, Query(max_length=30_000)] = "/") -> Response:
    """A box for the token."""
    return page(request, "login.html", back=back, wrong=False)


@router.post("/login")
async def login(request: Request, shared: Shared) -> Response:
    """Keep the token in a cookie, if it is one of the server's, and go on to `back`."""
    form = await posted(request)
    token = form.one("token")
    if (
        not token.isascii()
        or Tokens(shared.settings.library.expanduser(), shared.settings.token).scope_of(token) is None
    ):
        return page(request, "login.html", 401, back=form.one("back"), wrong=True)
    answer = back_to(form.one("back"), "/")
    answer.set_cookie(
        COOKIE, token, max_age=KEPT, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
    )
    return answer


@router.post("/logout")
async def logout(request: Request) -> Response:
    """Forget the token."""
    await posted(request)
    answer = back_to("/login", "/")
    answer.delete_cookie(COOKIE, path="/")
    return answer

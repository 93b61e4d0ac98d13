"""Small helpers for views that answer htmx with a part and everyone else with a page."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string


def is_part(request: HttpRequest) -> bool:
    """Whether only a part is wanted: asked by htmx, and not by a boosted link or for the history."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_parts(request: HttpRequest, parts: list[str], context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Several parts in one answer: the first goes to the target, each other one must carry hx-swap-oob."""
    return HttpResponse("".join(render_to_string(part, dict(context), request) for part in parts), status=status)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to a page: a redirect, or for htmx a header that loads it whole."""
    if is_part(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def form_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Draw a page or part with `form`; 422 if the form has errors, so that htmx and tests can tell."""
    return render(request, template, dict(context), status=422 if context["form"].errors else 200)


def trigger(response: HttpResponse, event: str, detail: object = None) -> HttpResponse:
    """Let the page hear an event after this answer; several calls add up."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps(events | {event: detail})
    return response


def close_dialog(response: HttpResponse) -> HttpResponse:
    """Close the open dialog once this answer is in place (app.js listens)."""
    return trigger(response, "dialog:close")

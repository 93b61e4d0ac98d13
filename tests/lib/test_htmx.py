import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from lib.forms import Form
from lib.htmx import close_dialog, form_page, go, is_part, trigger


def asked(**headers):
    request = RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    HtmxMiddleware(lambda request: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("headers", "part"),
    [({}, False), ({"HX_Request": "true"}, True), ({"HX_Request": "true", "HX_Boosted": "true"}, False)],
)
def test_a_part_is_wanted_by_htmx_alone(headers, part):
    assert is_part(asked(**headers)) is part


def test_htmx_is_sent_to_a_page_by_a_header():
    assert go(asked(), "/1/").url == "/1/"
    assert go(asked(HX_Request="true"), "/1/").headers["HX-Redirect"] == "/1/"


def test_a_form_with_errors_answers_422():
    form = Form({})
    assert form_page(asked(), "_errors.html", {"form": form}).status_code == 200
    form.add_error(None, "Nu se poate.")
    assert form_page(asked(), "_errors.html", {"form": form}).status_code == 422


def test_events_of_one_answer_add_up():
    response = close_dialog(trigger(HttpResponse(), "paid", {"id": 3}))
    assert json.loads(response.headers["HX-Trigger"]) == {"paid": {"id": 3}, "dialog:close": None}

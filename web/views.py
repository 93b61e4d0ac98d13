"""Pages that belong to no single app: home, the dashboard, the search over everything."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from companies.access import ISSUE, READ, allow
from lib.dates import bucharest_today
from lib.htmx import is_part
from lib.text import normalise
from purchases.ledger import due_this_week
from reports import dashboard as reports
from web.search import IN_BOX, MAX_TEXT, ON_PAGE
from web.search import search as search_everything

LAST_COMPANY = "firma"  # in the session


@require_GET
def home(request: Any) -> HttpResponse:
    """To work: the company used last, the list when there are several, the set-up when there is none."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    companies = list(request.user.memberships.values_list("company_id", flat=True)[:100])
    last = request.session.get(LAST_COMPANY)
    if last in companies:
        return redirect("web:dashboard", last)
    if len(companies) == 1:
        return redirect("web:dashboard", companies[0])
    return redirect("companies:company_list" if companies else "web:company_new")


@allow(READ)
@require_GET
def dashboard(request: Any) -> HttpResponse:
    """What was invoiced, what is owed, what is late; for a new company, the way to its first invoice."""
    if request.session.get(LAST_COMPANY) != request.company.pk:
        request.session[LAST_COMPANY] = request.company.pk
    today = bucharest_today()
    context = {
        "start": reports.start(),
        "figures": reports.figures(today),
        "overdue": reports.overdue(today),
        "last": reports.last_issued(),
        "drafts": reports.drafts(),
        "to_pay": due_this_week(today),
        "today": today,
        "may_issue": request.membership.role in ISSUE,
    }
    return render(request, "web/dashboard.html", context)


@allow(READ)
@require_GET
def search(request: Any) -> HttpResponse:
    """Results in groups: a page, or under the search box while one types."""
    text = normalise(request.GET.get("q", ""))[:MAX_TEXT]
    part = is_part(request)
    company, role, most = request.company.pk, request.membership.role, IN_BOX if part else ON_PAGE
    groups = search_everything(text, company_id=company, role=role, most=most) if text else []
    return render(request, "web/_found.html" if part else "web/search.html", {"text": text, "groups": groups})

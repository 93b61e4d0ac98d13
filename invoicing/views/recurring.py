"""Documente › Facturi recurente: the list, a plan with its next days and what came of the former ones, its form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from companies.access import ISSUE, READ, allow
from companies.models import VatStatus
from invoicing.actions import recurring as plans
from invoicing.actions import recurring_runs as runs
from invoicing.forms import ClientForm
from invoicing.forms.choices import CURRENCIES
from invoicing.forms.recurring import HEAD, PlanEditor, PlanForm, template_lines
from invoicing.models import Document, DocumentLine, RecurringPlan, RecurringRun
from invoicing.recurring_list import RecurringList
from invoicing.snapshots import issuer_of
from invoicing.variables import NAMES, fill, values
from lib.dates import bucharest_today
from lib.errors import Refused
from lib.formats import date_ro
from lib.listing import list_page
from partners.models import Language

RUNS = 50  # shown on a plan's page


@allow(READ)
@require_GET
def recurring_list(request: HttpRequest) -> HttpResponse:
    listing = RecurringList(request.GET, RecurringPlan.objects.select_related("partner"))
    return list_page(request, "invoicing/recurring_list.html", listing, may_issue=request.membership.role in ISSUE)


@allow(READ)
@require_GET
def recurring(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan, the next twelve days with their texts filled in, and the days that were."""
    plan = _plan(pk)
    upcoming, waiting = plan.upcoming(), []
    if plan.awaits_approval:
        waiting = [day for day in upcoming if day <= bucharest_today()]
    context = {
        "plan": plan,
        "lines": plan.lines.select_related("vat_rate"),
        "upcoming": [] if plan.is_stopped else list(enumerate(upcoming, start=plan.made + 1)),
        "preview": _preview(plan),
        "waiting": waiting,
        "runs": plan.runs.select_related("document").order_by("-day")[:RUNS],
        "again": plan.again.first(),
        "ahead": VatStatus.objects.filter(since__gt=bucharest_today()).order_by("since").first(),
        "may_issue": request.membership.role in ISSUE,
    }
    return render(request, "invoicing/recurring.html", context)


@allow(ISSUE)
def recurring_new(request: HttpRequest) -> HttpResponse:
    """A new plan; `?document=` starts from an invoice ("Repetă această factură")."""
    plan, lines = RecurringPlan(starts_on=bucharest_today(), issuer_name=issuer_of(request.user)), []
    plan.day = plan.starts_on.day
    if request.GET.get("document", "").isdecimal():
        lines = _take(plan, get_object_or_404(Document.objects.invoices().select_related("partner", "series"), pk=request.GET["document"]))
    return _form(request, plan, lines)


@allow(ISSUE)
def recurring_edit(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(pk)
    if plan.is_stopped:
        raise Refused("plan_stopped", "Recurența este oprită definitiv. O puteți adăuga din nou.")
    return _form(request, plan, template_lines(plan))


@allow(ISSUE)
@require_POST
def recurring_pause(request: HttpRequest, pk: int) -> HttpResponse:
    plan = plans.pause_plan(_plan(pk), by=request.user)
    return _done(request, plan.pk, "Recurența este în pauză: nu emite nimic până o reluați.")


@allow(ISSUE)
@require_POST
def recurring_resume(request: HttpRequest, pk: int) -> HttpResponse:
    plan = plans.resume_plan(_plan(pk), by=request.user)
    return _done(request, plan.pk, f"Recurența merge mai departe{f' de la {date_ro(plan.next_on)}' if plan.next_on else ''}.")


@allow(ISSUE)
@require_POST
def recurring_stop(request: HttpRequest, pk: int) -> HttpResponse:
    plan = plans.stop_plan(_plan(pk), by=request.user)
    return _done(request, plan.pk, "Recurența este oprită definitiv.")


@allow(ISSUE)
@require_POST
def recurring_again(request: HttpRequest, pk: int) -> HttpResponse:
    plan = plans.add_again(_plan(pk), by=request.user)
    first = f" Prima factură: {date_ro(plan.next_on)}." if plan.next_on else ""
    return _done(request, plan.pk, f"Recurența este adăugată din nou, sub statutul de TVA de acum.{first} Verificați TVA și prețurile.")


@allow(ISSUE)
@require_POST
def recurring_approve(request: HttpRequest, pk: int) -> HttpResponse:
    plan = runs.approve_days(_plan(pk), by=request.user)
    return _done(request, plan.pk, "Facturile restante se emit acum, în ordine, fiecare cu data ei.")


@allow(ISSUE)
@require_POST
def recurring_skip(request: HttpRequest, pk: int) -> HttpResponse:
    plan = runs.skip_days(_plan(pk), by=request.user)
    return _done(request, plan.pk, "Zilele restante au rămas fără factură.")


@allow(ISSUE)
@require_POST
def run_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the draft of a day."""
    run = get_object_or_404(RecurringRun, pk=pk)
    document = runs.approve_draft(run, by=request.user)
    return _done(request, run.plan_id, f"{document.label} este emisă.")


@allow(ISSUE)
@require_POST
def run_retry(request: HttpRequest, pk: int) -> HttpResponse:
    run = runs.retry(get_object_or_404(RecurringRun, pk=pk), by=request.user)
    if run.state == RecurringRun.State.FAILED:
        messages.error(request, run.error)
        return redirect("invoicing:recurring", request.company.pk, run.plan_id)
    return _done(request, run.plan_id, f"Factura pentru {date_ro(run.day)} este făcută.")


@allow(ISSUE)
@require_POST
def run_skip(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(RecurringRun, pk=pk)
    runs.skip(run, by=request.user)
    return _done(request, run.plan_id, f"{date_ro(run.day)} rămâne fără factură.")


def _form(request: HttpRequest, plan: RecurringPlan, lines: list[DocumentLine]) -> HttpResponse:
    """Show the form and write the plan."""
    data = request.POST if request.method == "POST" else None
    editor, form = PlanEditor(plan, lines, data), PlanForm.of(plan, data)
    if data is not None:
        complete = editor.read(strict=True)
        if form.is_valid() and complete and request.POST.get("action") == "save":
            try:
                return _save(request, plan, editor, form)
            except Refused as refusal:
                _refuse(refusal, editor, form)
        elif request.POST.get("action") == "more":
            editor.blanks = 10
    return _page(request, plan, editor, form)


def _save(request: HttpRequest, plan: RecurringPlan, editor: PlanEditor, form: PlanForm) -> HttpResponse:
    for name, value in form.values().items():
        setattr(plan, name, value)
    lines = editor.write(plan)
    is_new = plan.pk is None
    plan = plans.create_plan(plan, lines, by=request.user) if is_new else plans.change_plan(plan, lines, by=request.user)
    first = f" Următoarea factură: {date_ro(plan.next_on)}." if plan.next_on else ""
    return _done(request, plan.pk, f"Recurența este {'adăugată' if is_new else 'salvată'}.{first}")


def _refuse(refusal: Refused, editor: PlanEditor, form: PlanForm) -> None:
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.message)
    else:
        editor.refuse(refusal)


def _page(request: HttpRequest, plan: RecurringPlan, editor: PlanEditor, form: PlanForm) -> HttpResponse:
    document, editor.by = editor.document, request.user
    if document.series_id is None and editor.all_series:
        document.series = editor.all_series[0]
        editor.cells["series"].text = str(document.series_id)
    editor.work_out()
    context = {
        "plan": plan,
        "form": editor,
        "plan_form": form,
        "document": document,
        "client_form": ClientForm(auto_id="nou-%s"),
        "currencies": CURRENCIES,
        "languages": Language.choices,
        "variables": NAMES.items(),
    }
    return render(request, "invoicing/recurring_form.html", context, status=422 if form.errors or editor.has_errors else 200)


def _take(plan: RecurringPlan, document: Document) -> list[DocumentLine]:
    """Fill a new plan from an invoice; returns its lines."""
    for name in HEAD:
        setattr(plan, name, getattr(document, name))
    plan.name = document.partner_name[:100]
    plan.due_days = max((document.due_date - document.issue_date).days, 0) if document.due_date else None
    return list(document.lines.select_related("vat_rate"))


def _preview(plan: RecurringPlan) -> list[tuple[str, str]]:
    """The texts of the next invoice, (as written, as printed), where they differ."""
    if plan.next_on is None or plan.is_stopped:
        return []
    words = values(plan.schedule, plan.next_on, language=plan.language, number=plan.made + 1, client=plan.partner.name, rate=None)
    words.pop("curs")  # known on the day
    written = [line.name for line in plan.lines.all()] + [plan.notes, plan.mail_subject]
    return [(text, fill(text, words)) for text in written if text and fill(text, words) != text]


def _plan(pk: int) -> RecurringPlan:
    return get_object_or_404(RecurringPlan.objects.select_related("partner", "series", "again_of", "stopped_by"), pk=pk)


def _done(request: Any, pk: int, sentence: str) -> HttpResponseRedirect:
    messages.success(request, sentence)
    return redirect("invoicing:recurring", request.company.pk, pk)

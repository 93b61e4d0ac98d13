"""The tasks: nudged after the commit, swept each minute, harmless when they run twice, late, or never."""

import os
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from celery import Celery
from django.db import transaction
from django.utils import timezone

from companies.scope import company_scope
from invoicing import tasks
from invoicing.actions import cancel, issue, send_document
from invoicing.mail import UNKNOWN
from invoicing.models import Document, Mail, RenderedPdf
from invoicing.tasks import sweep_mail, sweep_pdfs
from lib.nudge import flush, nudge
from tests import factories


@pytest.fixture
def issued(scope, ana):
    return issue(factories.make_draft(by=ana), by=ana)


def ask_mail(document, ana):
    return send_document(document, to="client@exemplu.ro", cc="", subject="Factura", body="Bună ziua", by=ana, token=uuid4())


def never_called(*ids):
    raise AssertionError(ids)


@pytest.mark.usefixtures("celery_eager")
def test_the_pdf_is_made_after_the_commit(scope, ana, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        document = issue(factories.make_draft(by=ana), by=ana)
        assert RenderedPdf.objects.get().file is None
    assert RenderedPdf.objects.get(document=document).file.media_type == "application/pdf"


@pytest.mark.usefixtures("celery_eager")
def test_cancelling_makes_the_pdf_that_says_so(issued, ana, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        cancel(issued, by=ana, reason="Dublură")
    assert RenderedPdf.objects.get(cancelled=True).file is not None


@pytest.mark.usefixtures("celery_eager")
def test_the_email_leaves_after_the_commit(issued, ana, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask_mail(issued, ana)
        assert not mailoutbox
    assert mailoutbox[0].to == ["client@exemplu.ro"]
    assert mailoutbox[0].attachments[0].filename == "FCT-0001.pdf"


@pytest.mark.django_db(transaction=True)
def test_issuing_does_not_need_the_broker(company, ana, monkeypatch, caplog):
    away = Celery(broker="redis://127.0.0.1:1/0", set_as_current=False)
    monkeypatch.setattr("invoicing.tasks.render_pdf", away.task(never_called))
    with company_scope(company.pk):
        assert issue(factories.make_draft(by=ana), by=ana).label == "FCT 0001"
        assert RenderedPdf.objects.get().file is None
    flush(10)
    assert "The broker does not answer" in caplog.text


def test_a_rolled_back_action_nudges_nobody(db):
    app = Celery(set_as_current=False)
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    task = app.task(never_called)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        nudge(task, 1)
        _ = 1 / 0


@pytest.mark.usefixtures("celery_eager")
def test_the_sweep_makes_the_pdfs_of_every_company(issued, ana):
    other = factories.make_company("Alta SRL", "RO14399840")
    with company_scope(other.pk):
        issue(factories.make_draft(by=ana), by=ana)
    RenderedPdf.objects.every_company().update(asked_at=timezone.now() - timedelta(minutes=1))
    sweep_pdfs()
    assert not RenderedPdf.objects.every_company().filter(file=None).exists()


@pytest.mark.usefixtures("celery_eager")
def test_the_sweep_leaves_what_was_just_asked_for_to_its_nudge(issued):
    sweep_pdfs()
    assert RenderedPdf.objects.get().file is None


@pytest.mark.usefixtures("celery_eager")
def test_the_sweep_sends_what_is_due(issued, ana, mailoutbox):
    mail = ask_mail(issued, ana)
    Mail.objects.update(not_before=timezone.now() + timedelta(minutes=5), asked_at=timezone.now() - timedelta(hours=1))
    sweep_mail()
    assert not mailoutbox
    Mail.objects.update(not_before=timezone.now())
    sweep_mail()
    assert Mail.objects.get(pk=mail.pk).state == "sent"


@pytest.mark.usefixtures("celery_eager")
def test_an_email_that_a_dead_worker_left_is_given_to_a_person(issued, ana, mailoutbox):
    ask_mail(issued, ana)
    Mail.objects.update(state="sending", started_at=timezone.now() - timedelta(minutes=11))
    sweep_mail()
    mail = Mail.objects.get()
    assert (mail.state, mail.error) == ("failed", UNKNOWN)
    assert not mailoutbox


@pytest.mark.usefixtures("celery_eager")
def test_an_email_being_sent_is_left_alone(issued, ana):
    ask_mail(issued, ana)
    Mail.objects.update(state="sending", started_at=timezone.now() - timedelta(minutes=2))
    sweep_mail()
    assert Mail.objects.get().state == "sending"


def test_a_web_process_does_not_load_weasyprint():
    script = "import django; django.setup(); import config.urls, invoicing.tasks, sys; sys.exit('weasyprint' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"})


def test_an_import_asks_for_no_pdf(scope, ana):
    issue(factories.make_draft(by=ana), by=ana, render=False)
    assert (Document.objects.count(), RenderedPdf.objects.count()) == (1, 0)


def test_rows_that_fail_each_time_keep_no_later_one_waiting(scope, ana, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 4)
    keys = [issue(factories.make_draft(by=ana), by=ana).pdfs.get().pk for _ in range(6)]
    handed = [key for _, key in tasks.both_ends(RenderedPdf.objects.every_company())]
    assert sorted(handed) == [*keys[:2], *keys[-2:]]

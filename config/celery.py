"""The Celery application: tasks are found in each app's `tasks.py`, the sweeps' timetable stands here."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("facturier")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # The row is the queue; these sweeps are the guarantee, `delay_on_commit` only a nudge (docs/decisions).
    "render-missing-pdfs": {"task": "invoicing.tasks.sweep_pdfs", "schedule": 60.0},
    "render-cash-prints": {"task": "cashbook.tasks.sweep_prints", "schedule": 60.0},
    "send-waiting-mail": {"task": "invoicing.tasks.sweep_mail", "schedule": 60.0},
    "remind-clients": {"task": "invoicing.tasks.sweep_reminders", "schedule": 300.0, "options": {"expires": 290}},
    "send-waiting-invitations": {"task": "companies.tasks.sweep_invitations", "schedule": 60.0},
    "send-waiting-quota-notices": {"task": "subscriptions.tasks.sweep_notices", "schedule": 60.0},
    "issue-recurring": {"task": "invoicing.tasks.sweep_recurring", "schedule": 300.0, "options": {"expires": 290}},
    "work-on-imports": {"task": "imports.tasks.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "check-recurring": {"task": "invoicing.tasks.check_recurring", "schedule": crontab(hour="3", minute="10")},
    "check-books": {"task": "reports.tasks.check_books", "schedule": crontab(hour="3", minute="20")},
    "send-to-spv": {"task": "efactura.tasks.sweep_submissions", "schedule": 60.0, "options": {"expires": 55}},
    "work-on-inboxes": {"task": "efactura.tasks.sweep_inbox", "schedule": 60.0, "options": {"expires": 55}},
    "look-after-authorisations": {"task": "efactura.tasks.sweep_authorisations", "schedule": crontab(minute="17")},
    "check-foreign-uploads": {"task": "efactura.tasks.check_foreign_uploads", "schedule": crontab(hour="4", minute="20")},
    "watch-series": {"task": "invoicing.tasks.check_series", "schedule": crontab(hour="3", minute="40")},
    "mail-series-findings": {"task": "invoicing.tasks.sweep_findings", "schedule": 300.0, "options": {"expires": 290}},
    "read-bnr-rates": {"task": "catalog.tasks.read_rates", "schedule": crontab(minute="7,22,37,52")},
}

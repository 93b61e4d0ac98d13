"""`python manage.py demo --documents N --seed S`: a believable firm with two years of invoices."""

from random import Random
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from accounts.models import User
from companies.models import Company
from companies.scope import company_scope
from efactura.actions import choose_sending
from efactura.models import Settings
from efactura.spv.environment import Environment
from web.demo.bank import bring_statement
from web.demo.cashbook import keep_till
from web.demo.documents import make_documents
from web.demo.firm import make_firm
from web.demo.purchases import make_purchases


class Command(BaseCommand):
    help = "Face o firmă demonstrativă: clienți de toate felurile, produse și N facturi pe doi ani, cu toate regimurile de TVA."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--documents", type=int, default=300, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="aceeași sămânță face aceeași firmă")
        parser.add_argument("--email", default="demo@facturier.ro", help="contul proprietarului; se face dacă nu există")
        parser.add_argument("--password", default="", help="parola contului, dacă se face acum")

    def handle(self, *, documents: int, seed: int, email: str, password: str, **options: Any) -> None:
        if documents < 0:
            raise CommandError("--documents: numărul nu poate fi negativ.")
        name = "Atelierul Exemplu SRL" if seed == 1 else f"Atelierul Exemplu {seed} SRL"
        if Company.objects.filter(name=name, demo=True).exists():
            self.stdout.write(f"{name} există deja; nu s-a schimbat nimic.")
            return
        started = perf_counter()
        owner = User.objects.filter(email=email).first() or User.objects.create_user(email, password or None, full_name="Ana Exemplu")
        random = Random(seed)
        with transaction.atomic():
            company, start = make_firm(random, name=name, owner=owner)
        with company_scope(company.pk):
            make_documents(random, company, count=documents, start=start, owner=owner)
            keep_till(random, owner)
            make_purchases(random, owner)
            bring_statement(owner)
            _send_at_once(owner)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{name}: {documents} documente în {perf_counter() - started:.1f} s. Cont: {email}")


def _send_at_once(owner: User) -> None:
    """In the rehearsal, whoever authorises the firm sees the next invoice leave by itself; those made here stay."""
    chosen = Settings.of_company()
    if chosen.environment == Environment.REHEARSAL:
        others = {name: getattr(chosen, name) for name in ("delay_minutes", "send_hour", "resend_unknown")}
        choose_sending(sending=Settings.Sending.AT_ONCE, **others, by=owner)

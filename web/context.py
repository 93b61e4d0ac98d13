"""What the frame around every page needs: the menu, the companies of the user, the theme."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.forms import THEMES
from companies.access import CLOSE, ISSUE, MANAGE, MONEY, READ
from companies.models import Company, Membership
from subscriptions.banner import Banner, shown

OPEN_AT_FIRST = "emitere.documente.incasari.nomenclatoare"

# Group, label, URL name, icon, roles. A name without a URL yet is left out, so an app only adds its line here.
MENU = [
    ("", "Panou", "web:dashboard", "dashboard", READ),
    ("emitere", "Factură", "invoicing:invoice_new", "invoice", ISSUE),
    ("emitere", "Proformă", "invoicing:proforma_new", "proforma", ISSUE),
    ("emitere", "Aviz", "invoicing:delivery_new", "truck", ISSUE),
    ("emitere", "Chitanță", "invoicing:receipt_new", "receipt", ISSUE),
    ("documente", "Facturi", "invoicing:invoice_list", "invoice", READ),
    ("documente", "Proforme", "invoicing:proforma_list", "proforma", READ),
    ("documente", "Avize", "invoicing:delivery_list", "truck", READ),
    ("documente", "Chitanțe", "invoicing:receipt_list", "receipt", READ),
    ("documente", "Autofacturi", "invoicing:self_billed_list", "invoice", READ),
    ("documente", "Facturi recurente", "invoicing:recurring_list", "repeat", READ),
    ("incasari", "Încasări", "invoicing:payment_list", "coins", READ),
    ("incasari", "Solduri inițiale", "invoicing:opening_list", "book", READ),
    ("incasari", "Plăți", "purchases:payment_list", "wallet", READ),
    ("incasari", "Cheltuieli", "purchases:expense_list", "basket", READ),
    ("incasari", "Extras de cont", "bank:statement_list", "bank", READ),
    ("efactura", "Trimise", "efactura:sent_list", "send", READ),
    ("efactura", "Primite", "efactura:inbox", "inbox", READ),
    ("nomenclatoare", "Clienți", "partners:client_list", "people", READ),
    ("nomenclatoare", "Furnizori", "partners:supplier_list", "supplier", READ),
    ("nomenclatoare", "Produse", "catalog:product_list", "box", READ),
    ("nomenclatoare", "Liste de prețuri speciale", "catalog:price_list_list", "label", READ),
    ("nomenclatoare", "Import", "imports:import_list", "upload", MONEY),
    ("nomenclatoare", "Curs BNR", "catalog:rates", "globe", READ),
    ("rapoarte", "Facturi", "reports:invoices", "invoice", READ),
    ("rapoarte", "Încasări", "reports:payments", "coins", READ),
    ("rapoarte", "Operațiuni casă", "cashbook:operation_list", "cash", READ),
    ("rapoarte", "Registru de casă", "cashbook:register", "book", READ),
    ("rapoarte", "Solduri casă și bancă", "reports:balances", "chart", READ),
    ("rapoarte", "Scadențar", "reports:ageing", "calendar", READ),
    ("rapoarte", "Jurnale", "reports:journals", "book", READ),
    ("configurare", "Datele firmei", "companies:settings", "building", MANAGE),
    ("configurare", "Sedii", "companies:workplace_list", "pin", MANAGE),
    ("configurare", "Utilizatori", "companies:users", "people", MANAGE),
    ("configurare", "Cote TVA", "catalog:vat_rates", "percent", READ),
    ("configurare", "Serii", "invoicing:series_list", "hash", MANAGE),
    ("configurare", "Aspect documente", "invoicing:layout_list", "pdf", MANAGE),
    ("configurare", "Perioadă închisă", "companies:period", "lock", CLOSE),
    ("configurare", "Case de marcat", "fiscal:register_list", "printer", MANAGE),
    ("configurare", "e-Factura", "efactura:settings", "spv", MANAGE),
    ("configurare", "Modele", "invoicing:template_list", "template", MANAGE),
    ("configurare", "Abonament", "subscriptions:usage", "gauge", MANAGE),
    ("cont", "Profil", "account_profile", "user", READ),
    ("cont", "Securitate", "account_change_password", "lock", READ),
    ("cont", "Integrări", "account_integrations", "plug", READ),
]
GROUPS = {
    "": ("", ""),
    "emitere": ("Emitere", "pen"),
    "documente": ("Documente", "documents"),
    "incasari": ("Încasări și plăți", "coins"),
    "efactura": ("e-Factura", "spv"),
    "nomenclatoare": ("Nomenclatoare", "cabinet"),
    "rapoarte": ("Rapoarte", "chart"),
    "configurare": ("Configurare", "settings"),
    "cont": ("Contul meu", "user"),
}


@dataclass
class Entry:
    label: str
    url: str
    icon: str
    current: bool = False


@dataclass
class Group:
    key: str
    label: str
    icon: str
    open: bool
    entries: list[Entry] = field(default_factory=list)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: one `frame` object, whose parts are made only when a template asks for them."""
    return {"frame": Frame(request)}


class Frame:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.slim = request.COOKIES.get("meniu") == "ingust"

    @cached_property
    def membership(self) -> Membership | None:
        """The place in the company at work; on a page of no company, in the one worked in last, so that the menu stays."""
        if here := getattr(self.request, "membership", None):
            return here
        last = self.request.COOKIES.get("firma", "")
        known = {str(membership.company_id): membership for membership in self.memberships}
        return known.get(last) or next(iter(known.values()), None)

    @property
    def company(self) -> Company | None:
        return self.membership.company if self.membership else None

    @property
    def theme(self) -> str:
        """The theme that this browser asked for: light, dark or auto (as the system)."""
        theme = self.request.COOKIES.get("tema", "auto")
        return theme if theme in THEMES else "auto"

    @cached_property
    def menu(self) -> list[Group]:
        """The groups of the menu that this person has at least one entry of; the entry of this page is marked."""
        found = [(key, Entry(label, url, icon)) for key, label, icon, url in self._reachable()]
        path = self.request.path
        here = max((entry for _, entry in found if path.startswith(entry.url)), key=lambda entry: len(entry.url), default=None)
        if here and (here.url == path or here.url != self.home):
            here.current = True
        opened = self.request.COOKIES.get("meniu_deschis", OPEN_AT_FIRST).split(".")
        groups = {key: Group(key, *GROUPS[key], open=key in opened) for key, _ in found}
        for key, entry in found:
            groups[key].entries.append(entry)
            groups[key].open |= entry.current
        return list(groups.values())

    @cached_property
    def home(self) -> str:
        """The dashboard of the company at work, or the list of companies."""
        return self.url("web:dashboard") or "/"

    @cached_property
    def new_documents(self) -> list[Entry]:
        """What "+ Document nou" offers."""
        return [entry for group in self.menu if group.key == "emitere" for entry in group.entries]

    @cached_property
    def memberships(self) -> list[Membership]:
        """The companies that the user may switch to."""
        if not self.request.user.is_authenticated:
            return []
        return list(self.request.user.memberships.select_related("company").order_by("company__name"))

    @cached_property
    def quota(self) -> Banner | None:
        """The warning that a limited plan is almost or wholly used; one look in Redis, none in the database."""
        company = getattr(self.request, "company", None)
        return shown(company.pk) if company else None

    @cached_property
    def search_url(self) -> str:
        return self.url("web:search")

    @cached_property
    def help_url(self) -> str:
        return self.url("web:help")

    @cached_property
    def new_company_url(self) -> str:
        return self.url("web:company_new")

    def url(self, name: str) -> str:
        """The address of a page of the company at work, or of a page without company; "" if there is none."""
        attempts = ([{"company_id": self.company.pk}] if self.company else []) + [{}]
        for kwargs in attempts:
            try:
                return reverse(name, kwargs=kwargs)
            except NoReverseMatch:
                continue
        return ""

    def _reachable(self) -> Iterator[tuple[str, str, str, str]]:
        role = self.membership.role if self.membership else None
        for group, label, name, icon, roles in MENU:
            url = self.url(name) if role in roles or group == "cont" else ""
            if url:
                yield group, label, icon, url

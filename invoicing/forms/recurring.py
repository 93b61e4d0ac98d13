"""The form of a recurring invoice: when (PlanForm), and what (the editor of invoices, with a plan in place of the document)."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from invoicing.forms.editor import EditorForm
from invoicing.models import Document, DocumentLine, RecurringLine, RecurringPlan
from lib.dates import bucharest_today
from lib.forms import DateField, Form
from lib.money import ZERO
from partners.models import Partner

WHOLE = {"inputmode": "numeric", "class": "number", "autocomplete": "off"}
HEAD = "partner series language currency prices_include_vat discount_percent discount_amount order_reference contract_reference".split() + (
    "buyer_reference notes internal_note issuer_name".split()
)
LINE = "product name description code quantity unit unit_code unit_price vat_rate discount_percent discount_amount".split()


def whole(label: str, *, least: int, most: int, **options: Any) -> forms.IntegerField:
    sentence = f"Scrieți un număr între {least} și {most}."
    errors = {"invalid": "Scrieți un număr întreg.", "min_value": sentence, "max_value": sentence}
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.TextInput(WHOLE), localize=False, error_messages=errors, **options
    )


class PlanForm(Form):
    """When the invoice is issued, how, and what happens then. `values` is what a plan takes."""

    name = forms.CharField(label="Denumire", max_length=100, required=False, help_text="Gol: numele clientului.")
    every = whole("O dată la", least=1, most=120, initial=1)
    unit = forms.ChoiceField(label="Perioada", choices=RecurringPlan.Unit.choices)
    rule = forms.ChoiceField(label="Ziua", choices=RecurringPlan.Rule.choices)
    day = whole("Ziua din lună", least=1, most=31, required=False, help_text="31: ultima zi a lunilor scurte.")
    starts_on = DateField(label="Începe la")
    ends_on = DateField(label="Se termină la", required=False, help_text="Gol: fără sfârșit.")
    times = whole("De câte ori", least=1, most=9999, required=False, help_text="Gol: de oricâte ori.")
    due_days = whole("Termen de plată (zile)", least=0, most=365, required=False)
    mode = forms.ChoiceField(label="La dată", choices=[("issue", "Se emite singură"), ("draft", "Se face o ciornă, de aprobat")])
    in_lei = forms.BooleanField(label="Facturează în lei, la cursul BNR al zilei", required=False)
    send_mail = forms.BooleanField(label="Trimite-o pe e-mail după emitere", required=False)
    mail_to = forms.CharField(label="Către", max_length=500, required=False, help_text="Gol: adresa din fișa clientului.")
    mail_subject = forms.CharField(label="Subiect", max_length=200, required=False, help_text="Gol: cel obișnuit.")
    mail_body = forms.CharField(
        label="Mesaj", max_length=5000, required=False, widget=forms.Textarea({"rows": 4}), help_text="Gol: cel obișnuit."
    )

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)  # one form, one plan

    marks_optional = True

    def values(self) -> dict[str, Any]:
        """What was typed; without a day, that of the start."""
        values = dict(self.cleaned_data)
        values["day"] = values["day"] or values["starts_on"].day
        return values

    @classmethod
    def of(cls, plan: RecurringPlan, data: QueryDict | None = None) -> "PlanForm":
        return cls(data, initial={name: getattr(plan, name) for name in cls.base_fields} | {"token": plan.token or uuid4()})


class PlanEditor(EditorForm):
    """The editor of invoices over a plan: the date is that of the first invoice, the rate is that of each day."""

    def __init__(self, plan: RecurringPlan, lines: Iterable[DocumentLine] = (), data: QueryDict | None = None) -> None:
        super().__init__(template_document(plan), lines, data)

    def write(self, plan: RecurringPlan) -> list[RecurringLine]:
        """Set on the plan what was read; returns its lines."""
        for name in HEAD:
            setattr(plan, name, getattr(self.document, name))
        return [RecurringLine(**{name: getattr(line, name) for name in LINE}) for line in self.lines]

    def _read_dates(self) -> None:
        self.document.issue_date = bucharest_today()

    def _read_rate(self) -> None:
        """None is kept: each invoice takes that of its day."""


def template_document(plan: RecurringPlan) -> Document:
    """The plan as an invoice of today, not saved."""
    values = {name: getattr(plan, name) for name in HEAD if name not in ("partner", "series")}
    partner: Partner | None = plan.partner if plan.partner_id else None
    document = Document(partner=partner, issue_date=bucharest_today(), **values)
    document.partner_name = partner.name if partner else ""
    if plan.series_id:
        document.series = plan.series
    return document


def template_lines(plan: RecurringPlan) -> list[DocumentLine]:
    """The plan's lines as those of an invoice, with no amounts worked out."""
    found = []
    for line in plan.lines.select_related("vat_rate"):
        typed = {name: getattr(line, name) for name in LINE if name not in ("product", "vat_rate")}
        made = DocumentLine(product_id=line.product_id, **typed)
        made.take_vat(line.vat_rate)
        made.value = made.discount = ZERO
        found.append(made)
    return found

"""The forms of suppliers' documents and payments."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory

from cashbook.models import Till
from catalog.models import VatRate
from companies.models import BankAccount
from invoicing.forms.choices import CURRENCIES
from invoicing.models import Document
from lib.dates import bucharest_today
from lib.formats import currency_sign
from lib.forms import DateField, DecimalField, Form, ModelForm
from lib.identifiers import check_iban
from lib.money import ZERO, money, price
from partners.models import Partner
from purchases.categories import categories
from purchases.models import DEDUCTIBLE, Expense, ExpenseCategory, ExpenseLine, PaymentFile, SupplierPayment

Method = SupplierPayment.Method
MOVING = [choice for choice in Method.choices if choice[0] not in (Method.SET_OFF, Method.ADVANCE)]
SIGNS = [(code, currency_sign(code)) for code in CURRENCIES]
MAX_LINES = 200


class ExpenseForm(ModelForm):
    """The head of a document; its rows are in `line_forms`. `total` is typed from the paper, to find a slip."""

    currency = forms.ChoiceField(label="Moneda", choices=SIGNS)
    total = DecimalField(label="Total de pe document", max_digits=15, decimal_places=2, required=False, help_text="gol: cât dau rândurile")
    reason = forms.CharField(label="Motivul corecției", max_length=200, required=False, help_text="Rămâne în istoric.")
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    marks_optional = True

    class Meta:
        model = Expense
        fields = ["partner", "number", "issue_date", "booked_on", "due_date", "currency", "exchange_rate", "on_payment", "iban", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suppliers = Partner.objects.filter(active=True).order_by("-is_supplier", "sort_name")
        self.fields["partner"].queryset = suppliers  # type: ignore[attr-defined]
        self.fields["partner"].empty_label = "alegeți furnizorul"  # type: ignore[attr-defined]
        if not self.instance.is_booked:
            del self.fields["reason"]
        if not self.instance.pk:
            self.initial |= {"issue_date": bucharest_today(), "booked_on": bucharest_today(), "token": uuid4()}

    def clean_iban(self) -> str:
        return check_iban(self.cleaned_data["iban"]) if self.cleaned_data["iban"] else ""

    def take(self, lines: Sequence[ExpenseLine]) -> dict[str, Any]:
        """The fields of the document, with the cents by which the typed total differs from the rows."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        typed, rows = self.cleaned_data.get("total"), sum((line.net + line.vat for line in lines), ZERO)
        return values | {"rounding": ZERO if typed is None else typed - rows}


class LineForm(Form):
    """A row: the VAT is what the rate gives, unless it is typed."""

    name = forms.CharField(label="Denumire", max_length=300)
    quantity = DecimalField(label="Cantitate", max_digits=18, decimal_places=6, initial=Decimal(1), least=0)
    net = DecimalField(label="Valoare fără TVA", max_digits=15, decimal_places=2)
    rate = forms.ChoiceField(label="Cota TVA")
    vat = DecimalField(label="TVA", max_digits=15, decimal_places=2, required=False)
    category = forms.ModelChoiceField(ExpenseCategory.objects.none(), label="Categoria", required=False, empty_label="–")
    deductible = forms.TypedChoiceField(label="Deducere", choices=DEDUCTIBLE, coerce=int, initial="100")

    def __init__(self, *args: Any, rates: Sequence[tuple[str, str]], groups: Sequence[ExpenseCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].choices = rates  # type: ignore[attr-defined]
        self.fields["rate"].initial = rates[0][0]
        self.fields["category"].queryset = ExpenseCategory.objects.filter(pk__in=[group.pk for group in groups])  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", "–"), *((group.pk, group.name) for group in groups)]  # type: ignore[attr-defined]

    @property
    def line(self) -> ExpenseLine:
        """The row as it is kept."""
        data = self.cleaned_data
        category, percent = data["rate"].split(":")
        quantity = data["quantity"] or Decimal(1)
        made = ExpenseLine(name=data["name"], quantity=quantity, net=data["net"], unit_price=price(abs(data["net"] / quantity)))
        made.vat_category, made.vat_percent, made.category, made.deductible = (
            category,
            Decimal(percent),
            data["category"],
            data["deductible"],
        )
        made.vat = money(made.net * made.vat_percent / 100) if data["vat"] is None else data["vat"]
        return made


class _Lines(BaseFormSet):
    def clean(self) -> None:
        """Nothing: the action says that a document needs a row."""

    @property
    def lines(self) -> list[ExpenseLine]:
        gone = set(self.deleted_forms)
        return [form.line for form in self.forms if form.cleaned_data.get("name") and form not in gone]


def line_forms(data: Any, lines: Sequence[ExpenseLine], *, extra: int = 3) -> Any:
    """The rows of a document, with some empty ones to fill."""
    rates = rate_choices(lines)
    made = formset_factory(
        LineForm, formset=_Lines, extra=extra, max_num=MAX_LINES, absolute_max=MAX_LINES, can_delete=True, can_delete_extra=False
    )
    kwargs = {"rates": rates, "groups": categories()}
    return made(data, initial=[_initial(line) for line in lines], prefix="rand", form_kwargs=kwargs)


def rate_choices(lines: Sequence[ExpenseLine]) -> list[tuple[str, str]]:
    """The rates of today and those that the document has, `S:21` with its name."""
    today, every = bucharest_today(), list(VatRate.objects.all())
    taxed = sorted(
        (rate for rate in every if rate.category == "S"),
        key=lambda rate: (rate.ends_on is not None and rate.ends_on < today, -rate.percent),
    )
    found = {f"S:{_percent(rate.percent)}": f"{_percent(rate.percent)}%" for rate in taxed}
    found |= {f"{code}:0": label for code, label in VatRate.Category.choices if code != "S"}
    return list((found | {f"{line.vat_category}:{_percent(line.vat_percent)}": line.vat_label for line in lines}).items())


def _initial(line: ExpenseLine) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in ("name", "quantity", "net", "vat", "category", "deductible")}
    return values | {"rate": f"{line.vat_category}:{_percent(line.vat_percent)}"}


def _percent(value: Decimal) -> str:
    return f"{value.normalize():f}"


class PayForm(Form):
    """Money for documents of one supplier; one form, one payment (`token`)."""

    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    method = forms.ChoiceField(label="Metoda", choices=MOVING, initial=Method.TRANSFER)
    on = DateField(label="Data plății")
    till = forms.ModelChoiceField(
        Till.objects.none(), label="Casa", required=False, empty_label="casa implicită", help_text="doar la numerar"
    )
    reference = forms.CharField(label="Nr. document", max_length=60, required=False, help_text="ordin de plată, chitanță, cec")
    note = forms.CharField(label="Observații", max_length=200, required=False)
    currency = forms.ChoiceField(label="Moneda plătită", choices=SIGNS, required=False)
    rate = DecimalField(label="Curs", max_digits=14, decimal_places=6, required=False, help_text="lei pentru o unitate; gol: cursul BNR")
    keep_rest = forms.BooleanField(label="Ce depășește restul rămâne avans la furnizor", required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(self, data: Any = None, *, due: Decimal, currency: str) -> None:
        super().__init__(data, initial={"amount": due, "on": bucharest_today(), "token": uuid4(), "currency": currency})
        self.fields["till"].queryset = Till.objects.filter(active=True)  # type: ignore[attr-defined]


class CashAsked(Form):
    """What the form of a payment, or of an advance, says so far."""

    amount = DecimalField(max_digits=15, decimal_places=2)
    method = forms.CharField()
    on = DateField()
    partner = forms.ModelChoiceField(Partner.objects.none())
    till = forms.ModelChoiceField(Till.objects.none(), required=False)
    currency = forms.CharField(max_length=3, required=False)
    own = forms.CharField(max_length=3, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["partner"].queryset = Partner.objects.all()  # type: ignore[attr-defined]
        self.fields["till"].queryset = Till.objects.filter(active=True)  # type: ignore[attr-defined]


class AdvancePaidForm(Form):
    """Money for a supplier before its document."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label="Furnizor", empty_label="alegeți furnizorul")
    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2, min_value=Decimal("0.01"))
    back = forms.BooleanField(label="Avansul se întoarce de la furnizor", required=False)
    currency = forms.ChoiceField(label="Moneda", choices=SIGNS)
    method = forms.ChoiceField(label="Metoda", choices=MOVING, initial=Method.TRANSFER)
    on = DateField(label="Data plății")
    rate = DecimalField(label="Curs", max_digits=14, decimal_places=6, required=False, help_text="pentru valută; gol: cursul BNR")
    reference = forms.CharField(label="Nr. document", max_length=60, required=False)
    note = forms.CharField(label="Observații", max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(self, data: Any = None, *, partner: int | None = None) -> None:
        super().__init__(data, initial={"on": bucharest_today(), "token": uuid4(), "partner": partner})
        self.fields["partner"].queryset = Partner.objects.suppliers().filter(active=True).order_by("sort_name")  # type: ignore[attr-defined]


class AmountForm(Form):
    """How much of an advance is used, or set off."""

    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    on = DateField(label="Data")
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, most: Decimal, currency: str) -> None:
        super().__init__(data, initial={"amount": most, "on": bucharest_today(), "token": uuid4()})
        self.fields["amount"].suffix = currency_sign(currency)  # type: ignore[attr-defined]


class SetOffForm(Form):
    """Which open documents of both sides are settled, and by how much; without an amount, as much as they allow."""

    documents = forms.TypedMultipleChoiceField(
        label="Facturi", coerce=int, error_messages={"required": "Bifați cel puțin o factură din dreptul „Ne datorează”."}
    )
    expenses = forms.TypedMultipleChoiceField(
        label="Documente", coerce=int, error_messages={"required": "Bifați cel puțin un document din dreptul „Le datorăm”."}
    )
    amount = DecimalField(
        label="Suma compensată", max_digits=15, decimal_places=2, required=False, help_text="gol: cât permit documentele bifate"
    )
    on = DateField(label="Data")
    note = forms.CharField(label="Observații", max_length=200, required=False, help_text="Apar pe procesul-verbal.")
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(
        self, data: Any = None, *, owed: Sequence[Document], owing: Sequence[Expense], chosen: Collection[int], currency: str
    ) -> None:
        ticked = [row.pk for row in owing if not chosen or row.pk in chosen]
        initial = {"documents": [row.pk for row in owed], "expenses": ticked, "on": bucharest_today(), "token": uuid4()}
        super().__init__(data, initial=initial)
        self.rows = {"documents": {row.pk: row for row in owed}, "expenses": {row.pk: row for row in owing}}
        for name, rows in self.rows.items():
            self.fields[name].choices = [(key, str(row)) for key, row in rows.items()]  # type: ignore[attr-defined]
        self.fields["amount"].suffix = currency_sign(currency)  # type: ignore[attr-defined]

    def clean_documents(self) -> list[Any]:
        return [self.rows["documents"][key] for key in self.cleaned_data["documents"]]

    def clean_expenses(self) -> list[Any]:
        return [self.rows["expenses"][key] for key in self.cleaned_data["expenses"]]

    @property
    def sides(self) -> list[list[tuple[Any, bool]]]:
        """The rows of each side, and whether they are ticked."""
        values = [{str(key) for key in self[name].value() or ()} for name in self.rows]
        return [[(row, str(key) in ticked) for key, row in rows.items()] for rows, ticked in zip(self.rows.values(), values, strict=True)]


class OpeningForm(Form):
    """R31: what was left of a supplier's document when the book began."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label="Furnizor", empty_label="alegeți furnizorul")
    number = forms.CharField(label="Nr. document", max_length=60)
    on = DateField(label="Data soldului")
    document_date = DateField(label="Data documentului", required=False)
    due_date = DateField(label="Scadența", required=False)
    whole = DecimalField(label="Valoarea documentului", max_digits=15, decimal_places=2, required=False, help_text="gol: cât restul")
    amount = DecimalField(label="Rest de plată", max_digits=15, decimal_places=2, help_text="cu minus, dacă furnizorul vă datorează")
    currency = forms.ChoiceField(label="Moneda", choices=SIGNS)
    rate = DecimalField(label="Curs", max_digits=14, decimal_places=6, initial=Decimal(1), help_text="lei pentru o unitate")
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(self, data: Any = None, *, partner: int | None = None) -> None:
        super().__init__(data, initial={"on": bucharest_today(), "token": uuid4(), "partner": partner})
        self.fields["partner"].queryset = Partner.objects.filter(active=True).order_by("-is_supplier", "sort_name")  # type: ignore[attr-defined]


class FileForm(Form):
    """From which account, when, and in which shape."""

    account = forms.ModelChoiceField(BankAccount.objects.none(), label="Din contul", empty_label=None)
    pay_on = DateField(label="Data plății")
    format = forms.ChoiceField(label="Format", choices=PaymentFile.Format.choices)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"pay_on": bucharest_today(), "token": uuid4()})
        field = self.fields["account"]
        field.queryset = BankAccount.objects.all()  # type: ignore[attr-defined]
        field.label_from_instance = lambda account: f"{account.iban} · {account.bank} · {currency_sign(account.currency)}"  # type: ignore[attr-defined]


class ConfirmForm(Form):
    on = DateField(label="Data plății din extras")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"on": bucharest_today()})


class ReasonForm(Form):
    reason = forms.CharField(label="Motivul", max_length=200, help_text="Rămâne în istoric.")


class CategoryForm(ModelForm):
    class Meta:
        model = ExpenseCategory
        fields = ["name", "account", "deductible", "active"]

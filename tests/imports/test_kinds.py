"""What a file becomes: the trial, the writing, the way back, for each kind."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import Product
from companies.models import Event, VatStatus
from imports import actions
from imports.models import Import, ImportColumns, ImportRow
from invoicing.models import Document
from lib.errors import Refused
from partners.models import Partner
from tests.catalog.prices import make_product
from tests.factories import make_draft, make_partner
from tests.imports.files import confirmed, csv_of, tried, undone, xlsx_of

CLIENTS = "Denumire;CUI;Judet;Localitate;Telefon\n"
BALANCES = "Client;CIF;Numar;Data;Scadenta;Rest;Valoare\n"
LAST_DAY = date(2025, 12, 31)


def rows_of(model) -> list[dict]:
    """Every column of every row, as the database has it."""
    return list(model.objects.order_by("pk").values())


def problems(run) -> list:
    return [(row.number, row.problems) for row in ImportRow.objects.filter(run=run, outcome="wrong").order_by("number")]


def test_nothing_is_written_until_somebody_confirms(company, ana):
    run = tried("clienti", csv_of(CLIENTS + "Alfa SRL;RO 18547290;Cluj;Cluj-Napoca;\n"), ana)
    assert (run.state, run.counts, Partner.objects.count()) == ("checked", {"added": 1}, 0)


def test_a_client_comes_with_its_county_payer_and_history(company, ana):
    run = confirmed(tried("clienti", csv_of(CLIENTS + "Alfa SRL;ro 18547290;JUD. CLUJ;Cluj-Napoca;0264\n"), ana), ana)
    found = Partner.objects.get()
    assert (run.state, found.cif, found.identity, found.vat_payer, found.county) == ("done", "RO18547290", "18547290", True, "RO-CJ")
    assert (found.is_client, found.is_supplier, found.search != "") == (True, False, True)
    assert Event.objects.about(found).get().verb == "imported"


@pytest.mark.parametrize("code", ["RO14399840", "ro 14399840", "14399840", "RO-14399840"])
def test_however_its_code_is_written_a_client_is_the_same(company, ana, code):
    make_partner()
    run = tried("clienti", csv_of(CLIENTS + f"Client Bun SRL;{code};;;0700\n"), ana)
    assert run.counts == {"updated": 1}
    confirmed(run, ana)
    assert Partner.objects.values_list("cif", "phone").get() == ("RO14399840", "0700")


def test_a_code_twice_in_the_file_is_an_error_of_the_second_row(company, ana):
    run = tried("clienti", csv_of(CLIENTS + "Alfa SRL;RO18547290;;;\nAlfa 2 SRL;18547290;;;\n"), ana)
    assert problems(run) == [(3, [["CIF / CNP", "Apare și pe rândul 2. Păstrați unul singur."]])]


def test_wrong_codes_counties_and_missing_names_are_named(company, ana):
    text = "Denumire;CUI;Judet;Email\nAlfa SRL;12345;Cluj;x\n;RO18547290;Narnia;\nBeta SRL;;Cluj;\n"
    found = problems(tried("clienti", csv_of(text), ana))
    assert [(number, [column for column, _ in wrong]) for number, wrong in found] == [
        (2, ["CIF / CNP", "E-mail"]),
        (3, ["Județ", "Denumire"]),
        (4, ["CIF / CNP"]),
    ]


def test_a_file_with_an_error_is_not_written_at_all(company, ana):
    run = tried("clienti", csv_of(CLIENTS + "Alfa SRL;RO18547290;;;\nBeta SRL;12345;;;\n"), ana)
    with pytest.raises(Refused, match="import_has_errors"):
        actions.confirm(run, by=ana)
    assert Partner.objects.count() == 0


def test_empty_cells_change_nothing_and_the_same_file_again_is_unchanged(company, ana):
    partner = make_partner(phone="0700", reg_no="J40/1/2001")
    before = rows_of(Partner)
    run = tried("clienti", csv_of(CLIENTS + "Client Bun SRL;14399840;;;\n"), ana)
    assert (run.counts, rows_of(Partner)) == ({"same": 1}, before)
    with pytest.raises(Refused, match="import_nothing_new"):
        actions.confirm(run, by=ana)
    assert Partner.objects.get().pk == partner.pk


def test_undo_gives_every_column_of_every_row_back(company, ana):
    make_partner(phone="0700", iban="RO49AAAA1B31007593840000")
    make_partner("Alt SRL", "27193515")
    before = rows_of(Partner)
    run = confirmed(tried("clienti", csv_of(CLIENTS + "Nume Nou SRL;14399840;Cluj;Turda;1\nAlfa SRL;RO18547290;;;\n"), ana), ana)
    assert (run.counts, rows_of(Partner) != before) == ({"updated": 1, "added": 1}, True)
    assert (undone(run, ana).state, rows_of(Partner)) == ("undone", before)


def test_undo_is_refused_where_a_client_was_used_or_changed(company, ana):
    run = confirmed(tried("clienti", csv_of(CLIENTS + "Alfa SRL;RO18547290;;;\n"), ana), ana)
    make_draft(Partner.objects.get())
    run = undone(run, ana)
    assert (run.state, run.problem) == ("done", "Importul nu se mai poate anula: Alfa SRL este folosit deja în altă parte.")
    Document.objects.all().delete()
    Partner.objects.update(phone="1")
    assert undone(run, ana).problem == "Importul nu se mai poate anula: Alfa SRL a fost modificat după import."


def test_suppliers_who_are_clients_become_both(company, ana):
    make_partner()
    confirmed(tried("furnizori", csv_of("Denumire,Cod_fiscal,Reg_com,Tel\nClient Bun SRL,14399840,,\n"), ana), ana)
    assert Partner.objects.values_list("is_client", "is_supplier").get() == (True, True)


def test_people_and_foreigners(company, ana):
    text = "Nume,Tip,CNP,Țara,Localitate\nPopa Ana,PF,,,Cluj\nMuster GmbH,,DE136695976,Germania,Leipzig\nWien GmbH,,ATU12011204,,Wien\n"
    run = confirmed(tried("clienti", csv_of(text), ana), ana)
    assert run.state == "done", problems(run)
    assert list(Partner.objects.order_by("pk").values_list("kind", "country", "identity")) == [
        ("natural", "RO", ""),
        ("legal", "DE", "DE136695976"),
        ("legal", "AT", "ATU12011204"),
    ]


def test_products_from_a_workbook_with_prices_units_and_rates(company, ana):
    content = xlsx_of(
        ["Raport", None],
        [],
        ["Denumire produs", "Cod", "UM", "Pret", "TVA"],
        ["Var", "V1", "bucăți", 12.35, 0.21],
        ["Oră", "", "h", "1.250,5", "11%"],
    )
    run = confirmed(tried("produse", content, ana), ana)
    assert run.state == "done", problems(run)
    found = Product.objects.order_by("pk").values_list("name", "code", "unit__name", "price", "vat_rate__slug")
    assert list(found) == [("Var", "V1", "buc", Decimal("12.35"), "s21"), ("Oră", "", "oră", Decimal("1250.5"), "s11")]


def test_a_product_is_found_by_its_code_and_undo_gives_it_back(company, ana):
    make_product(code="V1", price="10")
    before = rows_of(Product)
    run = confirmed(tried("produse", csv_of("Denumire;Cod;Pret cu TVA\nScândură;V1;12,10\n"), ana), ana)
    assert Product.objects.values_list("price", "price_includes_vat").get() == (Decimal("12.1"), True)
    assert (undone(run, ana).state, rows_of(Product)) == ("undone", before)


def test_what_cannot_be_a_product_says_why(company, ana):
    text = "Denumire;UM;Pret;TVA\nA;butoaie;1;21\nB;buc;-1;19\nC;buc;abc;0\n"
    assert [wrong for _, wrong in problems(tried("produse", csv_of(text), ana))] == [
        [["U.M.", "Nu cunoaștem unitatea „butoaie”. Scrieți, de exemplu, buc, kg sau oră."]],
        [["Preț", "Prețul nu poate fi negativ."], ["TVA", "Cota de 19% nu se mai poate folosi astăzi."]],
        [
            ["Preț", "„abc” nu este un număr."],
            ["TVA", "Cota 0 are mai multe înțelesuri: scrieți tratamentul, de exemplu „Taxare inversă”."],
        ],
    ]


def test_a_column_with_decimal_points_is_read_as_one(company, ana):
    confirmed(tried("produse", csv_of("Denumire,Pret\nA,12.5\nB,12.500\n"), ana), ana)
    assert set(Product.objects.values_list("price", flat=True)) == {Decimal("12.5")}


def test_who_is_not_registered_for_vat_gets_its_one_treatment(company, ana):
    VatStatus.objects.create(since=date(2026, 1, 1), payer=False)
    confirmed(tried("produse", csv_of("Denumire;Pret;TVA\nA;1;19\n"), ana), ana)
    assert Product.objects.get().vat_rate.category == "O"


def test_balances_come_in_and_go_out_again(company, ana):
    make_partner()
    text = BALANCES + "Client Bun SRL;14399840;ABC 1;3.11.2025;03/12/2025;100,50;200\n;14399840;ABC 2;2025-11-04;;-5;\n"
    run = confirmed(tried("solduri-clienti", csv_of(text), ana, on=LAST_DAY), ana)
    assert run.state == "done", problems(run)
    found = Document.objects.order_by("pk").values_list("label", "total", "issue_date", "due_date", "status", "channel")
    assert list(found) == [
        ("ABC 1", Decimal("100.50"), LAST_DAY, date(2025, 12, 3), "issued", "import"),
        ("ABC 2", Decimal("-5"), LAST_DAY, date(2025, 11, 4), "issued", "import"),
    ]
    assert undone(run, ana).state == "undone"
    assert set(Document.objects.values_list("status", flat=True)) == {"cancelled"}


def test_rows_of_a_balance_that_cannot_be(company, ana):
    make_partner()
    text = BALANCES + ";14399840;A;31.02.2025;;1;\n;999;B;1.1.2025;;1;\n;14399840;C;1.1.2025;;5;3\n;14399840;D;1.1.2026;;5;\n"
    assert [wrong for _, wrong in problems(tried("solduri-clienti", csv_of(text), ana, on=LAST_DAY))] == [
        [["Data documentului", "„31.02.2025” nu este o dată. Scrieți, de exemplu, 22.11.2026."]],
        [["CIF / CNP client", "Niciun partener nu are codul 999. Importați întâi clienții."]],
        [["Rest de încasat", "Restul nu poate depăși valoarea documentului, 3,00\xa0lei."]],
        [["Data documentului", "Documentul este de după data soldului."]],
    ]


def test_what_the_columns_are_is_remembered(company, ana):
    run = actions.start_import(actions.KINDS["clienti"], name="a.csv", content=csv_of("Cine;Cod\nAlfa SRL;RO18547290\n"), by=ana)
    assert run.columns == {}
    actions.ask_trial(run, {"name": 0, "cif": 1}, by=ana)
    again = actions.start_import(actions.KINDS["clienti"], name="b.csv", content=csv_of("Cod;Cine\nRO18547290;Beta SRL\n"), by=ana)
    assert (again.columns, ImportColumns.objects.count()) == ({"name": 1, "cif": 0}, 1)


def test_what_changed_since_the_trial_is_shown_before_it_is_written(company, ana):
    run = tried("clienti", csv_of(CLIENTS + "Alfa SRL;RO18547290;;;1\n"), ana)
    actions.confirm(run, by=ana)
    make_partner("Alfa SRL", "RO18547290")
    actions.work(run.pk)
    run = Import.objects.get()
    assert (run.state, run.counts, run.confirmed_by, Partner.objects.get().phone) == ("checked", {"updated": 1}, None, "")


def test_text_that_looks_like_a_formula_stays_text(company, ana):
    confirmed(tried("produse", csv_of('Denumire;Pret\n"=HYPERLINK(""http://x"")";1\n'), ana), ana)
    assert Product.objects.get().name == '=HYPERLINK("http://x")'

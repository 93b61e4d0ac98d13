"""Documents from a file, one row a line: which rows belong together, what they become, and the way back."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.actions import store_rates
from catalog.bnr import RateRow
from companies.models import Event
from imports import actions
from imports.models import ImportRow
from invoicing.actions import issue
from invoicing.models import Document, DocumentLine, OpeningItem, Series, VatBreakdown
from lib.errors import Refused
from tests.catalog.prices import make_product
from tests.factories import make_partner
from tests.imports.files import confirmed, csv_of, series_of, tried, undone, xlsx_of

TITLES = "Numar;Client;CIF;Data;Scadenta;Denumire;Cantitate;UM;Pret;TVA;Discount\n"
LAST_DAY = date(2025, 12, 31)
TWO = TITLES + (
    "A 1;Client Bun SRL;14399840;3.11.2026;3.12.2026;Ciment;10;sac;32,50;21%;\n"
    "A 1;;;;;Transport;1;;1.200,00;21;10\n"
    "A 2;;14399840;4.11.2026;;Nisip;1,5;t;120;11;\n"
)


@pytest.fixture(autouse=True)
def client_of_ours(company):
    return make_partner()


def problems(run) -> list:
    return [(row.number, row.problems) for row in ImportRow.objects.filter(run=run, outcome="wrong").order_by("number")]


def test_rows_of_one_number_become_one_draft(company, ana):
    run = tried("facturi", csv_of(TWO), ana)
    assert (run.state, run.counts, Document.objects.count()) == ("checked", {"added": 3}, 0), problems(run)
    run = confirmed(run, ana)
    assert run.state == "done"
    one, two = Document.objects.order_by("pk")
    assert (one.status, one.number, one.series.name, one.partner_name) == ("draft", None, "FCT", "Client Bun SRL")
    assert (one.issue_date, one.due_date, one.total, two.total) == (
        date(2026, 11, 3), date(2026, 12, 3), Decimal("1700.05"), Decimal("199.80"),
    )  # fmt: skip
    assert list(one.lines.values_list("position", "name", "quantity", "unit", "unit_price", "percent", "discount_percent")) == [
        (1, "Ciment", Decimal(10), "sac", Decimal("32.5"), Decimal(21), Decimal(0)),
        (2, "Transport", Decimal(1), "buc", Decimal(1200), Decimal(21), Decimal(10)),
    ]


def test_a_draft_that_came_in_is_issued_like_any_other(company, ana):
    confirmed(tried("facturi", csv_of(TWO), ana), ana)
    issued = issue(Document.objects.earliest("pk"), by=ana)
    assert (issued.label, issued.total, issued.vat_groups.get().vat) == ("FCT 0001", Decimal("1700.05"), Decimal("295.05"))


def test_undo_leaves_nothing_of_the_drafts(company, ana):
    run = undone(confirmed(tried("facturi", csv_of(TWO), ana), ana), ana)
    counts = [model.objects.count() for model in (Document, DocumentLine, VatBreakdown)]
    assert (run.state, counts) == ("undone", [0, 0, 0])


def test_undo_is_refused_once_a_draft_was_issued_or_changed(company, ana):
    run = confirmed(tried("facturi", csv_of(TWO), ana), ana)
    issue(Document.objects.earliest("pk"), by=ana)
    run = undone(run, ana)
    assert (run.state, run.problem) == ("done", "Importul nu se mai poate anula: FCT 0001 este emis deja.")
    Document.objects.filter(status="draft").update(draft_version=1)
    assert undone(run, ana).problem == (
        "Importul nu se mai poate anula: FCT 0001 este emis deja. Ciorna pentru Client Bun SRL a fost modificată după import."
    )
    assert Document.objects.count() == 2


def test_a_draft_thrown_away_by_hand_does_not_stand_in_the_way(company, ana):
    run = confirmed(tried("facturi", csv_of(TWO), ana), ana)
    Document.objects.earliest("pk").delete()
    assert (undone(run, ana).state, Document.objects.count()) == ("undone", 0)


def test_the_same_documents_again_are_not_brought_twice(company, ana):
    confirmed(tried("facturi", csv_of(TWO), ana), ana)
    issue(Document.objects.earliest("pk"), by=ana)
    more = TWO + "A 3;;14399840;4.11.2026;;Var;1;;10;;\n"
    run = tried("facturi", csv_of(more), ana)
    assert run.counts == {"same": 3, "added": 1}
    said = run.rows.order_by("number").values_list("problems", flat=True)
    assert list(said) == [
        [["Document", "A fost adus deja: FCT 0001."]],
        [],
        [["Document", "A fost adus deja: ciorna pentru Client Bun SRL."]],
        [],
    ]
    confirmed(run, ana)
    assert Document.objects.count() == 3


def test_without_numbers_a_client_and_a_day_make_a_document(company, ana):
    make_partner("Alt SRL", "27193515")
    text = "Client;Data;Produs;Pret\n" + "".join(
        f"{client};{day};L;1\n" for client, day in [("Client Bun SRL", "1.11.2026"), ("Alt SRL", "1.11.2026"), ("Client Bun SRL", "1.11.2026"), ("Client Bun SRL", "2.11.2026")]
    )  # fmt: skip
    confirmed(tried("proforme", csv_of(text), ana), ana)
    found = [(document.kind, document.partner_name, document.lines.count()) for document in Document.objects.order_by("pk")]
    assert found == [("proforma", "Client Bun SRL", 2), ("proforma", "Alt SRL", 1), ("proforma", "Client Bun SRL", 1)]


def test_merged_cells_go_on_with_the_document_above(company, ana):
    content = xlsx_of(
        ["Client", "Data", "Produs", "Pret"], ["Client Bun SRL", date(2026, 11, 1), "A", 1], [None, None, "B", 2], [None, None, "C", 3]
    )
    confirmed(tried("facturi", content, ana), ana)
    assert Document.objects.get().lines.count() == 3


def test_a_product_brings_its_unit_price_and_vat(company, ana):
    make_product(name="Scândură", code="S1", price="80", slug="s11")
    confirmed(tried("facturi", csv_of("Client;Cod produs;Cantitate\nClient Bun SRL;S1;2\n"), ana), ana)
    line = DocumentLine.objects.get()
    assert (line.name, line.unit_price, line.percent, line.product.code) == ("Scândură", Decimal(80), Decimal(11), "S1")


def test_prices_with_vat_make_a_document_with_vat_in_its_prices(company, ana):
    confirmed(tried("facturi", csv_of("Client;Produs;Pret cu TVA\nClient Bun SRL;A;121\n"), ana), ana)
    document = Document.objects.get()
    assert (document.prices_include_vat, document.total, document.vat) == (True, Decimal(121), Decimal(21))


def test_foreign_documents_take_their_rates_in_one_query(company, ana, django_assert_max_num_queries):
    store_rates(
        [RateRow(day, "EUR", rate, 1) for day, rate in ((date(2026, 11, 2), Decimal("5.08")), (date(2026, 11, 3), Decimal("5.09")))]
    )
    text = "Numar;Client;Data;Moneda;Curs;Produs;Pret\n" + "".join(
        f"{n};Client Bun SRL;{day}.11.2026;EUR;{rate};A;100\n" for n, (day, rate) in enumerate([(3, ""), (4, ""), (4, "5,2")] * 20)
    )
    run = actions.start_import(actions.KINDS["facturi"], name="a.csv", content=csv_of(text), by=ana, series=series_of("facturi"))
    actions.ask_trial(run, run.columns, by=ana)
    with django_assert_max_num_queries(24):
        actions.work(run.pk)
    confirmed(actions.Import.objects.get(), ana)
    assert list(Document.objects.order_by("pk").values_list("exchange_rate", "rate_source", "total_ron"))[:3] == [
        (Decimal("5.08"), "BNR", Decimal("614.68")), (Decimal("5.09"), "BNR", Decimal("615.89")), (Decimal("5.2"), "manual", Decimal("629.20")),
    ]  # fmt: skip


def test_what_cannot_be_a_document_says_where_and_why(company, ana):
    text = TITLES + (
        "1;Necunoscut SRL;;1.11.2026;;A;1;;1;;\n"
        "2;Client Bun SRL;;1.11.2026;1.10.2026;A;0;;1;;\n"
        "3;Client Bun SRL;;1.11.2026;;A;1;butoaie;x;19;120\n"
        "3;Client Bun SRL;;2.11.2026;;;1;;-1;;\n"
        "4;Client Bun SRL;;ieri;;Fără preț;;;;;\n"
        "5;Client Bun SRL;;;;;;;;;\n"
    )
    assert problems(tried("facturi", csv_of(text), ana)) == [
        (2, [["Client", "„Necunoscut SRL” nu este în nomenclator. Importați întâi clienții."]]),
        (3, [["Scadența", "Scadența este înaintea datei documentului."], ["Cantitate", "Cantitatea nu poate fi zero."]]),
        (4, [
            ["U.M.", "Nu cunoaștem unitatea „butoaie”. Scrieți, de exemplu, buc, kg sau oră."],
            ["Discount (%)", "„120” nu este un procent între 0 și 100."],
            ["TVA", "Cota de 19% nu se mai poate folosi la 01.11.2026."],
            ["Preț fără TVA", "„x” nu este un număr."],
        ]),
        (5, [
            ["Data documentului", "Este același document ca pe rândul 4, dar acolo scrie „1.11.2026”."],
            ["Preț fără TVA", "Prețul nu poate fi negativ; pentru o scădere scrieți cantitatea cu minus."],
        ]),
        (6, [["Data documentului", "„ieri” nu este o dată. Scrieți, de exemplu, 22.11.2026."]]),
        (7, [["Denumire linie", "Documentul nu are nicio linie: scrieți denumirea și prețul."]]),
    ]  # fmt: skip


def test_a_series_that_is_closed_meanwhile_stops_the_writing_in_words(company, ana):
    run = tried("facturi", csv_of(TWO), ana)
    actions.confirm(run, by=ana)
    Series.objects.update(active=False)
    actions.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem.startswith("Seria aleasă nu mai este activă."), run.confirmed_at) == ("checked", True, None)


def test_a_series_is_asked_for(company, ana):
    with pytest.raises(Refused, match="import_series_missing"):
        actions.start_import(actions.KINDS["facturi"], name="a.csv", content=csv_of(TWO), by=ana)


def test_a_draft_that_came_in_says_so_in_its_history(company, ana):
    confirmed(tried("facturi", csv_of(TWO), ana), ana)
    event = Event.objects.about(Document.objects.earliest("pk")).get()
    assert (event.verb, event.data) == ("draft_imported", {"file": "fișier.csv"})


FORMER = "Serie;Numar;Client;Data;Scadenta;Produs;Cantitate;Pret;TVA;Rest\n"


def test_invoices_of_the_former_program_keep_their_number_and_old_rates(company, ana):
    text = FORMER + (
        "VCH;7;Client Bun SRL;3.11.2024;3.12.2024;A;2;100;19;150\n"
        "VCH;7;;;;B;1;50;9;\n"
        "VCH;8;Client Bun SRL;5.11.2025;;A;1;10;21;\n"
        "VCH;9;Client Bun SRL;6.11.2025;;A;1;10;21;0\n"
    )
    run = tried("facturi-vechi", csv_of(text), ana, on=LAST_DAY)
    assert (run.counts, problems(run)) == ({"added": 3, "same": 1}, [])
    confirmed(run, ana)
    assert list(Document.objects.order_by("pk").values_list("label", "total", "opening__whole", "issue_date", "due_date", "kind")) == [
        ("VCH 7", Decimal(150), Decimal("292.50"), LAST_DAY, date(2024, 12, 3), "opening"),
        ("VCH 8", Decimal("12.10"), Decimal("12.10"), LAST_DAY, date(2025, 11, 5), "opening"),
    ]


@pytest.mark.parametrize(("vat", "whole"), [("21%", "121.00"), ("0,21", "121.00"), ("scutit", "100.00"), ("Taxare inversă", "100.00")])
def test_the_vat_of_a_former_invoice_is_what_the_file_says(company, ana, vat, whole):
    run = tried("facturi-vechi", csv_of(FORMER + f"V;1;Client Bun SRL;1.1.2025;;A;1;100;{vat};\n"), ana, on=LAST_DAY)
    assert (run.rows.get().after["whole"], problems(run)) == (whole, [])


def test_undo_of_former_invoices_cancels_them_in_a_few_statements(company, ana, django_assert_max_num_queries):
    text = FORMER + "".join(f"V;{n};Client Bun SRL;3.11.2025;;A;1;10;21;\n" for n in range(60))
    run = confirmed(tried("facturi-vechi", csv_of(text), ana, on=LAST_DAY), ana)
    actions.ask_undo(run, by=ana)
    with django_assert_max_num_queries(25):
        actions.work(run.pk)
    assert (set(Document.objects.values_list("status", flat=True)), OpeningItem.objects.count()) == ({"cancelled"}, 60)
    assert Event.objects.filter(verb="cancelled").count() == 60


def test_a_former_invoice_needs_a_number_a_day_and_a_sum(company, ana):
    text = FORMER + ";;Client Bun SRL;;;A;1;10;21;\nV;1;Client Bun SRL;1.1.2025;;A;1;;21;\nV;2;Client Bun SRL;1.1.2025;;A;1;5;;\n"
    assert problems(tried("facturi-vechi", csv_of(text), ana, on=LAST_DAY)) == [
        (
            2,
            [
                ["Data documentului", "Lipsește data documentului."],
                ["Document", "Lipsește numărul documentului, cel din programul dinainte."],
            ],
        ),
        (3, [["Preț fără TVA", "Lipsește prețul."]]),
        (4, [["TVA", "Lipsește cota de TVA: scrieți-o, ori scrieți valoarea documentului."]]),
    ]

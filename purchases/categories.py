"""The categories a company begins with, and the one that a supplier's line most likely belongs to."""

from purchases.models import ExpenseCategory, ExpenseLine, Status

# Name, account of OMFP 1802/2014, percent of the VAT that is deducted
DEFAULTS = [
    ("Mărfuri", "371", 100),
    ("Materii prime și materiale", "301", 100),
    ("Materiale consumabile", "302", 100),
    ("Servicii", "628", 100),
    ("Chirii", "612", 100),
    ("Energie, apă și gaze", "605", 100),
    ("Telefon și internet", "626", 100),
    ("Combustibil", "3022", 50),
    ("Transport", "624", 100),
    ("Protocol", "623", 100),
    ("Comisioane bancare", "627", 100),
    ("Obiecte de inventar", "303", 100),
    ("Mijloace fixe", "213", 100),
    ("Nedeductibile", "6588", 0),
]


def categories() -> list[ExpenseCategory]:
    """The company's categories that are in use; made at the first look."""
    found = list(ExpenseCategory.objects.filter(active=True))
    if found or ExpenseCategory.objects.exists():
        return found
    rows = [ExpenseCategory(name=name, account=account, deductible=percent) for name, account, percent in DEFAULTS]
    ExpenseCategory.objects.bulk_create(rows, ignore_conflicts=True)
    return list(ExpenseCategory.objects.filter(active=True))


def usual_category(partner_id: int, names: list[str]) -> dict[str, ExpenseCategory | None]:
    """For each name of a line, the category that this supplier's last such line had; failing that, its last one of any."""
    lines = (
        ExpenseLine.objects.filter(expense__partner_id=partner_id, category__isnull=False, category__active=True)
        .exclude(expense__status=Status.CANCELLED)
        .select_related("category")
        .order_by("-expense__issue_date", "-id")[:200]
    )
    known: dict[str, ExpenseCategory] = {}
    last: ExpenseCategory | None = None
    for line in lines:
        last = last or line.category
        known.setdefault(line.name.casefold(), line.category)
    return {name: known.get(name.casefold(), last) for name in names}

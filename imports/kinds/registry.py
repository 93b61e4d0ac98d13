"""The kinds of files that can be imported, in the order of the page. A later app adds its own here."""

from django.http import Http404

from imports.kinds.balances import Balances
from imports.kinds.base import Kind
from imports.kinds.documents import Invoices, Proformas
from imports.kinds.former import FormerInvoices
from imports.kinds.partners import Clients, Suppliers
from imports.kinds.products import Products
from imports.kinds.suppliers import SupplierBalances
from imports.kinds.tills import TillBalances

ALL: tuple[type[Kind], ...] = (
    *(Clients, Suppliers, Products),
    *(Invoices, Proformas, FormerInvoices),
    *(Balances, SupplierBalances, TillBalances),
)
KINDS: dict[str, type[Kind]] = {kind.key: kind for kind in ALL}


def kind_of(key: str) -> type[Kind]:
    """The kind with this key in the address."""
    if key not in KINDS:
        raise Http404
    return KINDS[key]

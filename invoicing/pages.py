"""The pages of each kind of document: their addresses and their words. Views and templates are shared; what differs stands here."""

from dataclasses import dataclass

from invoicing.models import Kind


@dataclass(frozen=True)
class Pages:
    """One kind. `page`, `new` and the rest are URL names."""

    kind: Kind
    path: str  # first part of the addresses
    name: str  # first part of the URL names
    page: str
    one: str  # "factura"
    plural: str  # "Facturi"
    counted: str  # for the filter `plural`
    new_title: str
    new_path: str
    draft_title: str
    draft_of: str
    issue_label: str
    confirm: str
    not_numbered: str  # "are": the kind of series, as a sentence needs it
    icon: str
    empty: str
    emptiness: str

    @property
    def new(self) -> str:
        return f"invoicing:{self.name}_new"

    @property
    def edit(self) -> str:
        return f"invoicing:{self.name}_edit"

    @property
    def preview(self) -> str:
        return f"invoicing:{self.name}_preview"

    @property
    def issue(self) -> str:
        return f"invoicing:{self.name}_issue"

    @property
    def list(self) -> str:
        return f"invoicing:{self.name}_list"

    @property
    def totals(self) -> str:
        return f"invoicing:{self.name}_totals"

    @property
    def export(self) -> str:
        return f"invoicing:{self.name}_export"


PAGES = {
    Kind.INVOICE: Pages(
        kind=Kind.INVOICE,
        path="facturi",
        name="invoice",
        page="invoicing:document",
        one="factura",
        plural="Facturi",
        counted="factură,facturi",
        new_title="Factură nouă",
        new_path="noua",
        draft_title="Factură, ciornă",
        draft_of="Ciornă de factură",
        issue_label="Emite factura",
        confirm="Emiteți factura? Primește număr și nu se mai poate șterge.",
        not_numbered="de facturi",
        icon="invoice",
        empty="Nicio factură încă",
        emptiness="Prima factură se scrie în câteva minute: alegeți clientul, adăugați ce ați vândut, emiteți.",
    ),
    Kind.PROFORMA: Pages(
        kind=Kind.PROFORMA,
        path="proforme",
        name="proforma",
        page="invoicing:proforma",
        one="proforma",
        plural="Proforme",
        counted="proformă,proforme",
        new_title="Proformă nouă",
        new_path="noua",
        draft_title="Proformă, ciornă",
        draft_of="Ciornă de proformă",
        issue_label="Emite proforma",
        confirm="Emiteți proforma? Primește număr și nu se mai poate șterge.",
        not_numbered="de proforme",
        icon="proforma",
        empty="Nicio proformă încă",
        emptiness="O proformă spune clientului cât are de plătit, fără să fie document fiscal. După plată, se facturează dintr-un clic.",
    ),
    Kind.DELIVERY_NOTE: Pages(
        kind=Kind.DELIVERY_NOTE,
        path="avize",
        name="delivery",
        page="invoicing:delivery",
        one="avizul",
        plural="Avize",
        counted="aviz,avize",
        new_title="Aviz nou",
        new_path="nou",
        draft_title="Aviz, ciornă",
        draft_of="Ciornă de aviz",
        issue_label="Emite avizul",
        confirm="Emiteți avizul? Primește număr și nu se mai poate șterge.",
        not_numbered="de avize",
        icon="truck",
        empty="Niciun aviz încă",
        emptiness="Avizul însoțește marfa când factura se face mai târziu. Mai multe avize ale unui client se pun pe o singură factură.",
    ),
    Kind.SELF_BILLED: Pages(
        kind=Kind.SELF_BILLED,
        path="autofacturi",
        name="self_billed",
        page="invoicing:self_billed",
        one="autofactura",
        plural="Autofacturi",
        counted="autofactură,autofacturi",
        new_title="Autofactură nouă",
        new_path="noua",
        draft_title="Autofactură, ciornă",
        draft_of="Ciornă de autofactură",
        issue_label="Emite autofactura",
        confirm="Emiteți autofactura? Primește număr și nu se mai poate șterge.",
        not_numbered="de autofacturi",
        icon="invoice",
        empty="Nicio autofactură încă",
        emptiness="Autofactura o emiteți dumneavoastră în numele furnizorului, după un acord scris cu el.",
    ),
}


def pages_of(kind: str) -> Pages:
    """The pages of a kind; one without pages of its own is shown on those of invoices."""
    return PAGES.get(Kind(kind), PAGES[Kind.INVOICE])

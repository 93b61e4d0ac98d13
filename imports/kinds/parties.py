"""The client or supplier that a row names: by CIF, else by exact name."""

from dataclasses import dataclass

from imports.kinds.base import Reader
from lib.cif import identity
from lib.columns import Field
from partners.models import Partner

CLIENT_FIELDS = (
    Field(
        "partner",
        "Client",
        "Denumire client, Nume client, Denumire, Nume, Partener, Denumire partener, Customer, Firma",
        example="Exemplu Construct SRL",
    ),
    Field(
        "cif", "CIF / CNP client", "CIF, CUI, Cod fiscal, Cod_fiscal, CNP, CIF client, CUI client, CIF/CUI, CIF / CNP", example="RO14399840"
    ),
)
SUPPLIER_FIELDS = (
    Field(
        "partner",
        "Furnizor",
        "Denumire furnizor, Nume furnizor, Denumire, Nume, Partener, Denumire partener, Supplier, Firma",
        example="Exemplu Construct SRL",
    ),
    Field("cif", "CIF / CNP furnizor", "CIF, CUI, Cod fiscal, Cod_fiscal, CIF furnizor, CUI furnizor, CIF/CUI", example="RO14399840"),
)


@dataclass(frozen=True)
class Words:
    """How sentences call them."""

    one: str  # "clientul"
    several: str  # "clienții"


CLIENT, SUPPLIER = Words("clientul", "clienții"), Words("furnizorul", "furnizorii")


class KnownParties:
    """The partners that the rows of a file may mean, read in two queries."""

    def __init__(self, readers: list[Reader], words: Words) -> None:
        self.words = words
        codes = {identity(reader.text("cif", 30)) for reader in readers if reader.has("cif")} - {""}
        names = {reader.text("partner", 200) for reader in readers if reader.has("partner")}
        self.by_identity = {partner.identity: partner for partner in Partner.objects.filter(identity__in=codes)}
        self.by_name: dict[str, list[Partner]] = {}
        for partner in Partner.objects.filter(name__in=names).order_by("pk"):
            self.by_name.setdefault(partner.name, []).append(partner)

    def of(self, reader: Reader) -> Partner | None:
        """The partner, or None with the problem written down."""
        code, name = identity(reader.text("cif", 30)), reader.text("partner", 200)
        found = self.by_identity.get(code) if code else None
        if code and found is None:
            reader.wrong("cif", f"Niciun partener nu are codul {reader.text('cif', 30)}. Importați întâi {self.words.several}.")
        elif not code and not name:
            reader.wrong("partner", f"Lipsește {self.words.one}: scrieți denumirea sau CIF-ul.")
        elif not code:
            named = self.by_name.get(name, [])
            if not named:
                reader.wrong("partner", f"„{name}” nu este în nomenclator. Importați întâi {self.words.several}.")
            elif len(named) > 1:
                reader.wrong("partner", f"Sunt {len(named)} parteneri cu numele „{name}”. Scrieți și CIF-ul.")
            else:
                found = named[0]
        return found

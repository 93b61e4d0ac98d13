"""Random damage to UBL documents, for comparing our engine with the official rules. The same seed damages alike."""

import copy
import random
from collections.abc import Callable

from lxml import etree

from efactura.ubl.codes import ORDERED
from efactura.ubl.schema import SEQUENCES, SHOWN, TAGS, VALUES

CLARK = {name: tag for tag, name in TAGS.items()}
NUMBERS = [
    *["0", "0.00", "-1", "1.005", "0.5", ".5", "5.", "+7", "1e3", "NaN", "12,5", "99999999999.99", "0.001", "100", "21", "0.49", "-0.5"],
    "",
    " 12.00 ",
]
DATES = ["2026-02-30", "2026-3-2", "", "0000-01-01", "12026-01-01", "2026-03-02+15:00", "-2026-03-02"]
DATES += ["2026-03-02Z", "2026-03-02+02:00", " 2026-03-02 ", "2027-01-01", "2020-01-01", "2024-02-29"]
LONG = ["a" * 21, "a" * 51, "a" * 101, "a" * 141, "a  " * 60, "ș" * 151, "b" * 201, "c" * 301]
MARKED = ["", " ", "#AAA#x", "#Q1Q#x", "#AB #x", "x#A A#", " VAT ", " S ", "Sector 3"]
TEXTS = [
    *LONG,
    *MARKED,
    *["x", "RO", "SECTOR1", "RO-B", "RO-CJ", "CJ", "VAT", "vat", "130", "50", "30", "58", "SEPA", "IT", "RON", "EUR", "O", "S", "true"],
]
CODES = ["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "X", " S ", ""]
WORDS = [*["EUR", "RON", "C62", "H87", "0088", "SEPA", "sepa", "9944", "STI", "text/csv", "ro", "ro_RO"], "", "x y", " RON "]
CURRENCIES = ["RON", "EUR", "XXX", "", "ron", " RON"]


class Damage:
    """Breaks a parsed document in place, at random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ways: list[Callable[[etree._Element], None]] = [
            *(self.change_text for _ in range(8)),
            *(self.change_number for _ in range(5)),
            *(self.delete for _ in range(4)),
            *(self.duplicate for _ in range(3)),
            *(self.insert for _ in range(9)),
            *(self.add_charges for _ in range(3)),
            *(self.change_category for _ in range(4)),
            self.swap,
            self.move,
            self.rename,
            self.change_attribute,
            self.change_attribute,
            self.break_content,
            self.another_currency,
            self.another_sign,
        ]

    def apply(self, root: etree._Element) -> None:
        for _ in range(self.random.choice((1, 1, 1, 2, 2, 3, 5))):
            self.random.choice(self.ways)(root)

    def _any(self, root: etree._Element, *, leaf: bool | None = None) -> etree._Element | None:
        found = [each for each in root.iter(etree.Element) if each is not root and (leaf is None or (len(each) == 0) is leaf)]
        return self.random.choice(found) if found else None

    def value(self, name: str) -> str:
        """A text for a value of this name: good in kind as a rule, now and then not."""
        kind = VALUES[name].type
        odd = self.random.random() < 0.06
        if odd and self.random.random() < 0.3:
            return self.random.choice(TEXTS + NUMBERS + DATES)
        if kind == "decimal":
            return self.random.choice(NUMBERS) if odd else f"{self.random.randint(-5000, 90000) / self.random.choice((1, 100, 1000))}"
        if kind == "date":
            return self.random.choice(DATES if odd else DATES[-3:])
        if kind == "time":
            return self.random.choice(["24:00:00", "25:00:00", "10:00:00.5Z", "10:00"]) if odd else "10:00:00"
        if kind == "boolean":
            return self.random.choice([" true ", "TRUE", ""] if odd else ["true", "false", "1", "0"])
        if kind == "base64":
            return self.random.choice(["QUI", "Q U J D", "QUJ=", ""] if odd else ["QUJD", "QUI="])
        if name.endswith("Code"):
            return self.random.choice(self.random.choice(list(ORDERED.values())))
        return self.random.choice(TEXTS)

    def change_text(self, root: etree._Element) -> None:
        leaf = self._any(root, leaf=True)
        name = TAGS.get(leaf.tag) if leaf is not None else None
        if name in VALUES:
            same = [each.text or "" for each in root.iter(leaf.tag)]
            free = VALUES[name].type == "string" or self.random.random() < 0.1
            texts = TEXTS if free else [self.value(name)]
            leaf.text = self.random.choice([self.value(name), self.random.choice(same), self.random.choice(texts)])

    def change_number(self, root: etree._Element) -> None:
        leaves = [each for each in root.iter(etree.Element) if TAGS.get(each.tag) in VALUES and VALUES[TAGS[each.tag]].type == "decimal"]
        leaf = self.random.choice(leaves)
        try:
            number = float(leaf.text or "0")
        except ValueError:
            return
        change = self.random.choice([0.01, -0.01, 0.5, 0.99, 1, -1, 1.01, -0.99, 0.001, 100])
        leaf.text = f"{number + change:.3f}" if abs(change) == 0.001 else f"{number + change:.2f}"

    def another_sign(self, root: etree._Element) -> None:
        for each in root.iter(etree.Element):
            if isinstance(each.tag, str) and each.tag.endswith(("Amount", "Quantity")) and each.text and self.random.random() < 0.9:
                each.text = each.text[1:] if each.text.startswith("-") else "-" + each.text

    def another_currency(self, root: etree._Element) -> None:
        new = self.random.choice(CURRENCIES)
        for each in root.iter(etree.Element):
            if "currencyID" in each.attrib and self.random.random() < 0.8:
                each.set("currencyID", new)
        for each in root.findall(CLARK["DocumentCurrencyCode"]):
            each.text = new

    def change_category(self, root: etree._Element) -> None:
        """All VAT categories of one code become another, with or without the rate and the reason it asks for."""
        new, everywhere, zero = self.random.choice(CODES), self.random.random() < 0.7, self.random.random() < 0.6
        for tax in [*root.iter(CLARK["TaxCategory"]), *root.iter(CLARK["ClassifiedTaxCategory"])]:
            if everywhere or self.random.random() < 0.4:
                self._recategorise(tax, new, zero)
        if zero and self.random.random() < 0.8:
            for each in root.iter(CLARK["TaxSubtotal"]):
                for amount in each.findall(CLARK["TaxAmount"]):
                    amount.text = "0.00"

    def _recategorise(self, tax: etree._Element, new: str, zero: bool) -> None:
        for each in tax.findall(CLARK["ID"]):
            each.text = new if self.random.random() < 0.95 else self.random.choice(CODES)
        for each in tax.findall(CLARK["Percent"]):
            if zero:
                each.text = "0.00"
            if new == "O" and self.random.random() < 0.8:
                tax.remove(each)
        if self.random.random() < 0.5 and tax.tag == CLARK["TaxCategory"]:
            self._put(tax, "TaxCategory", "TaxExemptionReasonCode", "VATEX-EU-" + new)

    def delete(self, root: etree._Element) -> None:
        each = self._any(root)
        if each is not None and self.random.random() < 0.8:
            each.getparent().remove(each)

    def duplicate(self, root: etree._Element) -> None:
        each = self._any(root, leaf=self.random.choice((None, False)))
        if each is not None:
            each.addnext(copy.deepcopy(each))

    def swap(self, root: etree._Element) -> None:
        each = self._any(root)
        if each is not None and each.getnext() is not None:
            each.getnext().addnext(each)

    def move(self, root: etree._Element) -> None:
        each, other = self._any(root), self._any(root, leaf=False)
        if each is not None and other is not None and other is not each and each not in list(other.iterancestors()):
            other.append(each)

    def rename(self, root: etree._Element) -> None:
        each = self._any(root)
        if each is not None:
            each.tag = CLARK[self.random.choice(list(CLARK))]

    def change_attribute(self, root: etree._Element) -> None:
        everywhere = self.random.random() < 0.3
        each = self.random.choice([each for each in root.iter(etree.Element) if each.attrib or everywhere] or [root])
        kind = VALUES.get(TAGS.get(each.tag, ""))
        names = [*each.attrib, *(kind.attributes if kind else ()), "unknown"]
        name = self.random.choice(names)
        if name in each.attrib and self.random.random() < 0.4:
            del each.attrib[name]
        else:
            each.set(name, self.random.choice(WORDS))

    def break_content(self, root: etree._Element) -> None:
        each = self._any(root)
        if each is not None:
            self.random.choice(
                [
                    lambda: each.insert(0, etree.Comment("comment")),
                    lambda: each.append(etree.ProcessingInstruction("pi", "x")),
                    lambda: each.append(etree.Element(CLARK["ID"])),
                    lambda: each.append(etree.Element("{urn:foreign}FooAmount")),
                    lambda: each.append(etree.Element("ID")),
                    lambda: setattr(each, "tag", etree.QName(each).localname),
                    lambda: setattr(each, "tail", self.random.choice(["text", "\u00a0", "\n"])),
                    lambda: each.set("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "a b"),
                ]
            )()

    def insert(self, root: etree._Element) -> None:
        """An element that the schema allows, at its place, with content."""
        parents = [each for each in root.iter(etree.Element) if TAGS.get(each.tag) in SEQUENCES]
        favoured = [each for each in parents if TAGS[each.tag] in FAVOURED]
        parent = self.random.choice(favoured if favoured and self.random.random() < 0.75 else parents)
        name = TAGS[parent.tag]
        liked = [child for child in SEQUENCES[name].names if child in FAVOURED.get(name, ())]
        child = self.random.choice(liked if liked and self.random.random() < 0.8 else SEQUENCES[name].names)
        self._put(parent, name, child)

    def add_charges(self, root: etree._Element) -> None:
        """Allowances and charges of some category, with the lines turned to that category or not."""
        if self.random.random() < 0.6:
            self.change_category(root)
        used = [each.text for tax in root.iter(CLARK["ClassifiedTaxCategory"]) for each in tax.findall(CLARK["ID"])]
        self._put(root, etree.QName(root).localname, "AllowanceCharge")
        for charge in root.findall(CLARK["AllowanceCharge"]):
            for tax in charge.findall(CLARK["TaxCategory"]):
                for each in tax.findall(CLARK["ID"]):
                    each.text = self.random.choice([*used, *CODES])
        if self.random.random() < 0.3:
            for party in root.iter(CLARK["Party"]):
                for scheme in party.findall(CLARK["PartyTaxScheme"]):
                    party.remove(scheme)

    def _put(self, parent: etree._Element, name: str, child: str, text: str | None = None) -> None:
        sequence = SEQUENCES[name]
        place = sequence.places[child]
        if child in parent and child not in sequence.repeats:
            return
        made = self._make(child, 0)
        if text is not None:
            made.text = text
        before = [each for each in parent if sequence.places.get(TAGS.get(each.tag, ""), 999) <= place]
        parent.insert(parent.index(before[-1]) + 1 if before else 0, made)

    def _make(self, name: str, depth: int) -> etree._Element:
        made = etree.Element(CLARK[name]) if name in CLARK else etree.Element("{urn:foreign}x")
        if name == "ExtensionContent":
            made.append(self._make(self.random.choice(["foreign", "ID", "Party", "TaxTotal", "Amount"]), depth + 1))
        elif name in VALUES:
            made.text = self.value(name)
            for attribute in VALUES[name].attributes:
                if attribute in VALUES[name].required or self.random.random() < 0.15:
                    made.set(attribute, self.random.choice(ATTRIBUTES.get(attribute, LONG)))
        elif name in SEQUENCES:
            sequence = SEQUENCES[name]
            for place, child in enumerate(sequence.names):
                likely = 0.7 if child in FAVOURED.get(name, ()) else 0.01
                if sequence.required[place] == place or (depth < 4 and self.random.random() < likely):
                    made.append(self._make(child, depth + 1))
                    if (name, child) in LIKELY and self.random.random() < 0.8:
                        made[-1].text = self.random.choice(LIKELY[name, child])
        return made


ATTRIBUTES = {
    "languageID": ("ro",),
    "currencyID": ("RON",),
    "unitCode": ("C62", "H87"),
    "mimeCode": ("text/csv", "text/plain"),
    "schemeID": ("0088", "SEPA", "XX"),
}
LIKELY = {
    ("TaxCategory", "ID"): CODES,
    ("ClassifiedTaxCategory", "ID"): CODES,
    ("TaxScheme", "ID"): ("VAT", "VAT", "VAT", "vat", "OTHER"),
    ("AdditionalDocumentReference", "DocumentTypeCode"): ("130", "130", "50", "916"),
    ("DocumentReference", "DocumentTypeCode"): ("130",),
    ("Country", "IdentificationCode"): ("RO", "DE", "IT"),
    ("PaymentMeans", "PaymentMeansCode"): ("30", "58", "10"),
}

PARTY = ["PartyName", "PartyIdentification", "PartyTaxScheme", "PartyLegalEntity", "PostalAddress", "Contact", "EndpointID"]
ADDRESS = ["StreetName", "CityName", "CountrySubentity", "Country", "PostalZone", "AdditionalStreetName", "AddressLine"]
ROOT = [
    "PayeeParty",
    "TaxRepresentativeParty",
    "Delivery",
    "PaymentMeans",
    "PaymentTerms",
    "AllowanceCharge",
    "BillingReference",
    "InvoicePeriod",
    "TaxTotal",
    "AdditionalDocumentReference",
    "Note",
    "TaxCurrencyCode",
    "TaxPointDate",
    "DueDate",
    "OrderReference",
    "UBLExtensions",
    "ContractDocumentReference",
    "ProjectReference",
    "ReceiptDocumentReference",
    "DespatchDocumentReference",
    "InvoiceLine",
    "CreditNoteLine",
    "AccountingCost",
    "OriginatorDocumentReference",
]
LINE = ["AllowanceCharge", "InvoicePeriod", "Note", "OrderLineReference", "DocumentReference", "AccountingCost", "TaxTotal"]
ITEM = [
    "AdditionalItemProperty",
    "StandardItemIdentification",
    "CommodityClassification",
    "OriginCountry",
    "ClassifiedTaxCategory",
    "Description",
    "Name",
]
# What is worth inserting where: the core invoice.
FAVOURED = {
    "Invoice": ROOT,
    "CreditNote": ROOT,
    "InvoiceLine": LINE,
    "CreditNoteLine": LINE,
    "Item": ITEM,
    "ClassifiedTaxCategory": ("ID", "Percent", "TaxScheme"),
    "TaxCategory": ("ID", "Percent", "TaxExemptionReason", "TaxExemptionReasonCode", "TaxScheme"),
    "TaxScheme": ("ID",),
    "TaxTotal": ("TaxSubtotal",),
    "TaxSubtotal": ("TaxableAmount", "TaxCategory"),
    "AllowanceCharge": ("TaxCategory", "AllowanceChargeReason", "AllowanceChargeReasonCode", "BaseAmount"),
    "LegalMonetaryTotal": ("AllowanceTotalAmount", "ChargeTotalAmount", "PrepaidAmount", "PayableRoundingAmount"),
    "PayeeParty": PARTY,
    "TaxRepresentativeParty": PARTY,
    "Party": PARTY,
    "PartyTaxScheme": ("CompanyID", "TaxScheme"),
    "PartyName": ("Name",),
    "PartyIdentification": ("ID",),
    "PartyLegalEntity": ("CompanyID", "RegistrationName", "CompanyLegalForm"),
    "PostalAddress": ADDRESS,
    "Address": ADDRESS,
    "Country": ("IdentificationCode",),
    "OriginCountry": ("IdentificationCode",),
    "Delivery": ("ActualDeliveryDate", "DeliveryLocation", "DeliveryParty"),
    "DeliveryLocation": ("ID", "Address"),
    "CardAccount": ("HolderName",),
    "PaymentMandate": ("ID",),
    "Contact": ("Name", "Telephone", "ElectronicMail"),
    "OrderReference": ("SalesOrderID",),
    "ExternalReference": ("URI",),
    "DeliveryParty": ("PartyName",),
    "PaymentMeans": ("PayeeFinancialAccount", "PaymentID", "PaymentDueDate", "CardAccount", "PaymentMandate"),
    "PayeeFinancialAccount": ("ID", "Name"),
    "PaymentTerms": ("Note",),
    "BillingReference": ("InvoiceDocumentReference",),
    "InvoiceDocumentReference": ("IssueDate",),
    "AdditionalDocumentReference": ("DocumentTypeCode", "DocumentDescription", "Attachment"),
    "DocumentReference": ("DocumentTypeCode",),
    "Attachment": ("EmbeddedDocumentBinaryObject", "ExternalReference"),
    "InvoicePeriod": ("StartDate", "EndDate", "DescriptionCode"),
    "StandardItemIdentification": ("ID",),
    "CommodityClassification": ("ItemClassificationCode",),
    "Price": ("AllowanceCharge", "BaseQuantity"),
    "UBLExtensions": ("UBLExtension",),
    "UBLExtension": ("ExtensionContent",),
}
assert all(name in SHOWN for name in FAVOURED)

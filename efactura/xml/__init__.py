"""The XML of an invoice (UBL 2.1, CIUS-RO 1.0.1) out of the snapshots that it keeps: docs/decisions/051-xml-of-an-invoice.md."""

from efactura.xml.document import render, tax_point

__all__ = ["render", "tax_point"]

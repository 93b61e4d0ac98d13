"""What ANAF would say of a UBL invoice: our own engine for the schema, EN 16931 and RO_CIUS (docs/decisions/050-own-ubl-rules.md)."""

from efactura.ubl.engine import Finding, validate

__all__ = ["Finding", "validate"]

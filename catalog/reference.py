"""Reference rows that the product brings: VAT treatments as dated data and units of measure.

Source of the rates: Cod fiscal art. 291, Legea 141/2025, Legea 161/2026; of the mentions: art. 292, 294, 310-312, 319 (20), 331;
of the codes: EN 16931 code lists VATEX and UN/ECE Rec. 20. Loaded by a migration; a change of law is a new row, never a changed one.
"""

from datetime import date
from decimal import Decimal

# slug, name, category, percent, starts, ends
RATES = [
    ("s21", "21%", "S", 21, date(2025, 8, 1), None),
    ("s11", "11%", "S", 11, date(2025, 8, 1), None),
    ("s9-locuinte", "9% locuințe", "S", 9, date(2025, 8, 1), date(2026, 9, 30)),
    ("s19", "19%", "S", 19, date(2017, 1, 1), date(2025, 7, 31)),
    ("s9", "9%", "S", 9, date(2010, 7, 1), date(2025, 7, 31)),
    ("s5", "5%", "S", 5, date(2010, 7, 1), date(2025, 7, 31)),
    ("s20", "20%", "S", 20, date(2016, 1, 1), date(2016, 12, 31)),
    ("s24", "24%", "S", 24, date(2010, 7, 1), date(2015, 12, 31)),
]

_REVERSE_EN = "Reverse charge"
LAPSE = date(2026, 12, 31)  # art. 331 (6)

# Letter of art. 292 (1), what it exempts, the letter of art. 132 (1) of the directive, which is that of VATEX-EU-132-1.
LETTERS_292_1 = [
    ("a", "spitale, îngrijiri medicale", "B"),
    ("b", "stomatologi, tehnicieni dentari", "E"),
    ("c", "personal medical și paramedical", "C"),
    ("d", "transportul bolnavilor", "P"),
    ("e", "organe, sânge și lapte uman", "D"),
    ("f", "învățământ", "I"),
    ("g", "cămine și cantine ale școlilor", "I"),
    ("h", "meditații", "J"),
    ("i", "asistență socială", "G"),
    ("j", "protecția copiilor și a tinerilor", "H"),
    ("k", "organizații nepatrimoniale, către membri", "L"),
    ("l", "sport și educație fizică", "M"),
    ("m", "servicii culturale", "N"),
    ("n", "strângere de fonduri", "O"),
    ("o", "radio și televiziune publică", "Q"),
    ("p", "servicii poștale publice", "A"),
    ("q", "grupuri independente, către membri", "F"),
]
# Letter of art. 292 (2), what it exempts, of art. 135 (1) and 136 of the directive. ANAF's list has no code for them: the mention stands alone.
LETTERS_292_2 = [
    ("a", "servicii financiare și bancare", "art. 135 (1) (b)-(g)"),
    ("b", "asigurări", "art. 135 (1) (a)"),
    ("c", "jocuri de noroc", "art. 135 (1) (i)"),
    ("d", "timbre la valoarea nominală", "art. 135 (1) (h)"),
    ("e", "închirierea și arendarea imobilelor", "art. 135 (1) (l)"),
    ("f", "construcții vechi și terenuri", "art. 135 (1) (j), (k)"),
    ("g", "bunuri folosite la activități scutite", "art. 136"),
]
_ARTICLE_292_1 = [
    (
        f"e-292-1-{letter}",
        f"292 (1) {letter}) {what}",
        "E",
        f"VATEX-EU-132-1{code}",
        f"scutit cf. art. 292 alin. (1) lit. {letter}) CF",
        f"Exempt, art. 132 (1) ({code.lower()}) Directive 2006/112/EC",
        None,
    )
    for letter, what, code in LETTERS_292_1
]
_ARTICLE_292_2 = [
    (
        f"e-292-2-{letter}",
        f"292 (2) {letter}) {what}",
        "E",
        "",
        f"scutit cf. art. 292 alin. (2) lit. {letter}) CF",
        f"Exempt, {directive} Directive 2006/112/EC",
        None,
    )
    for letter, what, directive in LETTERS_292_2
]

# slug, name, category, VATEX, mention, mention in English, ends
TREATMENTS = [
    ("ae-deseuri", "taxare inversă: deșeuri", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, None),
    ("ae-lemn", "taxare inversă: masă lemnoasă", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, None),
    ("ae-cereale", "taxare inversă: cereale și plante tehnice", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, LAPSE),
    ("ae-certificate-emisii", "taxare inversă: certificate de emisii", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, LAPSE),
    ("ae-energie", "taxare inversă: energie electrică", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, LAPSE),
    ("ae-certificate-verzi", "taxare inversă: certificate verzi", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, LAPSE),
    ("ae-cladiri", "taxare inversă: clădiri și terenuri", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, None),
    ("ae-aur", "taxare inversă: aur de investiții", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, None),
    ("ae-telefoane", "taxare inversă: telefoane mobile", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, LAPSE),
    ("ae-circuite", "taxare inversă: circuite integrate", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, LAPSE),
    ("ae-laptopuri", "taxare inversă: console, tablete, laptopuri", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, LAPSE),
    ("ae-gaze", "taxare inversă: gaze naturale", "AE", "VATEX-EU-AE", "taxare inversă", _REVERSE_EN, LAPSE),
    (
        "ae-servicii-ue",
        "servicii către firme din UE",
        "AE",
        "VATEX-EU-AE",
        "taxare inversă, art. 278 alin. (2) CF",
        "Reverse charge, art. 196 Directive 2006/112/EC",
        None,
    ),
    (
        "k-bunuri",
        "livrare intracomunitară de bunuri",
        "K",
        "VATEX-EU-IC",
        "scutit cf. art. 294 alin. (2) lit. a) CF",
        "Intra-Community supply, exempt, art. 138 Directive 2006/112/EC",
        None,
    ),
    (
        "g-export",
        "export de bunuri",
        "G",
        "VATEX-EU-G",
        "scutit cu drept de deducere, art. 294 alin. (1) lit. a) CF",
        "Export, exempt, art. 146 Directive 2006/112/EC",
        None,
    ),
    (
        "g-servicii-export",
        "servicii legate de export",
        "G",
        "VATEX-EU-G",
        "scutit cu drept de deducere, art. 294 alin. (1) lit. c) CF",
        "Services linked to export, exempt",
        None,
    ),
    (
        "e-292-1",
        "scutit fără drept de deducere, art. 292 (1)",
        "E",
        "VATEX-EU-132",
        "scutit cf. art. 292 alin. (1) CF",
        "Exempt, art. 132 Directive 2006/112/EC",
        None,
    ),
    (
        "e-292-2",
        "scutit fără drept de deducere, art. 292 (2)",
        "E",
        "",
        "scutit cf. art. 292 alin. (2) CF",
        "Exempt, art. 135 Directive 2006/112/EC",
        None,
    ),
    *_ARTICLE_292_1,
    *_ARTICLE_292_2,
    (
        "k-transfer",
        "transfer propriu în alt stat membru",
        "K",
        "VATEX-EU-IC",
        "scutit cf. art. 294 alin. (2) lit. d) CF",
        "Transfer of own goods, exempt, art. 138 (2) c Directive 2006/112/EC",
        None,
    ),
    (
        "g-export-cumparator",
        "export făcut de cumpărătorul străin",
        "G",
        "VATEX-EU-G",
        "scutit cu drept de deducere, art. 294 alin. (1) lit. b) CF",
        "Export by the buyer, exempt, art. 146 Directive 2006/112/EC",
        None,
    ),
    (
        "e-diplomati",
        "misiuni diplomatice, organizații internaționale",
        "E",
        "VATEX-EU-151",
        "scutit cu drept de deducere, art. 294 alin. (1) lit. j)-m) CF",
        "Exempt, art. 151 Directive 2006/112/EC",
        None,
    ),
    (
        "e-transport-international",
        "transport internațional de persoane",
        "E",
        "",
        "scutit cu drept de deducere, art. 294 alin. (1) lit. g) CF",
        "International passenger transport, exempt",
        None,
    ),
    (
        "e-marja-turism",
        "regimul marjei: agenții de turism",
        "E",
        "VATEX-EU-309",
        "regimul marjei - agenții de turism",
        "Margin scheme - Travel agents",
        None,
    ),
    (
        "e-marja-second-hand",
        "regimul marjei: bunuri second-hand",
        "E",
        "VATEX-EU-F",
        "regimul marjei - bunuri second-hand",
        "Margin scheme - Second-hand goods",
        None,
    ),
    (
        "e-marja-arta",
        "regimul marjei: opere de artă",
        "E",
        "VATEX-EU-I",
        "regimul marjei - opere de artă",
        "Margin scheme - Works of art",
        None,
    ),
    (
        "e-marja-colectie",
        "regimul marjei: colecții și antichități",
        "E",
        "VATEX-EU-J",
        "regimul marjei - obiecte de colecție și antichități",
        "Margin scheme - Collector's items and antiques",
        None,
    ),
    (
        "o-servicii-non-ue",
        "servicii către firme din afara UE",
        "O",
        "VATEX-EU-O",
        "neimpozabil în România, art. 278 alin. (2) CF",
        "Outside the scope of Romanian VAT",
        None,
    ),
    (
        "o-in-afara",
        "în afara bazei de impozitare (penalități, ambalaje)",
        "O",
        "VATEX-EU-O",
        "nu se cuprinde în baza de impozitare, art. 286 alin. (4) CF",
        "Outside the taxable amount",
        None,
    ),
]
NON_PAYER = (
    "o-neplatitor",
    "neplătitor de TVA",
    "O",
    "VATEX-EU-O",
    "scutit de TVA, art. 310 din Legea 227/2015",
    "Not registered for VAT (small enterprise)",
    None,
)

# name, UN/ECE code, English
UNITS = [
    ("buc", "H87", "pcs"),
    ("oră", "HUR", "hour"),
    ("zi", "DAY", "day"),
    ("lună", "MON", "month"),
    ("an", "ANN", "year"),
    ("săptămână", "WEE", "week"),
    ("minut", "MIN", "minute"),
    ("kg", "KGM", "kg"),
    ("g", "GRM", "g"),
    ("t", "TNE", "t"),
    ("m", "MTR", "m"),
    ("cm", "CMT", "cm"),
    ("mm", "MMT", "mm"),
    ("km", "KMT", "km"),
    ("mp", "MTK", "m²"),
    ("mc", "MTQ", "m³"),
    ("l", "LTR", "l"),
    ("ml", "MLT", "ml"),
    ("hl", "HLT", "hl"),
    ("kWh", "KWH", "kWh"),
    ("MWh", "MWH", "MWh"),
    ("set", "SET", "set"),
    ("pereche", "PR", "pair"),
    ("cutie", "XBX", "box"),
    ("pachet", "XPK", "pack"),
    ("palet", "XPX", "pallet"),
    ("sac", "XBG", "bag"),
    ("bax", "XCS", "case"),
    ("sticlă", "XBO", "bottle"),
    ("rolă", "XRO", "roll"),
    ("tub", "XTU", "tube"),
    ("foaie", "XST", "sheet"),
    ("top", "RM", "ream"),
    ("duzină", "DZN", "dozen"),
    ("sută", "CEN", "hundred"),
    ("mie", "MIL", "thousand"),
    ("serviciu", "E48", "service"),
    ("porție", "PTN", "portion"),
    ("persoană", "IE", "person"),
    ("activitate", "ACT", "activity"),
    ("lot", "C62", "lot"),
    ("GB", "E34", "GB"),
    ("om-zi", "DAY", "person-day"),
]


def vat_rates() -> list[dict[str, object]]:
    """Rows of `catalog_vatrate`, in the order in which a list offers them."""
    rows: list[dict[str, object]] = []
    for slug, name, category, percent, starts, ends in RATES:
        rows.append(
            {
                "slug": slug,
                "name": name,
                "category": category,
                "percent": Decimal(percent),
                "starts_on": starts,
                "ends_on": ends,
                "on_collection": True,
            }
        )
    for slug, name, category, code, mention, mention_en, ends in [*TREATMENTS, NON_PAYER]:
        rows.append(
            {
                "slug": slug,
                "name": name,
                "category": category,
                "percent": Decimal(0),
                "exemption_code": code,
                "mention": mention,
                "mention_en": mention_en,
                "ends_on": ends,
            }
        )
    rows[-1] |= {"for_payer": False, "for_non_payer": True}
    return [row | {"position": position} for position, row in enumerate(rows)]

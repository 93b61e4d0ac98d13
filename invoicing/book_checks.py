"""What is proved of documents and payments every night: `differences()` names the rows that do not add up; there must be none.

Each statement gives (company, sentence). The database refuses what would lead there; this finds what went around it.
"""

from collections.abc import Iterator

from django.db import connection

PROOFS = [
    # An issued document is its lines and its VAT breakdown.
    """
    SELECT d.company_id, format('document %s (%s): net %s, VAT %s, in lei %s + %s; its VAT breakdown %s, %s, %s + %s; its lines %s of %s',
        d.id, d.label, d.net, d.vat, d.net_ron, d.vat_ron, g.taxable, g.vat, g.taxable_ron, g.vat_ron, l.net, d.lines_net)
    FROM invoicing_document d
    JOIN (SELECT document_id, sum(taxable) AS taxable, sum(vat) AS vat, sum(taxable_ron) AS taxable_ron, sum(vat_ron) AS vat_ron
          FROM invoicing_vatbreakdown GROUP BY document_id) g ON g.document_id = d.id
    JOIN (SELECT document_id, sum(net) AS net FROM invoicing_documentline GROUP BY document_id) l ON l.document_id = d.id
    WHERE d.status <> 'draft' AND d.kind <> 'opening'
      AND (d.net, d.vat, d.net_ron, d.vat_ron, d.lines_net) IS DISTINCT FROM (g.taxable, g.vat, g.taxable_ron, g.vat_ron, l.net)
    """,
    # What is paid of a document, from the live payments; never beyond its total.
    """
    SELECT d.company_id, format('document %s (%s) of %s %s says paid %s, its payments say %s',
        d.id, d.label, d.total, d.currency, d.paid, coalesce(a.paid, 0))
    FROM invoicing_document d LEFT JOIN (
        SELECT a.document_id, sum(a.amount) AS paid FROM invoicing_paymentallocation a
        JOIN invoicing_payment p ON p.id = a.payment_id AND p.cancelled_at IS NULL GROUP BY a.document_id) a ON a.document_id = d.id
    WHERE d.paid <> coalesce(a.paid, 0) OR abs(d.paid) > abs(d.total)
    """,
    # A payment is what it covered and what became credit.
    """
    SELECT p.company_id, format('payment %s of %s %s: %s of credit and %s for documents',
        p.id, p.amount, p.currency, p.credit, coalesce(a.received, 0))
    FROM invoicing_payment p LEFT JOIN (
        SELECT payment_id, sum(received) AS received FROM invoicing_paymentallocation GROUP BY payment_id) a ON a.payment_id = p.id
    WHERE p.amount <> p.credit + coalesce(a.received, 0)
    """,
    # The client's balance: openings and documents less payments is what is left of the documents less the credit.
    """
    SELECT company_id, format('client %s in %s: by documents and payments %s, by what is left of them and the credit %s',
                              partner_id, currency, sum(moved), sum(standing))
    FROM (
        SELECT company_id, partner_id, currency, total AS moved, total - paid AS standing FROM invoicing_document
        WHERE status = 'issued' AND kind IN ('invoice', 'opening')
        UNION ALL
        SELECT d.company_id, d.partner_id, d.currency, -a.amount, 0 FROM invoicing_paymentallocation a
        JOIN invoicing_payment p ON p.id = a.payment_id AND p.cancelled_at IS NULL JOIN invoicing_document d ON d.id = a.document_id
        WHERE d.status = 'issued' AND d.kind IN ('invoice', 'opening')
        UNION ALL
        SELECT company_id, partner_id, currency, -credit, 0 FROM invoicing_payment WHERE cancelled_at IS NULL
        UNION ALL
        SELECT company_id, partner_id, currency, 0, -amount FROM invoicing_clientcredit
    ) m GROUP BY company_id, partner_id, currency HAVING sum(moved) <> sum(standing)
    """,
    # Numbers run from the first to the last of their series, each once.
    """
    SELECT s.company_id, format('series %s (%s): numbers %s to %s are %s, the documents that bear one are %s, the last one %s',
        s.id, s.name, s.first_number, s.last_number, s.last_number - s.first_number + 1, coalesce(d.count, 0), d.last)
    FROM invoicing_series s LEFT JOIN (
        SELECT series_id, count(DISTINCT number) AS count, max(number) AS last FROM invoicing_document
        WHERE number IS NOT NULL GROUP BY series_id) d ON d.series_id = s.id
    WHERE s.last_number - s.first_number + 1 <> coalesce(d.count, 0) OR s.last_number <> coalesce(d.last, s.first_number - 1)
    """,
    # Stornos take back at most what there was.
    """
    SELECT o.company_id, format('document %s (%s) of %s is storned by %s', o.id, o.label, o.total, s.total)
    FROM invoicing_document o JOIN (
        SELECT storno_of_id, sum(total) AS total FROM invoicing_document
        WHERE status = 'issued' AND storno_of_id IS NOT NULL GROUP BY storno_of_id) s ON s.storno_of_id = o.id
    WHERE abs(s.total) > abs(o.total) OR sign(s.total) = sign(o.total)
    """,
    # What was issued was counted once, and nothing else was.
    """
    SELECT coalesce(d.company_id, q.company_id), format('document %s is %s', coalesce(d.id, q.subject_id),
        CASE WHEN q.id IS NULL THEN 'issued, and not in the ledger of the quota' ELSE 'in the ledger of the quota, and not issued' END)
    FROM (SELECT id, company_id FROM invoicing_document WHERE number IS NOT NULL) d
    FULL JOIN (SELECT id, company_id, subject_id FROM subscriptions_quotause WHERE subject = 'document') q
        ON q.subject_id = d.id AND q.company_id = d.company_id
    WHERE d.id IS NULL OR q.id IS NULL
    """,
]


def differences() -> Iterator[tuple[int, str]]:
    """(company, what does not add up and where) for every company; each proof is one statement, so both its sides are of one moment."""
    for proof in PROOFS:
        with connection.cursor() as cursor:
            cursor.execute(proof)
            yield from cursor.fetchall()

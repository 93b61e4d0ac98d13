"""What is proved of purchases every night: `differences()` names the rows that do not add up; there must be none."""

from collections.abc import Iterator

from django.db import connection

PROOFS = [
    # What is paid of a document, from the live payments; never above the total.
    """
    SELECT e.company_id, format('expense %s of %s %s says paid %s, its payments say %s',
        e.id, e.total, e.currency, e.paid, coalesce(a.paid, 0))
    FROM purchases_expense e LEFT JOIN (
        SELECT a.expense_id, sum(a.amount) AS paid FROM purchases_supplierallocation a
        JOIN purchases_supplierpayment p ON p.id = a.payment_id AND p.cancelled_at IS NULL GROUP BY a.expense_id) a ON a.expense_id = e.id
    WHERE e.paid <> coalesce(a.paid, 0) OR abs(e.paid) > abs(e.total) OR e.status = 'draft' AND e.revision > 0
    """,
    # A payment is what went ahead and what its parts took.
    """
    SELECT p.company_id, format('payment %s of %s has %s ahead and %s on expenses', p.id, p.amount, p.advance, coalesce(a.taken, 0))
    FROM purchases_supplierpayment p LEFT JOIN (
        SELECT payment_id, sum(taken) AS taken FROM purchases_supplierallocation GROUP BY payment_id) a ON a.payment_id = p.id
    WHERE p.amount <> p.advance + coalesce(a.taken, 0)
    """,
    # The advance of a supplier, from the live payments.
    """
    SELECT coalesce(s.company_id, p.company_id), format('the advance with supplier %s in %s says %s, its payments say %s',
        coalesce(s.partner_id, p.partner_id), coalesce(s.currency, p.currency), coalesce(s.amount, 0), coalesce(p.advance, 0))
    FROM purchases_supplieradvance s FULL JOIN (
        SELECT company_id, partner_id, currency, sum(advance) AS advance FROM purchases_supplierpayment
        WHERE cancelled_at IS NULL GROUP BY company_id, partner_id, currency) p USING (company_id, partner_id, currency)
    WHERE coalesce(s.amount, 0) <> coalesce(p.advance, 0)
    """,
    # The supplier's balance: openings and documents less payments is what is left of its documents less the advance.
    """
    SELECT company_id, format('supplier %s in %s: by documents and payments %s, by what is left of them %s', partner_id, currency,
                              sum(moved), sum(standing))
    FROM (
        SELECT company_id, partner_id, currency, total AS moved, total - paid AS standing FROM purchases_expense WHERE status = 'booked'
        UNION ALL
        SELECT p.company_id, p.partner_id, e.currency, -a.amount, 0 FROM purchases_supplierallocation a
        JOIN purchases_supplierpayment p ON p.id = a.payment_id AND p.cancelled_at IS NULL JOIN purchases_expense e ON e.id = a.expense_id
        UNION ALL
        SELECT company_id, partner_id, currency, -advance, 0 FROM purchases_supplierpayment WHERE cancelled_at IS NULL
        UNION ALL
        SELECT company_id, partner_id, currency, 0, -amount FROM purchases_supplieradvance
    ) m GROUP BY company_id, partner_id, currency HAVING sum(moved) <> sum(standing)
    """,
    # Each payment in cash has one line of the till, taken back when it was cancelled.
    """
    SELECT p.company_id, format('payment %s in cash of %s %s has %s in the till, %s', p.id, p.amount, p.currency, coalesce(o.amount, 0),
        CASE WHEN r.id IS NULL THEN 'not taken back' ELSE 'taken back' END)
    FROM purchases_supplierpayment p LEFT JOIN cashbook_cashoperation o ON o.id = p.cash_operation_id AND o.reverses_id IS NULL
    LEFT JOIN cashbook_till t ON t.id = o.till_id LEFT JOIN cashbook_cashoperation r ON r.reverses_id = o.id
    WHERE p.method = 'cash' AND ((-o.amount, t.currency, o.day) IS DISTINCT FROM (p.amount, p.currency, p.paid_on)
                                 OR (p.cancelled_at IS NULL) <> (r.id IS NULL))
    """,
    # The halves of a set-off with a client.
    """
    SELECT p.company_id, format('set-off %s: %s to the supplier, %s from the client', p.id, p.amount, coalesce(c.amount, 0))
    FROM purchases_supplierpayment p LEFT JOIN invoicing_payment c ON c.id = p.client_payment_id
    WHERE p.client_payment_id IS NOT NULL AND ((c.amount, c.currency, c.partner_id) IS DISTINCT FROM (p.amount, p.currency, p.partner_id)
                                               OR (c.cancelled_at IS NULL) <> (p.cancelled_at IS NULL))
    """,
    # A booked document is its VAT table.
    """
    SELECT e.company_id, format('expense %s says %s and %s, its rates %s and %s',
        e.id, e.net, e.vat, coalesce(g.net, 0), coalesce(g.vat, 0))
    FROM purchases_expense e LEFT JOIN (
        SELECT expense_id, sum(net) AS net, sum(vat) AS vat FROM purchases_expensevat GROUP BY expense_id) g ON g.expense_id = e.id
    WHERE e.status = 'booked' AND e.kind = 'expense' AND (e.net, e.vat) IS DISTINCT FROM (coalesce(g.net, 0), coalesce(g.vat, 0))
    """,
    # Rows of files of payments: paid by one live payment, or not at all.
    """
    SELECT r.company_id, format('row %s of file %s is %s, its payment is %s', r.id, r.payment_file_id, r.state,
        CASE WHEN p.id IS NULL THEN 'missing' WHEN p.cancelled_at IS NULL THEN 'live' ELSE 'cancelled' END)
    FROM purchases_filerow r LEFT JOIN purchases_supplierpayment p ON p.file_row_id = r.id
    WHERE (r.state = 'paid') <> (p.id IS NOT NULL AND p.cancelled_at IS NULL)
    """,
]


def differences() -> Iterator[tuple[int, str]]:
    """(company, what does not add up and where) for every company; in one transaction, so that all sides are of one moment."""
    for proof in PROOFS:
        with connection.cursor() as cursor:
            cursor.execute(proof)
            yield from cursor.fetchall()

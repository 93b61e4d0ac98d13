"""What is proved of bank statements every night: `differences()` names the rows that do not add up; there must be none."""

from collections.abc import Iterator

from django.db import connection

PROOFS = [
    # A movement is what its live bookings say: put aside by one alone, or booked as far as their parts go, never further.
    """
    SELECT l.company_id, format('statement line %s of %s is %s with %s booked, its live bookings say %s%s', l.id, l.amount, l.state,
        l.booked, coalesce(b.sum, 0), CASE WHEN b.aside THEN ' put aside' ELSE '' END)
    FROM bank_statementline l LEFT JOIN (
        SELECT line_id, sum(amount) AS sum, count(*) AS count,
               bool_or(payment_id IS NULL AND supplier_payment_id IS NULL AND cash_operation_id IS NULL) AS aside
        FROM bank_booking WHERE undone_at IS NULL GROUP BY line_id) b ON b.line_id = l.id
    WHERE l.booked <> coalesce(b.sum, 0) OR abs(l.booked) > abs(l.amount) OR l.booked * l.amount < 0
        OR l.state <> CASE WHEN b.aside THEN 'ignored' WHEN coalesce(b.sum, 0) = l.amount THEN 'booked' ELSE 'open' END
        OR b.aside AND (b.count > 1 OR b.sum <> l.amount)
    """,
    # A live booking has a live payment, or line of a till, of what the bank moved.
    """
    SELECT l.company_id, format('booking %s of statement line %s moved %s %s, its payment says %s %s%s', b.id, l.id, b.amount, l.currency,
        coalesce(p.amount, -s.amount, -o.amount), coalesce(p.currency, s.currency, t.currency),
        CASE WHEN coalesce(p.cancelled_at, s.cancelled_at, r.recorded_at) IS NOT NULL THEN ' and is cancelled' ELSE '' END)
    FROM bank_booking b JOIN bank_statementline l ON l.id = b.line_id
    LEFT JOIN invoicing_payment p ON p.id = b.payment_id LEFT JOIN purchases_supplierpayment s ON s.id = b.supplier_payment_id
    LEFT JOIN cashbook_cashoperation o ON o.id = b.cash_operation_id LEFT JOIN cashbook_till t ON t.id = o.till_id
    LEFT JOIN cashbook_cashoperation r ON r.reverses_id = o.id
    WHERE b.undone_at IS NULL AND num_nonnulls(b.payment_id, b.supplier_payment_id, b.cash_operation_id) > 0
      AND ((coalesce(p.amount, -s.amount, -o.amount), coalesce(p.currency, s.currency, t.currency)) IS DISTINCT FROM (b.amount, l.currency)
           OR coalesce(p.cancelled_at, s.cancelled_at, r.recorded_at) IS NOT NULL)
    """,
]


def differences() -> Iterator[tuple[int, str]]:
    """(company, what does not add up and where) for every company; in one transaction, so that both sides are of one moment."""
    for proof in PROOFS:
        with connection.cursor() as cursor:
            cursor.execute(proof)
            yield from cursor.fetchall()

"""What is proved of bank statements every night: `differences()` names the rows that do not add up; there must be none."""

from collections.abc import Iterator

from django.db import connection

PROOFS = [
    # A movement is what its live bookings say: one at most.
    """
    SELECT l.company_id, format('statement line %s is %s and has %s live bookings', l.id, l.state, count(b.id))
    FROM bank_statementline l LEFT JOIN bank_booking b ON b.line_id = l.id AND b.undone_at IS NULL
    GROUP BY l.id
    HAVING count(b.id) > 1 OR (l.state = 'open') <> (count(b.id) = 0)
        OR count(b.id) = 1 AND (l.state = 'booked') <> (count(b.payment_id) + count(b.supplier_payment_id) = 1)
    """,
    # A live booking has a live payment of what the bank moved.
    """
    SELECT l.company_id, format('statement line %s moved %s %s, its payment says %s %s%s', l.id, l.amount, l.currency,
        coalesce(p.amount, -s.amount), coalesce(p.currency, s.currency),
        CASE WHEN coalesce(p.cancelled_at, s.cancelled_at) IS NOT NULL THEN ' and is cancelled' ELSE '' END)
    FROM bank_booking b JOIN bank_statementline l ON l.id = b.line_id
    LEFT JOIN invoicing_payment p ON p.id = b.payment_id LEFT JOIN purchases_supplierpayment s ON s.id = b.supplier_payment_id
    WHERE b.undone_at IS NULL AND (b.payment_id IS NOT NULL OR b.supplier_payment_id IS NOT NULL)
      AND ((coalesce(p.amount, -s.amount), coalesce(p.currency, s.currency)) IS DISTINCT FROM (l.amount, l.currency)
           OR coalesce(p.cancelled_at, s.cancelled_at) IS NOT NULL)
    """,
]


def differences() -> Iterator[tuple[int, str]]:
    """(company, what does not add up and where) for every company; in one transaction, so that both sides are of one moment."""
    for proof in PROOFS:
        with connection.cursor() as cursor:
            cursor.execute(proof)
            yield from cursor.fetchall()

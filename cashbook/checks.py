"""What is proved of the cash book every night: `differences()` names the rows that do not add up; there must be none."""

from collections.abc import Iterator

from django.db import connection

# Each statement gives (company, sentence). The sums of the days are what every balance is made of, so they are proved from the
# operations; the running sum inside a day, from the lines before it; the rows of payments, from the payments.
PROOFS = [
    """
    SELECT coalesce(d.company_id, o.company_id),
           format('till %s, day %s: the day says %s in, %s out, %s rows; its operations %s, %s, %s', coalesce(d.till_id, o.till_id),
                  coalesce(d.day, o.day), d.received, d.paid, d.count, o.received, o.paid, o.count)
    FROM cashbook_cashday d FULL JOIN (
        SELECT company_id, till_id, day, count(*) AS count,
               coalesce(sum(amount) FILTER (WHERE incoming), 0) AS received, coalesce(-sum(amount) FILTER (WHERE NOT incoming), 0) AS paid
        FROM (SELECT *, kind IN ('payment', 'other_in', 'from_bank', 'advance_return', 'transfer_in') AS incoming
              FROM cashbook_cashoperation) r
        GROUP BY company_id, till_id, day) o ON o.till_id = d.till_id AND o.day = d.day
    WHERE (d.received, d.paid, d.count) IS DISTINCT FROM (o.received, o.paid, o.count::int)
      AND NOT (o.count IS NULL AND (d.received, d.paid, d.count) = (0, 0, 0))
    """,
    """
    SELECT company_id, format('operation %s: line %s of its day says %s, the lines up to it %s', id, position, day_balance, running)
    FROM (SELECT company_id, id, position, day_balance, sum(amount) OVER w AS running, row_number() OVER w AS line
          FROM cashbook_cashoperation WINDOW w AS (PARTITION BY till_id, day ORDER BY ordinal)) lines
    WHERE running <> day_balance OR line <> position
    """,
    """
    SELECT p.company_id, format('payment %s in cash of %s %s has %s in the till', p.id, p.amount, p.currency, coalesce(o.amount, 0))
    FROM invoicing_payment p LEFT JOIN cashbook_cashoperation o ON o.payment_id = p.id AND o.reverses_id IS NULL
    LEFT JOIN cashbook_till t ON t.id = o.till_id
    WHERE p.method = 'cash' AND (o.amount, t.currency) IS DISTINCT FROM (p.amount, p.currency)
    """,
    """
    SELECT p.company_id, format('payment %s is %s, its row in the till is %s', p.id,
        CASE WHEN p.cancelled_at IS NULL THEN 'live' ELSE 'cancelled' END,
        CASE WHEN r.id IS NULL THEN 'not taken back' ELSE 'taken back' END)
    FROM invoicing_payment p JOIN cashbook_cashoperation o ON o.payment_id = p.id AND o.reverses_id IS NULL
    LEFT JOIN cashbook_cashoperation r ON r.reverses_id = o.id
    WHERE (p.cancelled_at IS NULL) <> (r.id IS NULL)
    """,
    """
    SELECT o.company_id, format('operation %s is of payment %s, which is not in cash', o.id, o.payment_id)
    FROM cashbook_cashoperation o JOIN invoicing_payment p ON p.id = o.payment_id WHERE p.method <> 'cash'
    """,
    """
    SELECT o.company_id, format('operation %s takes back %s of %s with %s', o.id, o.reverses_id, r.amount, o.amount)
    FROM cashbook_cashoperation o JOIN cashbook_cashoperation r ON r.id = o.reverses_id
    WHERE (o.till_id, o.kind, o.amount) <> (r.till_id, r.kind, -r.amount)
    """,
    "SELECT min(company_id), format('transfer %s is off by %s', pair, sum(amount)) FROM cashbook_cashoperation"
    " WHERE pair IS NOT NULL GROUP BY pair HAVING sum(amount) <> 0",
]


def differences() -> Iterator[tuple[int, str]]:
    """(company, what does not add up and where) for every company; in one transaction, so that both sides are of one moment."""
    for proof in PROOFS:
        with connection.cursor() as cursor:
            cursor.execute(proof)
            yield from cursor.fetchall()

"""What a later part adds to the tables that look across posts, so that the parts sum to the truth.

A later part is counted against what lies at its border only. For `gaps` that is one time an account
where its posts follow the earlier ones, and the earlier posts between its own where they do not;
for `windows`, the earlier posts within a minute of its time range. Counts are signed: a gap that a
new post divides is taken back.
"""

from __future__ import annotations

from forensics.engine import reduction, statements

_NOT_APART = "s.last_us > p.first_us AND s.first_us < p.last_us"
"""Earlier and later posts of an account do not simply follow each other."""

OVERLAPPING = f"""SELECT COUNT(*) AS n FROM {{later}} AS p JOIN {{earlier}} AS s
    ON s.account = p.account WHERE {_NOT_APART}"""
"""How many accounts have later posts that do not all lie before, or all after, the earlier ones."""


def later_gaps(*, overlapping: bool) -> str:
    """SQL: what the view `posts` adds to the gaps of the parts before it.

    Views: `posts` (of the later part), `spans_later` (its spans), `spans_parts` (the spans of all
    parts before it), and `earlier` (their posts; only where `overlapping`).

    Args:
        overlapping: Whether an account has earlier posts between its later ones.
    """
    near = """SELECT s.account, s.last_us AS t_us FROM spans_earlier AS s JOIN spans_later AS p
            ON s.account = p.account WHERE s.last_us <= p.first_us
        UNION ALL SELECT s.account, s.first_us AS t_us FROM spans_earlier AS s
            JOIN spans_later AS p ON s.account = p.account
            WHERE s.first_us >= p.last_us AND s.last_us > p.first_us"""
    if overlapping:
        near += """
        UNION ALL SELECT e.account, e.t_us FROM between_all AS e
            WHERE e.t_us >= e.first_us AND e.t_us <= e.last_us
        UNION ALL SELECT e.account, MAX(e.t_us) AS t_us FROM between_all AS e
            WHERE e.t_us < e.first_us GROUP BY e.account
        UNION ALL SELECT e.account, MIN(e.t_us) AS t_us FROM between_all AS e
            WHERE e.t_us > e.last_us GROUP BY e.account"""
        head = f"""between_all AS (SELECT e.account, e.t_us, p.first_us, p.last_us
            FROM earlier AS e JOIN (SELECT p.account, p.first_us, p.last_us FROM spans_later AS p
                JOIN spans_earlier AS s ON s.account = p.account WHERE {_NOT_APART}) AS p
            ON e.account = p.account), """
    else:
        head = ""
    both = "(SELECT account, t_us FROM posts UNION ALL SELECT account, t_us FROM near)"
    known = "(SELECT * FROM spans_parts WHERE account IN (SELECT account FROM spans_later))"
    spans = reduction.reduction("spans").merged(known)
    return f"""WITH spans_earlier AS ({spans}), {head}near AS ({near})
    SELECT account, gap_s, CAST(SUM(n) AS BIGINT) AS n FROM (
        SELECT account, gap_s, n FROM ({reduction.gaps_of(both)}) AS now
        UNION ALL SELECT account, gap_s, -n AS n FROM ({reduction.gaps_of("near")}) AS before
    ) AS changed GROUP BY account, gap_s HAVING SUM(n) <> 0"""


def minutes_reached(first_us: int, last_us: int) -> tuple[int, int]:
    """(first, last) UTC minute in which posts from `first_us` to `last_us` can change windows."""
    return first_us // statements.MINUTE_US - 1, last_us // statements.MINUTE_US + 1


def near_earlier(end_us: int) -> str:
    """SQL: posts that lie so near to earlier ones that texts may coincide with theirs.

    Args:
        end_us: Time of the last earlier post; all these posts lie after it.
    """
    return f"t_us < {(minutes_reached(end_us, end_us)[1] + 1) * statements.MINUTE_US}"


def near_later(last_us: int) -> str:
    """SQL: posts of the last minutes, which texts of later posts may coincide with.

    Args:
        last_us: Time of the last post; every later one lies after it.
    """
    return f"t_us >= {minutes_reached(last_us, last_us)[0] * statements.MINUTE_US}"


def later_windows(first_us: int, last_us: int, *, texts: str, earlier: str) -> str:
    """SQL: what the texts of a later part add to the windows of the parts before it.

    View: `windows_earlier`, the windows of the earlier parts that reach into its minutes.

    Args:
        first_us: Time of the first of the later posts.
        last_us: Time of the last of them.
        texts: SELECT of texts of the later part as `reduction.own_texts` gives them. Only those
            that another account posted, in this part or in `earlier`, are needed.
        earlier: SELECT of the texts of those earlier parts.
    """
    low, high = minutes_reached(first_us, last_us)
    near = f"""SELECT account, t_us, text_md5 FROM later
        UNION ALL SELECT account, t_us, text_md5 FROM ({earlier}) AS texts_earlier
        WHERE t_us >= {low * statements.MINUTE_US} AND t_us < {(high + 1) * statements.MINUTE_US}
            AND text_md5 IN (SELECT text_md5 FROM later)"""
    found = reduction.windows_of("SELECT account, t_us, text_md5 FROM near")
    said = reduction.reduction("windows").merged(
        f"(SELECT * FROM windows_earlier WHERE minute >= {low} AND minute <= {high})"
    )
    return f"""WITH later AS ({texts}), near AS ({near}), found AS ({found}), known AS ({said})
    SELECT f.text_md5, f.minute, f.account, f.n - COALESCE(s.n, 0) AS n, f.first_us
    FROM found AS f LEFT JOIN known AS s
        ON s.text_md5 = f.text_md5 AND s.minute = f.minute AND s.account = f.account
    WHERE f.n <> COALESCE(s.n, 0)"""

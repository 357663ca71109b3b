"""What a user writes after --year, --author, --category and --field, as conditions on the engines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from litdex.errors import UserError
from litdex.index.filters import Filter, Terms, Years
from litdex.ingest.author_keys import author_query_keys

_YEARS = re.compile(r"(\d{4})?(\.\.)?(\d{4})?")


def build_filter(
    *, year: str = "", author: Sequence[str] = (), category: Sequence[str] = (), field: Sequence[str] = ()
) -> Filter:
    """All given conditions together. Authors must all match; of several categories or fields one is enough.

    Raises UserError for a year that is no year or range.
    """
    conditions: list[Terms | Years] = [years(year)] if year else []
    conditions += [Terms("author", author_query_keys(name)) for name in author]
    if category:
        conditions.append(Terms("category", tuple(category)))
    if field:
        conditions.append(Terms("field", tuple(field)))
    return Filter(tuple(conditions))


def years(text: str) -> Years:
    """ "2015", "2005..2015", "2005.." or "..2015"."""
    match = _YEARS.fullmatch(text.strip())
    if match is None or not (match[1] or match[3]):
        raise UserError(f"--year {text}: give a year or a range, like 2015, 2005..2015, 2005.. or ..2015")
    first = int(match[1]) if match[1] else None
    last = int(match[3]) if match[3] else (None if match[2] else first)
    if first is not None and last is not None and first > last:
        raise UserError(f"--year {text}: the range is empty, give the earlier year first")
    return Years(first, last)

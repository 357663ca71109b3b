"""Several rankings of papers made one: each way is a function of one signature (`Fusion`) in a file of its own."""

from __future__ import annotations

from collections.abc import Mapping

from litdex.search.fusion.base import Fusion
from litdex.search.fusion.dbsf import dbsf
from litdex.search.fusion.minmax import minmax
from litdex.search.fusion.rrf import rrf

FUSIONS: Mapping[str, Fusion] = {"rrf": rrf, "minmax": minmax, "dbsf": dbsf}

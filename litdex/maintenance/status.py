"""What is in a library, what is pending, what failed and why: the facts that `litdex status --json` prints."""

from __future__ import annotations

from typing import Any

from litdex.index.library import Library
from litdex.index.outbox import State
from litdex.maintenance.probe import fault


def _entities(library: Library) -> dict[str, Any]:
    """Who found the entities here, of which types, and in how many papers."""
    tagging = library.entities.tagging()
    papers, mentions = library.entities.counts()
    known = (
        {"tagger": tagging.name, "fingerprint": tagging.fingerprint, "types": list(tagging.types)} if tagging else {}
    )
    return {**known, "papers": papers, "mentions": mentions, "pending": len(library.entities.wanted())}


def facts(library: Library) -> dict[str, Any]:
    from litdex.ingest.identifiers import format_id

    """Return the facts; `docs/datamodel.md` names the fields."""
    papers, passages = library.store.counts()
    states: tuple[State, ...] = ("active", "building", "retired")
    counts = library.outbox.counts(*states)
    return {
        "library": str(library.folder),
        "bytes": library.size(),
        "papers": papers,
        "passages": passages,
        "files": library.catalogue.states(),
        "entities": _entities(library),
        "engines": [
            {
                "kind": g.kind,
                "engine": g.engine,
                "generation": g.id,
                "state": g.state,
                "pending": counts.get(g.id, 0),
                "fault": fault(library, g) if g.state == "active" else "",
                **g.settings,
            }
            for g in library.outbox.generations(*states)
        ],
        "contested": [
            {"id": format_id(*key.split(":", 1)), "papers": list(library.store.names(papers).values())}
            for key, papers in library.store.contested()
        ],
        "failures": [
            {"file": str(fault.path), "place": fault.place, "reason": fault.reason}
            for fault in library.catalogue.faults()
        ],
    }

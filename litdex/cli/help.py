"""`litdex help`: pages on what the options alone do not say."""

from __future__ import annotations

import click

FORMATS = """\
What litdex reads. The format is told from the content, not from the name.

  full text   JATS XML, Elsevier's XML, TEI (GROBID), unarXive and S2ORC (JSON lines),
              LaTeX (a .tex, a folder with \\input files, an arXiv source archive),
              PDF with a text layer, Markdown and Nougat's .mmd, plain text
  metadata    arXiv's public snapshot (JSON lines), OAI-PMH (arXiv, arXivRaw, Dublin Core), PubMed XML,
              BibTeX, RIS, CSL-JSON, PubMed's .nbib, tagged text of Web of Science, Ovid,
              EndNote and RefWorks, EndNote XML, MARCXML, CSV of PubMed, Zotero, Scopus and others
  its own     JSON lines as `litdex export` writes them, BEIR corpora

Each of these may be packed by gzip, xz, bzip2, zip or tar. A paper that comes from several files becomes one: it is
known by DOI, arXiv id, PMID, or by title, year and first author together; never by its title alone.
"""

EXIT_CODES = """\
  0    done
  1    nothing found
  2    a mistake in the command or in its files; the line says how to mend it
  3    a fault of the system: a disk, an engine, a model
  4    done in part: one engine did not answer; results are the other one's, writes wait for it (`litdex status`)
  130  stopped by Ctrl-C; the same command goes on from there
"""

JSON = """\
Most commands print JSON with --json. Field names are stable; docs/datamodel.md lists them all.

  search   query, hits, ranking (its settings), missing (legs that did not answer, with the reason), milliseconds,
           papers and facets (with --facets)
  a hit    id, score, title, authors, year, date, venue, categories, field, identifiers, retracted,
           legs (for each leg: rank, score, share of the fused score), passages, explanation (with --explain)
  passage  section, kind (text, caption, table, table-note, footnote),
           text, start, end, snippet (text, start, end, marks, by: words or meaning)
  context  question, budget, tokens, sources, missing
  ask      question, refused, answer, statements, sources, notes, model, confidence, missing, milliseconds
  show     the paper's record, with id, text, passages, entities, files
  status   library, bytes, papers, passages, files, engines, failures

All offsets count characters of the paper's text, which `litdex show --json` prints as "text".
"""

QUERY = """\
A query is words; everything else is optional. Text that is not in the language is searched as words.

  spin squeezing                 words rank papers, by word and by meaning; no word excludes a paper
  "spin squeezing"               the paper has exactly this phrase
  -halo  -"dark matter"          leaves papers out that have it
  "dark matter" OR wimp          one of them; brackets hold together: -("dark matter" OR wimp)
  title:squeezing  abstract:"cold atoms"  venue:nature  keyword:humans
  author:Hawking  author:"Hawking, S"  author:^"Hawking, S" (the first author)
  year:2015  year:2015..2020  year:2015..  year:..2020
  cat:quant-ph  field:hep  doi:10.1/x  arxiv:0901.1234  pmid:123  id:ID
  disease:"cystic fibrosis"  telescope:ALMA   the paper names this entity (litdex help entities)
  similar:ID                     papers like this one
  citing:ID  citedby:ID          papers here that cite it, that it cites
  in:caption  in:table           searches captions of figures and tables only, or what stands in tables and under them
  in:footnote                    searches footnotes, those of tables too

Conditions hold for whole papers. A query of conditions alone lists the newest papers first. In a text of more than
ten words quotation marks and minus signs are punctuation. `search --explain` says why a paper stands where it does.
"""

ENTITIES = """\
Ingest looks for entities in title, abstract and sections of every paper, before it can be found. The tagger decides
which types there are; `litdex status` lists those of a library.

  ingest --tagger NAME           the shipped tagger is litdex-tagger; another one by its folder (`litdex ner export`
                                 writes one), or a TSV that lists entities: id, name, synonyms parted by |, type
  ingest --vocabulary FILE       a TSV of id, name, synonyms: what is in it has its name and id (MeSH, UAT, your own)
  ingest --retag                 looks through all papers anew, by another tagger or with another vocabulary
  ingest --no-entities           goes without
  search halo --entity telescope:ALMA   or in the query itself, telescope:ALMA; entity.telescope:ALMA is the same
  facets halo --by entity        counts papers by the entities of every type; --by telescope by those of one
  show ID                        marks and lists what a paper names; --json has places, names and confidence
  tag FILE                       finds the entities of any file, without a library

Mentions of one entity share a name: case, plural, hyphens, Greek letters and the abbreviations that a paper explains
are folded, in papers and in queries alike. A library remembers its tagger; a paper is found by an entity of which one
mention at least is more likely right than wrong. Where two types claim the same words the more confident one has them.
"""

TOPICS = {"entities": ENTITIES, "formats": FORMATS, "exit-codes": EXIT_CODES, "json": JSON, "query": QUERY}


@click.command(name="help")
@click.argument("topic", required=False, type=click.Choice(sorted(TOPICS)))
@click.pass_context
def help_(ctx: click.Context, topic: str | None) -> None:
    """Explain a topic: entities, formats, exit-codes, json, query.

    \b
    litdex help formats
    """
    if topic:
        click.echo(TOPICS[topic], nl=False)
    else:
        click.echo(ctx.find_root().get_help())

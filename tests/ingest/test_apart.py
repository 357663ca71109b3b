"""What stands beside the running text, and the front in a second language: kept as passages and sections of its own."""

from __future__ import annotations

from litdex.ingest.paper import Author, Caption, Paper, Section
from litdex.ingest.parsers import jats, oai, pubmed, tei
from litdex.ingest.passages import passages
from tests.ingest.xml_blob import paper

FRONT = "<front><article-meta><title-group>{title}</title-group>{more}</article-meta></front>"


def _article(body: str, title: str = "<article-title>Oats</article-title>", more: str = "") -> Paper:
    return paper(jats.parse, f"<article>{FRONT.format(title=title, more=more)}{body}</article>")


def test_a_ref_in_two_forms_is_one_reference() -> None:
    """SciELO's schema asks for both: the mixed form is printed, the fields are the other's."""
    marked = """<element-citation><person-group person-group-type="author"><name><surname>Poe</surname><given-names>E
      </given-names></name></person-group><article-title>Rye</article-title><source>J Rye</source><year>2003</year>
      </element-citation>"""
    found = _article(f"""<back><ref-list><ref id="a"><label>1</label><mixed-citation>Poe E. Rye. J Rye. 2003;2:1.
      </mixed-citation>{marked}</ref><ref id="b"><mixed-citation>(a) Roe X. J Y. 1999.</mixed-citation><mixed-citation>
      (b) Doe Z. J Y. 2001.</mixed-citation></ref></ref-list></back>""")
    first, *others = found.references
    assert (first.text, first.title, first.authors, first.year, first.venue) == (
        "Poe E. Rye. J Rye. 2003;2:1.",
        "Rye",
        ("E Poe",),
        2003,
        "J Rye",
    )
    assert [one.text for one in others] == ["(a) Roe X. J Y. 1999.", "(b) Doe Z. J Y. 2001."]


def test_a_printed_and_a_marked_citation_of_other_years_stay_two() -> None:
    found = _article("""<back><ref-list><ref><mixed-citation>Poe E. (2003). Rye.</mixed-citation><element-citation>
      <source>Wheat</source><year>1990</year></element-citation></ref></ref-list></back>""")
    assert [one.year for one in found.references] == [2003, 1990]


def test_jats_front_in_other_languages() -> None:
    found = _article(
        """<sub-article article-type="translation" xml:lang="fr"><front-stub><title-group><article-title>Avoine
        </article-title></title-group><abstract><p>On sème.</p></abstract></front-stub><body/></sub-article>""",
        """<article-title xml:lang="es">Avena</article-title><trans-title-group xml:lang="en"><trans-title>Oats
        </trans-title><trans-subtitle>a survey</trans-subtitle></trans-title-group>""",
        """<abstract><p>Sembramos.</p></abstract><trans-abstract xml:lang="en"><title>Abstract</title><p>We sow.</p>
        </trans-abstract><trans-abstract xml:lang="pt"><p>Semeamos.</p></trans-abstract>""",
    )
    assert (found.title, found.abstract) == ("Avena", "Sembramos.")
    assert found.sections == (
        Section(title="Abstract (en)", text="Oats: a survey\n\nWe sow."),
        Section(title="Abstract (pt)", text="Semeamos."),
        Section(title="Abstract (fr)", text="Avoine\n\nOn sème."),
    )


def test_jats_tables_and_footnotes() -> None:
    found = _article("""<body><p>Sown<fn id="x"><p>In <italic>May</italic>.</p></fn> early.</p><table-wrap>
      <label>Table 2.</label><caption><p>Yields</p></caption><table>
      <thead><tr><th>Field</th><th>t/ha</th></tr></thead><tbody><tr>
      <td>north</td><td>4.2</td></tr></tbody></table><table-wrap-foot><fn><label>a</label><p>Dry weight.</p></fn>
      </table-wrap-foot></table-wrap></body><back><fn-group><fn fn-type="conflict"><p>None.</p></fn><fn><label>1</label>
      <p>Under snow.</p></fn></fn-group></back>""")
    assert found.captions == (
        Caption(label="", text="In May.", kind="footnote"),
        Caption(label="Table 2", text="Yields"),
        Caption(label="Table 2", text="Field | t/ha\nnorth | 4.2", kind="table"),
        Caption(label="Table 2", text="Dry weight.", kind="table-note"),
        Caption(label="", text="Under snow.", kind="footnote"),
    )
    assert [section.text for section in found.sections] == ["Sown early."]
    assert [(one.kind, one.section) for one in passages(found)] == [
        ("text", ""),
        ("footnote", "Footnote"),
        ("caption", "Table 2"),
        ("table", "Table 2"),
        ("table-note", "Table 2"),
        ("footnote", "Footnote"),
    ]


def test_tei_sentences_tables_and_footnotes() -> None:
    found = paper(
        tei.parse,
        """<TEI><teiHeader><fileDesc><titleStmt><title>Oats</title></titleStmt></fileDesc></teiHeader><text><body>
        <div><p><s>We sow.</s><s>We reap <ref>[1]</ref>.</s></p><note place="foot">In May.</note><figure>
        <head>Figure 3 :</head>
        <label>3</label><figDesc>Figure 3: A field.</figDesc></figure><figure type="table"><head>Table 2 :</head>
        <figDesc>Yields</figDesc><table><row><cell>north</cell><cell>4.2</cell></row></table>
        <note>Dry weight.</note></figure></div></body></text></TEI>""",
    )
    assert [section.text for section in found.sections] == ["We sow. We reap [1]."]
    assert found.captions == (
        Caption(label="", text="In May.", kind="footnote"),
        Caption(label="Figure 3", text="A field."),
        Caption(label="Table 2", text="Yields"),
        Caption(label="Table 2", text="north | 4.2", kind="table"),
        Caption(label="Table 2", text="Dry weight.", kind="table-note"),
    )


def test_pubmed_front_in_other_languages() -> None:
    found = paper(
        pubmed.parse,
        """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>[Oats in May].
        </ArticleTitle><Abstract><AbstractText>We sow.</AbstractText></Abstract><Language>spa</Language>
        <VernacularTitle>Avena en mayo.</VernacularTitle></Article><OtherAbstract Type="Publisher" Language="spa">
        <AbstractText Label="METODO">Sembramos.</AbstractText></OtherAbstract><OtherAbstract Type="Publisher"
        Language="ger"><AbstractText>Wir säen.</AbstractText></OtherAbstract></MedlineCitation></PubmedArticle>
        </PubmedArticleSet>""",
    )
    assert (found.title, found.abstract) == ("Oats in May", "We sow.")
    assert found.sections == (
        Section(title="Abstract (spa)", text="Avena en mayo.\n\nMETODO: Sembramos."),
        Section(title="Abstract (ger)", text="Wir säen."),
    )


def test_oai_is_tex_and_its_brackets_are_no_authors() -> None:
    r"""Affiliations in brackets go, also nested ones; groups in brackets, or in front of a colon, are authors."""
    found = paper(
        oai.parse,
        r"""<OAI-PMH><record><metadata><arXivRaw><id>2101.00002</id><title>G\"odel and $\alpha$</title><authors>HORSE
        Collaboration: Ann Doe (1), Zo\"e \v{C}apek (2 and 3), Bob Roe (for the COW Team) ((1) Institute (East),
        (2) A, B)</authors><abstract>  Kad\v{c}enko's 5\% test.</abstract></arXivRaw></metadata></record></OAI-PMH>""",
    )
    assert (found.title, found.abstract) == ("Gödel and $\\alpha$", "Kadčenko's 5% test.")
    assert found.authors == (
        Author(family="HORSE Collaboration"),
        Author(family="Doe", given="Ann"),
        Author(family="Čapek", given="Zoë"),
        Author(family="Roe", given="Bob"),
        Author(family="COW Team"),
    )

"""JATS: each feature on a small article, then the whole corpus of real articles."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from litdex.ingest.author_keys import author_keys
from litdex.ingest.blob import Fault
from litdex.ingest.paper import Author, Caption, Paper
from litdex.ingest.parsers.jats import parse
from tests.ingest.xml_blob import Bytes, paper

NAMESPACES = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML"'


def article(meta: str = "", body: str = "", back: str = "", attributes: str = "") -> Paper:
    """An article with these parts."""
    return paper(
        parse,
        f"<article {NAMESPACES} {attributes}>"
        f"<front><journal-meta><journal-title-group><journal-title>J. Tests</journal-title></journal-title-group>"
        f"<publisher><publisher-name>Press</publisher-name></publisher></journal-meta>"
        f"<article-meta>{meta}</article-meta></front><body>{body}</body><back>{back}</back></article>",
    )


def body_text(markup: str) -> str:
    return article(body=f"<p>{markup}</p>").sections[0].text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("H<sub>2</sub>O and <italic>E. coli</italic>", "H2O and E. coli"),
        ("10<sup>6</sup> to 10<sup>−3</sup>", "10^6 to 10^−3"),
        ("Ca<sup>2+</sup>, CD4<sup>+</sup>, the 1<sup>st</sup>", "Ca2+, CD4+, the 1st"),
        ("x<sup>n+1</sup>, <sup>14</sup>C", "x^(n+1), 14C"),
        ("10<sub>2</sub>, <italic>V</italic><sub>max</sub>", "10_2, Vmax"),
        ("mice<sup><xref ref-type='bibr'>1</xref>,<xref ref-type='bibr'>2</xref></sup> ran", "mice[1,2] ran"),
        ("mice<xref ref-type='bibr'><sup>3</sup></xref> ran", "mice[3] ran"),
        ("value<xref ref-type='fn'>*</xref><fn><p>a note</p></fn> here", "value here"),
        ("a&nbsp;b &alpha; &ldquo;c&rdquo; &unheardof; &amp; &lt;", "a b α “c” &unheardof; & <"),
        ("soft\u00adhyphen \n  and\tspace", "softhyphen and space"),
        ("one<break/>two", "one two"),
        ("<list><list-item><p>first</p></list-item><list-item><label>b.</label><p>second</p></list-item></list>",
         "- first\nb. second"),
        ("see<disp-quote><p>quoted</p></disp-quote>after", "see\n\nquoted\n\nafter"),
        ("a <inline-formula><tex-math>$E=mc^2$</tex-math></inline-formula> b", "a $E=mc^2$ b"),
        ("<inline-formula><tex-math><![CDATA[\\documentclass{minimal} \\usepackage{amsmath} \\begin{document}"
         "\\( a & b \\)\\end{document}]]></tex-math></inline-formula>", "$a & b$"),
        ("is<disp-formula><label>(2)</label><alternatives><graphic/><mml:math><mml:mfrac><mml:mi>a</mml:mi>"
         "<mml:mi>β</mml:mi></mml:mfrac></mml:math></alternatives></disp-formula>so",
         "is $$\\frac{a}{\\beta}$$ (2) so"),
        ("<disp-formula><graphic/></disp-formula>plain", "plain"),
    ],
)  # fmt: skip
def test_running_text(markup: str, expected: str) -> None:
    assert body_text(markup) == expected


MATH = [
    ("<msub><mi>x</mi><mn>1</mn></msub><mo>=</mo><mn>2</mn>", "x_1 = 2"),
    ("<msubsup><mo>∫</mo><mn>0</mn><mi>∞</mi></msubsup><mi>f</mi>", r"\int_0^\infty f"),
    ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
     r"\sum_{i = 1}^ni"),
    ("<msqrt><mi>x</mi></msqrt><mroot><mi>y</mi><mn>3</mn></mroot>", r"\sqrt{x}\sqrt[3]{y}"),
    ("<mover><mi>x</mi><mo>̇</mo></mover>", r"\dot{x}"),
    ("<munder><mi>lim</mi><mrow><mi>x</mi><mo>→</mo><mn>0</mn></mrow></munder>", r"\lim_{x \to 0}"),
    ("<mi>sin</mi><mo>&#8289;</mo><mi>θ</mi>", r"\sin \theta"),
    ("<mi mathvariant='double-struck'>R</mi><mo>∈</mo><mi>𝔼</mi>", r"\mathbb{R} \in \mathbb{E}"),
    ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a, b)"),
    ("<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd></mtr></mtable>",
     r"\begin{matrix} a & b \\ c \end{matrix}"),
    ("<semantics><mi>q</mi><annotation encoding='application/x-tex'>\\vec{q}</annotation></semantics>", r"\vec{q}"),
    ("<mi>x</mi><mtext>if and only if</mtext><mi>y</mi>", r"x \text{if and only if} y"),
]  # fmt: skip


@pytest.mark.parametrize(("mathml", "tex"), MATH)
def test_mathml_becomes_tex(mathml: str, tex: str) -> None:
    assert body_text(f"<inline-formula><math>{mathml}</math></inline-formula>") == f"${tex}$"


def test_metadata() -> None:
    found = article(
        """<article-id pub-id-type="doi">10.1/ABC</article-id><article-id pub-id-type="pmid">123</article-id>
        <article-id pub-id-type="pmc">456</article-id><article-id pub-id-type="arxiv">0901.1234v2</article-id>
        <article-categories><subj-group subj-group-type="heading"><subject>Research</subject></subj-group>
        <subj-group subj-group-type="topic"><subject>Physics</subject></subj-group></article-categories>
        <title-group><article-title>On <italic>X</italic><xref ref-type="fn">*</xref></article-title>
        <subtitle>A study</subtitle></title-group>
        <contrib-group><contrib contrib-type="author"><contrib-id contrib-id-type="orcid">
        https://orcid.org/0000-0001-2345-678X</contrib-id><name><surname>Doe</surname><given-names>Ann B.</given-names>
        <suffix>Jr</suffix></name></contrib><contrib contrib-type="author"><collab>The X Group<contrib-group><contrib>
        <name><surname>Member</surname></name></contrib></contrib-group></collab></contrib>
        <contrib contrib-type="editor"><name><surname>Editor</surname></name></contrib></contrib-group>
        <pub-date pub-type="collection"><year>2015</year><month>3</month></pub-date>
        <pub-date pub-type="epub"><day>20</day><month>3</month><year>2015</year></pub-date>
        <pub-date pub-type="pmc-release"><year>2001</year></pub-date>
        <volume>11</volume><issue>3</issue><fpage>5</fpage><lpage>9</lpage>
        <permissions><license xlink:href="http://creativecommons.org/licenses/by/4.0/"/></permissions>
        <kwd-group><kwd>cats</kwd><kwd>physics</kwd></kwd-group>""",
        attributes='xml:lang="EN"',
    )
    assert found.identifiers == {"doi": "10.1/abc", "pmid": "123", "pmcid": "PMC456", "arxiv": "0901.1234"}
    assert found.version == 2
    assert found.title == "On X: A study"
    assert found.authors == (
        Author(family="Doe Jr", given="Ann B.", orcid="0000-0001-2345-678X"),
        Author(family="The X Group"),
    )
    assert (found.date, found.venue, found.volume, found.issue, found.pages) == (
        "2015-03-20",
        "J. Tests",
        "11",
        "3",
        "5-9",
    )
    assert (found.publisher, found.language, found.keywords) == ("Press", "en", ("cats", "physics"))
    assert found.license == "http://creativecommons.org/licenses/by/4.0/"
    assert not found.retracted


@pytest.mark.parametrize(
    ("attributes", "meta"),
    [('article-type="retracted-article"', ""), ("", '<related-article related-article-type="retraction-forward"/>')],
)
def test_retraction(attributes: str, meta: str) -> None:
    assert article(meta, attributes=attributes).retracted


def test_a_notice_that_retracts_another_article_stands_itself() -> None:
    notice = '<related-article related-article-type="retracted-article" ext-link-type="doi" href="10.5555/other"/>'
    found = article(notice, attributes='article-type="retraction"')
    assert not found.retracted
    assert not found.identifiers


def test_names_in_one_string_and_names_in_several_scripts() -> None:
    found = article(
        """<contrib-group><contrib><string-name>Bea C. Brook</string-name></contrib>
        <contrib><string-name>van der Tervo, P.</string-name></contrib>
        <contrib><name-alternatives><name><surname>Sato</surname><given-names>Aoi</given-names></name>
        <name><surname>佐藤</surname><given-names>葵</given-names></name><string-name>Sato A.</string-name>
        </name-alternatives></contrib></contrib-group>"""
    )
    assert found.authors == (
        Author(family="Brook", given="Bea C."),
        Author(family="van der Tervo", given="P."),
        Author(family="Sato", given="Aoi", also=("佐藤, 葵", "Sato, A.")),
    )
    assert {"佐藤", "佐藤葵", "sato, a"} <= {*author_keys(found.authors[2])}
    assert Author(family="佐藤", given="葵").name == "佐藤葵"


def test_abstracts() -> None:
    found = article(
        """<abstract><title>Abstract</title><sec><title>Background</title><p>Why.</p></sec>
        <sec><title>Results:</title><p>What.</p></sec></abstract>
        <abstract abstract-type="summary"><title>Author Summary</title><p>For all.</p></abstract>
        <trans-abstract><p>Pourquoi.</p></trans-abstract>"""
    )
    assert found.abstract == "Background: Why.\n\nResults: What."
    assert [(section.title, section.text) for section in found.sections] == [
        ("Author Summary", "For all."),
        ("Abstract in another language", "Pourquoi."),
    ]


def test_sections_nest_and_stay_in_order() -> None:
    found = article(
        body="""<p>Opening.</p><sec><label>1.</label><title>Methods</title><p>A.</p><p>B.</p>
        <fig><label>Figure 1.</label><caption><title>Cap.</title><p>Of a fig.</p></caption></fig>
        <sec><title>Deep</title><p>C.</p><table-wrap><label>Table 1</label><caption><p>Cells</p></caption>
        <table><tr><td>7</td></tr></table></table-wrap></sec>
        <boxed-text><caption><title>Box 1</title></caption><p>Boxed.</p></boxed-text></sec>
        <sec><title>Author contributions</title><p>AD did it.</p></sec>""",
        back="""<ack><p>Thanks.</p></ack><app-group><app><title>Appendix A</title><p>More.</p></app></app-group>
        <fn-group><fn><p>Footnote.</p></fn></fn-group>""",
    )
    assert [(each.title, each.text, each.level, each.kind) for each in found.sections] == [
        ("", "Opening.", 1, "body"),
        ("Methods", "A.\n\nB.", 1, "body"),
        ("Deep", "C.", 2, "body"),
        ("Box 1", "Boxed.", 2, "body"),
        ("Author contributions", "AD did it.", 1, "back"),
        ("Acknowledgements", "Thanks.", 1, "back"),
        ("Appendix A", "More.", 1, "body"),
    ]
    assert found.captions == (
        Caption(label="Figure 1", text="Cap.\n\nOf a fig."),
        Caption(label="Table 1", text="Cells"),
        Caption(label="Table 1", text="7", kind="table"),
        Caption(label="", text="Footnote.", kind="footnote"),
    )


def test_references() -> None:
    found = article(
        back="""<ref-list><ref><label>1</label><element-citation publication-type="journal"><person-group
        person-group-type="author"><name><surname>Avery</surname><given-names>SV</given-names></name>
<collab>CERN</collab>
        </person-group><year>2006</year><article-title>Cells.</article-title><source>Nature</source><volume>4</volume>
        <fpage>57</fpage><lpage>87</lpage><pub-id pub-id-type="doi">10.1/X</pub-id></element-citation></ref>
        <ref><mixed-citation><string-name><surname>Bo</surname>, <given-names>C.</given-names></string-name> (1999)
        <source>A Book</source>. <publisher-name>Press</publisher-name>. arXiv:hep-th/9901001</mixed-citation></ref>
        <ref><mixed-citation>Plain 2001: <ext-link>http://a.b</ext-link></mixed-citation></ref><ref><note>
<p>See notes.</p></note></ref></ref-list>"""
    )
    first, book, plain, note = found.references
    assert first.text == "SV Avery, CERN. 2006. Cells. Nature. 4. 57–87."
    assert (first.title, first.authors, first.year, first.venue) == ("Cells", ("SV Avery", "CERN"), 2006, "Nature")
    assert first.identifiers == {"doi": "10.1/x"}
    assert book.text == "Bo, C. (1999) A Book. Press. arXiv:hep-th/9901001"
    assert (book.title, book.authors, book.year) == ("A Book", ("C. Bo",), 1999)
    assert book.identifiers == {"arxiv": "hep-th/9901001"}
    assert (plain.text, note.text) == ("Plain 2001: http://a.b", "See notes.")


def test_words_that_only_tags_part_do_not_run_together() -> None:
    found = article(
        back="<ref-list><ref><mixed-citation><name><surname>Li</surname><given-names>F</given-names></name>"
        "<article-title>Title</article-title><source>Cell</source><volume>3</volume>:<fpage>1</fpage></mixed-citation>"
        "</ref></ref-list>"
    )
    assert found.references[0].text == "Li F Title Cell 3: 1"


def test_namespaced_article_in_a_set() -> None:
    one = "<j:article><j:front><j:article-meta><j:title-group><j:article-title>T{}</j:article-title></j:title-group>"
    one += "</j:article-meta></j:front></j:article>"
    data = f'<j:pmc-articleset xmlns:j="urn:j">{one.format(1)}{one.format(2)}</j:pmc-articleset>'
    assert [each.title for each in parse(Bytes(data.encode())) if isinstance(each, Paper)] == ["T1", "T2"]


def test_one_bad_article_leaves_the_others() -> None:
    good = "<article><front><article-meta/></front></article>"
    found = list(parse(Bytes(f"<pmc-articleset>{good}<article><b></article>{good}</pmc-articleset>".encode())))
    assert [type(each) for each in found] == [Paper, Fault, Paper]
    assert isinstance(found[1], Fault)
    assert found[1].ordinal == 1


# --- the real articles -------------------------------------------------------------------------------------------

SKIPPED = "fig table-wrap supplementary-material ref-list fn-group fn graphic disp-formula inline-formula math media"


@pytest.fixture(scope="module")
def corpus(shared_data: Path) -> list[tuple[Paper, etree._Element]]:
    files = sorted((shared_data / "papers" / "jats").glob("*.xml"))
    return [(paper(parse, file.read_bytes()), etree.fromstring(file.read_bytes())) for file in files]


def _body(root: etree._Element) -> etree._Element:
    """The body without what the paper holds elsewhere: captions, references, notes, formulas."""
    (body,) = deepcopy(root).iterfind("body")
    etree.strip_elements(body, *SKIPPED.split(), "{http://www.w3.org/1998/Math/MathML}math", with_tail=False)
    return body


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d_]{2,}", text))


def test_corpus_keeps_every_word_of_the_body_once(corpus: list[tuple[Paper, etree._Element]]) -> None:
    for found, root in corpus:
        raw = _words("".join(_spaced(_body(root))))
        start = 1 if found.sections[0].title in {"Author Summary", "Summary"} else 0
        sections = [each for each in found.sections[start:] if each.kind == "body"]
        text = "\n".join(f"{each.title}\n{each.text}" for each in found.sections[start:])
        running = re.sub(r"\$+.*?\$+", " ", "\n".join(f"{each.title}\n{each.text}" for each in sections))
        assert sum((raw & _words(text)).values()) >= 0.99 * sum(raw.values()), found.title
        assert not _words(running) - raw, found.title


def _spaced(element: etree._Element) -> list[str]:
    pieces = [element.text or ""]
    for child in element:
        inner = _spaced(child) if isinstance(child.tag, str) else []
        block = child.tag in {"p", "title", "sec", "list-item", "break", "label", "disp-quote", "attrib", "def", "term"}
        pieces += [" ", *inner, " "] if block else inner
        pieces.append(child.tail or "")
    return pieces


def test_corpus_keeps_sections_and_references(corpus: list[tuple[Paper, etree._Element]]) -> None:
    assert len(corpus) == 12
    for found, root in corpus:
        titles = {" ".join(str(each.xpath("string()")).split()) for each in root.iterfind(".//body//sec/title")}
        ours = {each.title for each in found.sections}
        assert {title for title in titles if title} - ours <= {"Supporting Information"}
        assert len(found.references) == len(root.findall(".//ref"))
        assert all(each.text for each in found.references)
        assert found.identifiers["doi"].startswith("10.1371/journal.")
        assert len(found.date) == 10

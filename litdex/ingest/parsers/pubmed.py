"""PubMed and MEDLINE sets (`PubmedArticleSet`, `MedlineCitationSet`), read as a stream, however many records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import earliest, find_date, iso_date
from litdex.ingest.identifiers import normalise, printed_arxiv
from litdex.ingest.paper import Author, Paper, Reference, Section
from litdex.ingest.parsers.mathml import to_tex
from litdex.ingest.parsers.printed_references import printed_reference
from litdex.ingest.parsers.xml import Element, read_papers
from litdex.ingest.parsers.xml_text import Dialect, each_once, inline, subscript, superscript

_SCHEMES = {"doi": "doi", "pmc": "pmcid", "pubmed": "pmid", "arxiv": "arxiv"}
_RETRACTED = "Retracted Publication"
_NO_TITLES = ("not available", "[not available", "[no title", "in process citation")


def _math(element: Element, out: list[str], dialect: Dialect) -> None:
    out.append(f"${to_tex(element)}$")


PUBMED = Dialect(handlers={"sup": superscript, "sub": subscript, "math": _math})


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """Yield the records of a set, in order; notices of deletion are passed over."""
    return read_papers(blob, ("PubmedArticle", "PubmedBookArticle", "MedlineCitation"), read_record)


def read_record(record: Element) -> Paper:
    """The paper of one record element. Raises `UnreadableFile` where it has no article in it."""
    if record.tag == "PubmedBookArticle":
        return _book(record)
    citation = record if record.tag == "MedlineCitation" else record.find("MedlineCitation")
    article = None if citation is None else citation.find("Article")
    if citation is None or article is None:
        raise UnreadableFile(f"its <{record.tag}> has no <Article>")
    journal = article.find("Journal")
    issue = None if journal is None else journal.find("JournalIssue")
    return Paper(
        identifiers=_identifiers(record, citation, article),
        title=_title(article),
        abstract=_abstract(article.find("Abstract")),
        authors=tuple(_authors(article.findall("AuthorList/Author"))),
        date=earliest(_dates(article)),
        keywords=_keywords(citation),
        venue=_text(journal, "Title")
        or _text(journal, "ISOAbbreviation")
        or _text(citation, "MedlineJournalInfo/MedlineTA"),
        volume=_text(issue, "Volume"),
        issue=_text(issue, "Issue"),
        pages=_pages(article),
        language=_language(article),
        retracted=_retracted(citation, article),
        sections=tuple(_translations(citation, article)),
        references=tuple(_references(record)),
    )


def _text(element: Element | None, path: str) -> str:
    return "" if element is None else inline(element.find(path), PUBMED)


def _identifiers(record: Element, citation: Element, article: Element) -> dict[str, str]:
    pairs = [("pubmed", _text(citation, "PMID"))]
    for place in article.iterfind("ELocationID"):
        if place.get("ValidYN") != "N":
            pairs.append((place.get("EIdType", ""), place.text or ""))
    pairs += _id_list(record.iterfind("PubmedData/ArticleIdList/ArticleId"))
    pairs += [("pmc", other.text or "") for other in citation.iterfind("OtherID") if "PMC" in (other.text or "")]
    piis = (text for kind, text in pairs if kind == "pii")
    arxiv = printed_arxiv(_text(article, "Journal/Title"), *piis)  # PubMed has some of arXiv's papers
    return {"arxiv": arxiv, **_normalised(pairs)} if arxiv else _normalised(pairs)


def _id_list(elements: Iterable[Element]) -> list[tuple[str, str]]:
    return [(element.get("IdType", ""), element.text or "") for element in elements]


def _normalised(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Identifiers by scheme; the first good one counts."""
    found: dict[str, str] = {}
    for kind, text in pairs:
        scheme = _SCHEMES.get(kind, "")
        if scheme and scheme not in found and (value := normalise(scheme, text)):
            found[scheme] = value
    return found


def _title(article: Element) -> str:
    """The title without its full stop, and without the brackets that mark a translation."""
    title = _text(article, "ArticleTitle")
    translated = re.fullmatch(r"\[(.*?)\.?\](?:\s*\(.*\))?\.?", title)
    title = translated[1] if translated and title.count("[") == title.count("]") else title
    if not title or title.casefold().startswith(_NO_TITLES):
        title = _text(article, "VernacularTitle") or title
    return re.sub(r"(?<!\.)\.$", "", title).rstrip()


def _abstract(abstract: Element | None) -> str:
    """The parts of an abstract, each with its label as "BACKGROUND: …", parted by a blank line."""
    parts: list[str] = []
    for element in () if abstract is None else abstract.iterfind("AbstractText"):
        text, label = inline(element, PUBMED), element.get("Label", "").strip().rstrip(":")
        if text:
            parts.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return "\n\n".join(parts)


def _translations(citation: Element, article: Element) -> Iterator[Section]:
    """Title and abstracts in further languages, a section each: the title as it was printed, below it the abstract."""
    title, own = _text(article, "VernacularTitle"), _language(article)
    texts = {own: [title]} if title and title.rstrip(".") != _title(article) else {}
    for abstract in citation.iterfind("OtherAbstract"):
        texts.setdefault(abstract.get("Language", "").lower(), []).append(_abstract(abstract))
    for language, found in texts.items():
        if text := "\n\n".join(each for each in found if each):
            yield Section(title=f"Abstract ({language})" if language else "Abstract in another language", text=text)


def _authors(elements: Iterable[Element]) -> Iterator[Author]:
    for element in elements:
        if element.get("ValidYN") == "N":
            continue
        group, family = _text(element, "CollectiveName"), _text(element, "LastName")
        if group or family:
            given = _text(element, "ForeName") or _text(element, "FirstName") or _text(element, "Initials")
            family = f"{family} {_text(element, 'Suffix')}".rstrip()
            orcid = _orcid(element)
            yield Author(family=group) if group else Author(family=family, given=given, orcid=orcid)


def _orcid(element: Element) -> str:
    for identifier in element.iterfind("Identifier[@Source='ORCID']"):
        digits = re.sub(r"[^\dX]", "", (identifier.text or "").upper().rpartition("/")[2])
        if len(digits) == 16:
            return "-".join(digits[i : i + 4] for i in range(0, 16, 4))
    return ""


def _dates(article: Element) -> Iterator[str]:
    for path in ("Journal/JournalIssue/PubDate", "ArticleDate"):
        for element in article.iterfind(path):
            yield _date(element)


def _date(element: Element) -> str:
    year = _text(element, "Year")
    if year:
        return iso_date(year, _text(element, "Month") or _text(element, "Season"), _text(element, "Day"))
    return find_date(_text(element, "MedlineDate"))


def _keywords(citation: Element) -> tuple[str, ...]:
    """Author keywords, then MeSH headings."""
    words = [inline(keyword, PUBMED).rstrip(" .;") for keyword in citation.iterfind("KeywordList/Keyword")]
    headings = [inline(heading, PUBMED) for heading in citation.iterfind("MeshHeadingList/MeshHeading/DescriptorName")]
    return each_once(words + headings)


def _pages(article: Element) -> str:
    """Pages as PubMed gives them, its shortened last page written out: "187-94" -> "187-194"."""
    printed = _text(article, "Pagination/MedlinePgn")
    first, last = _text(article, "Pagination/StartPage"), _text(article, "Pagination/EndPage")
    printed = printed or "-".join(page for page in (first, last) if page)
    pages = re.fullmatch(r"(\d+)-(\d+)", printed)
    if pages and len(pages[2]) < len(pages[1]):
        return f"{pages[1]}-{pages[1][: -len(pages[2])]}{pages[2]}"
    return printed


def _language(article: Element) -> str:
    language = _text(article, "Language").lower()
    return "" if language in {"und", "mul"} else language


def _retracted(citation: Element, article: Element) -> bool:
    kinds = {element.text for element in article.iterfind("PublicationTypeList/PublicationType")}
    notices = citation.find("CommentsCorrectionsList/CommentsCorrections[@RefType='RetractionIn']")
    return _RETRACTED in kinds or notices is not None


def _references(record: Element) -> Iterator[Reference]:
    """The cited works of `ReferenceList`s, which may be nested."""
    for reference in record.iterfind("PubmedData//Reference"):
        text = _text(reference, "Citation")
        identifiers = _normalised(_id_list(reference.iterfind("ArticleIdList/ArticleId")))
        yield replace(printed_reference(text), identifiers=identifiers)


def _book(record: Element) -> Paper:
    """A book, or a chapter of one."""
    document = record.find("BookDocument")
    book = None if document is None else document.find("Book")
    if document is None or book is None:
        raise UnreadableFile("its <PubmedBookArticle> has no <Book>")
    title, book_title = _title(document), _text(book, "BookTitle")
    authors = document.findall("AuthorList/Author") or book.findall("AuthorList[@Type='authors']/Author")
    ids = [("pubmed", _text(document, "PMID")), *_id_list(document.iterfind("ArticleIdList/ArticleId"))]
    date = book.find("PubDate")
    isbn = _text(book, "Isbn")
    sections = document.iterfind("Sections/Section")
    return Paper(
        identifiers=_normalised(ids) | ({"isbn": isbn} if isbn and not title else {}),
        title=title or book_title,
        abstract=_abstract(document.find("Abstract")),
        authors=tuple(_authors(authors or book.findall("AuthorList/Author"))),
        date="" if date is None else _date(date),
        keywords=each_once(inline(word, PUBMED) for word in document.iterfind("KeywordList/Keyword")),
        venue=book_title if title else "",
        volume=_text(book, "Volume"),
        pages=_pages(document),
        publisher=_text(book, "Publisher/PublisherName"),
        language=_language(document),
        sections=tuple(Section(title=name, text="") for each in sections if (name := _text(each, "SectionTitle"))),
        references=tuple(_references(record)),
    )

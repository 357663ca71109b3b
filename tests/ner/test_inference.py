"""Tagging without torch: the same tags as the torch model's, and texts as users have them."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from litdex.errors import SystemFault, UserError
from litdex.ner.exported import ARRAYS, CONFIG
from litdex.ner.inference import ABROAD, OnnxTagger
from litdex.ner.mention import Mention
from litdex.ner.pieces import Pieces
from tests.ner.tiny_tagger import TAGS, WORDS, TinyTagger, make

pytestmark = pytest.mark.train  # making the tagger needs torch; using it does not

TEXT = " ".join(WORDS * 40)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyTagger:
    pytest.importorskip("torchcrf")
    return make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def tagger(tiny: TinyTagger) -> OnnxTagger:
    return OnnxTagger(tiny.folder)


def sentence(rng: random.Random, words: int) -> list[str]:
    """Words that the tokenizers know, in part or not at all."""
    return [rng.choice([*WORDS, "β-catenin", "T2", "\x00", "xyzzy" * 30]) for _ in range(words)]


@pytest.mark.parametrize(("fusion", "surface"), [("linear", 12), ("attention", 12), ("linear", 0)])
def test_tags_are_those_of_the_torch_model(tmp_path: Path, fusion: str, surface: int) -> None:
    torch = pytest.importorskip("torch")
    from litdex.ner.training.inputs import inputs_of

    made = make(tmp_path, fusion=fusion, surface=surface, seed=len(fusion) + surface)
    rng = random.Random(5)
    texts = [sentence(rng, words) for words in [*range(1, 30), 90, 150, 300, 400]]
    found = OnnxTagger(made.folder).tags(texts)
    cutters = [Pieces(tokenizer) for tokenizer in made.tokenizers]
    inputs = inputs_of(texts, [cutter.cut(texts) for cutter in cutters], cutters)
    with torch.inference_mode():
        fused = made.model(inputs)
        heads = {name: made.model.head(name) for name in TAGS}
        decoded = {name: head.decode(head(fused), inputs.mask) for name, head in heads.items()}
    for name, tags in TAGS.items():
        expected = [[tags[at] for at in row] for row in decoded[name]]
        assert found[name] == expected
        assert any(tag != "O" for row in expected for tag in row)


def test_offsets_are_those_of_the_text(tagger: OnnxTagger) -> None:
    text = "The cystic fibrosis of mice.\n\nIs a  disease in lung cells? " + " ".join(WORDS * 30)
    (mentions,) = tagger.tag([text])
    assert mentions
    assert all(text[one.start : one.end] == one.text and one.type in tagger.types for one in mentions)
    assert all(0 < one.confidence <= 1 for one in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def test_mentions_do_not_depend_on_neighbours(tagger: OnnxTagger) -> None:
    rng = random.Random(2)
    texts = [" ".join(sentence(rng, rng.randint(0, 60))) for _ in range(40)]
    places = [[(m.start, m.end, m.type) for m in found] for found in tagger.tag(texts)]
    assert places == [[(m.start, m.end, m.type) for m in tagger.tag([text])[0]] for text in texts]


@pytest.mark.parametrize("text", ["", " \n ", "\ud800 lone", "nul \x00 in", "a" * 50_000, "x " * 3000, "…", "\u0301"])
def test_odd_texts_survive(tagger: OnnxTagger, text: str) -> None:
    (mentions,) = tagger.tag([text])
    assert all(text[one.start : one.end] == one.text for one in mentions)


def test_progress_adds_up(tagger: OnnxTagger) -> None:
    told: list[int] = []
    tagger.tag(["The lung. The cells."] * 600, told.append)
    assert sum(told) == 600
    assert len(told) > 1


def test_nothing_gives_nothing(tagger: OnnxTagger) -> None:
    assert tagger.tag([]) == []
    assert tagger.tags([[]]) == {name: [[]] for name in TAGS}


def test_abroad_a_head_is_trusted_less(tiny: TinyTagger, tmp_path: Path) -> None:
    for path in tiny.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with np.load(tmp_path / ARRAYS) as stored:
        arrays = {name: stored[name] for name in stored.files}
    width = arrays["head.disease.weight"].shape[1]
    (here,) = OnnxTagger(tiny.folder).tag([TEXT])
    assert any(mention.type == "Disease" for mention in here)

    def tagged(score: float) -> list[Mention]:
        far = np.zeros(width + 1, np.float32)
        far[-1] = score
        np.savez(tmp_path / ARRAYS, **(arrays | {"head.disease.domain": far}))
        (found,) = OnnxTagger(tmp_path).tag([TEXT])
        return found

    assert tagged(1) == here
    assert [one for one in tagged(-9) if one.type == "Disease"] == []
    assert {one.type for one in tagged(-9)} == {one.type for one in here} - {"Disease"}
    sure = max(one.confidence for one in here if one.type == "Disease")
    nearer = [one.confidence for one in tagged(-0.1) if one.type == "Disease"]
    assert all(ABROAD <= confidence < sure for confidence in nearer)


def test_it_runs_without_torch(tiny: TinyTagger) -> None:
    code = f"""
import sys
from pathlib import Path
from litdex.ner.inference import ABROAD, OnnxTagger
from litdex.ner.mention import Mention
assert OnnxTagger(Path({str(tiny.folder)!r})).tag(["The lung of mice."])
assert not {{"torch", "transformers"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_broken_files_are_named(tiny: TinyTagger, tmp_path: Path) -> None:
    for path in tiny.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / ARRAYS).write_bytes(b"no arrays")
    with pytest.raises(SystemFault, match="cannot be loaded"):
        OnnxTagger(tmp_path)
    (tmp_path / CONFIG).write_text("{}")
    with pytest.raises(UserError, match=CONFIG):
        OnnxTagger(tmp_path)

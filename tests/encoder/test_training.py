"""Training learns, resumes exactly, trains on nothing held out, and says what is wrong with a config."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from litdex.encoder.batches import Mixture, Source
from litdex.encoder.config import Config, Data, Finetune, Kind, Phase, Pretrain, Tokenizer, read_config
from litdex.encoder.corpus import Article
from litdex.encoder.finetune import finetune
from litdex.encoder.pairs import Citations, OwnAbstract, SameField
from litdex.encoder.pretrain import pretrain
from litdex.errors import LitdexError, UserError
from litdex.training import load_state, read_log

pytest.importorskip("torch")
pytestmark = pytest.mark.train
FIELDS = {"hep": "quark gluon lepton boson", "astro-ph": "galaxy star dust halo"}


def articles(count: int = 24) -> list[Article]:
    rng = random.Random(0)
    made = []
    for i in range(count):
        field = list(FIELDS)[i % 2]
        words = [rng.choice(FIELDS[field].split()) for _ in range(60)]
        abstract = ". ".join(" ".join(words[j : j + 10]).capitalize() for j in range(0, 60, 10)) + "."
        made.append(Article(f"p{i}", " ".join(words[:6]), abstract, field, field))
    return made


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "papers.jsonl"
    rows = [{"id": a.id, "title": a.title, "abstract": a.abstract, "categories": [a.category]} for a in articles()]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def tokenizer(corpus: Path) -> Path:
    from litdex.encoder.tokenizer import train_tokenizer

    folder = corpus.parent / "tokenizer"
    return train_tokenizer(Config(data=Data(papers=(corpus,)), tokenizer=Tokenizer(output=folder, size=120)))


def tiny(corpus: Path, tokenizer: Path, output: Path) -> Config:
    settings = Pretrain(
        output=output,
        tokenizer=tokenizer,
        layers=1,
        width=32,
        heads=2,
        inner=32,
        rate=1e-2,
        accumulate=2,
        precision="fp32",
        phases=(Phase(tokens=16, epochs=4, batch=4), Phase(tokens=32, epochs=2, batch=2)),
    )
    return Config(data=Data(papers=(corpus,)), pretrain=settings)


def same_weights(left: Path, right: Path) -> bool:
    states = [load_state(folder / "state.pt") for folder in (left, right)]
    first, second = [state["model"] for state in states if state is not None]
    return all(bool((first[name] == second[name]).all()) for name in first)


def test_pretraining_lowers_the_loss_and_resumes_to_the_same_weights(
    corpus: Path, tokenizer: Path, tmp_path: Path
) -> None:
    pretrain(tiny(corpus, tokenizer, tmp_path / "whole"))
    pretrain(tiny(corpus, tokenizer, tmp_path / "cut"), stop_after=11)
    pretrain(tiny(corpus, tokenizer, tmp_path / "cut"))
    losses = [entry["loss"] for entry in read_log(tmp_path / "whole")]
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    assert same_weights(tmp_path / "whole", tmp_path / "cut")


def test_finetuning_lowers_the_loss_and_resumes_to_the_same_weights(
    corpus: Path, tokenizer: Path, tmp_path: Path
) -> None:
    from litdex.encoder.starts import save_pooled

    start = pretrain(tiny(corpus, tokenizer, tmp_path / "mlm"), stop_after=2)
    save_pooled(start, tmp_path / "start", pooling="mean", max_tokens=64)
    settings = Finetune(
        start=str(tmp_path / "start"), output=tmp_path / "whole", steps=16, rate=5e-3, evaluations=0, average=0.9
    )
    kinds = {"field": Kind(share=1.0, size=8, tokens=32), "source": Kind(share=1.0, size=8, tokens=48, sentence=0.5)}
    config = Config(data=Data(papers=(corpus,)), finetune=settings, kinds=kinds)
    cut = replace(config, finetune=replace(settings, output=tmp_path / "cut"))
    finetune(config)
    finetune(cut, stop_after=7)
    finetune(cut)
    losses = [entry["loss"] for entry in read_log(tmp_path / "whole") if entry["kind"] == "field"]
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    assert same_weights(tmp_path / "whole", tmp_path / "cut")
    assert (tmp_path / "whole" / "best" / "modules.json").is_file()


def test_gradient_caching_gives_the_same_gradient() -> None:
    import torch

    from litdex.encoder.gradcache import backward

    gradients = []
    for cached in (False, True):
        torch.manual_seed(0)
        layer = torch.nn.Linear(5, 3)
        chunks = list(torch.randn(12, 5).split(4))
        backward(chunks, layer, lambda v: (v @ v.T).logsumexp(1).sum(), cached=cached)
        gradients.append(layer.weight.grad)
    assert torch.allclose(gradients[0], gradients[1], atol=1e-5)


def test_a_held_out_paper_never_reaches_a_batch() -> None:
    source = Source(OwnAbstract(articles()), 1.0, 6)
    mixture = Mixture({"source": source}, seed=1, held_out=[a.id for a in articles()])
    with pytest.raises(LitdexError, match="held-out paper"):
        mixture.batch(0)


def test_no_test_paper_in_batches_of_the_real_corpora(shared_data: Path) -> None:
    from litdex.encoder.corpus import read_articles, read_ids

    physics = shared_data / "physics"
    held_out = read_ids([physics / "test.jsonl.xz", physics / "devel.jsonl.xz"])
    kept = read_articles([physics / "train-0.jsonl.xz"], without=held_out)[:3000]
    mixture = Mixture({"source": Source(OwnAbstract(kept), 1.0, 64)}, seed=1, held_out=held_out)
    assert not any(mixture.batch(step).papers & held_out for step in range(50))


def test_kinds_take_turns_in_their_proportions() -> None:
    sources = {n: Source(OwnAbstract(articles()), s, 4) for n, s in (("a", 3.0), ("b", 1.0), ("c", 0.0))}
    turns = [Mixture(sources, seed=1).kind(step) for step in range(40)]
    assert {name: turns.count(name) for name in "abc"} == {"a": 30, "b": 10, "c": 0}


def test_related_texts_are_no_negatives() -> None:
    batch = SameField(articles()).draw(random.Random(0), 8)
    assert batch.related.sum(axis=1).tolist() == [4] * 8  # four papers of the same field on the other side
    edges = [("a", "b"), ("c", "b"), ("d", "e")]
    drawn = Citations(edges, {paper: paper for paper in "abcde"}).draw(random.Random(0), 3)
    for i, left in enumerate(drawn.left):
        assert drawn.related[i].tolist() == [left == right or (left, right) in edges for right in drawn.right]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[finetune]\nsteps = 3", "'start' is missing"),
        ("[finetune]\nstart = 'x'\nsteps = 'many'", "steps must be int, not 'many'"),
        ("[finetune]\nstart = 'x'\nrate = -1.0", "rate must not be negative"),
        ("[finetune]\nstart = 'x'\nstep = 3", "unknown key 'step'"),
        ("[kinds.titles]\nshare = 1.0", r"\[kinds.titles\] is no kind of pairs"),
        ("[pretrain]\nphases = 3", "phases must be a list"),
        ("x = [", "is not TOML"),
    ],
)
def test_a_bad_config_says_what_is_wrong(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(UserError, match=complaint):
        read_config(path)


@pytest.mark.parametrize("name", ["physbert.toml", "small.toml"])
def test_the_configs_that_ship_are_sound(name: str) -> None:
    import litdex.encoder

    config = read_config(Path(litdex.encoder.__file__).parent / "configs" / name)
    assert config.finetune is not None
    assert config.kinds


@pytest.mark.parametrize("name", ["biomedical.toml", "teacher.toml"])
def test_the_configs_of_the_taggers_encoders_are_sound(name: str) -> None:
    import litdex.encoder

    config = read_config(Path(litdex.encoder.__file__).parent / "configs" / name)
    assert config.pretrain is not None
    assert Path(config.pretrain.start).is_absolute()


def test_the_tokenizer_is_the_same_for_texts_in_another_order() -> None:
    from litdex.encoder.tokenizer import wordpiece

    texts = [a.abstract for a in articles()]
    vocabularies = [wordpiece(order, size=90, lowercase=True).get_vocab() for order in (texts, texts[::-1])]
    assert vocabularies[0] == vocabularies[1]


def test_a_new_piece_starts_as_the_mean_of_the_old_pieces_that_spell_it() -> None:
    from litdex.encoder.vocabulary import spelled

    old = {"[UNK]": 0, "neutr": 1, "##ino": 2, "##n": 3, "star": 4}
    assert spelled("star", old) == [4]
    assert spelled("neutrino", old) == [1, 2]
    assert spelled("##inon", old) == [2, 3]
    assert spelled("quark", old) == [0]


def test_the_best_cell_of_the_subdomain_grid_is_kept(corpus: Path, tokenizer: Path, tmp_path: Path) -> None:
    from litdex.encoder.starts import save_pooled
    from litdex.encoder.subdomain import finetune_subdomain
    from litdex.encoder.tasks import Clustering

    start = pretrain(tiny(corpus, tokenizer, tmp_path / "mlm"), stop_after=1)
    save_pooled(start, tmp_path / "start", pooling="mean", max_tokens=64)
    papers = articles()
    devel = Clustering("V", [a.abstract for a in papers], [a.category for a in papers], folds=2)
    grid = ((1e-3, 4), (1e-2, 4))
    cells = finetune_subdomain(str(tmp_path / "start"), papers, devel, tmp_path / "sub", pairs=8, grid=grid, tokens=32)
    assert [(cell.rate, cell.batch) for cell in cells] == list(grid)
    assert (tmp_path / "sub" / "modules.json").is_file()


def test_an_average_of_a_model_with_itself_is_that_model(corpus: Path, tokenizer: Path, tmp_path: Path) -> None:
    from litdex.encoder.averaging import averaged
    from litdex.encoder.models import open_model
    from litdex.encoder.starts import save_pooled

    start = pretrain(tiny(corpus, tokenizer, tmp_path / "mlm"), stop_after=1)
    for name in ("one", "two"):
        save_pooled(start, tmp_path / name, pooling="mean", max_tokens=64)
    mixed = averaged({str(tmp_path / "one"): 0.25, str(tmp_path / "two"): 0.75}).encode(["quark gluon"])
    assert np.allclose(mixed, open_model(str(tmp_path / "one")).encode(["quark gluon"]), atol=1e-6)
    with pytest.raises(UserError, match="must sum to 1"):
        averaged({str(tmp_path / "one"): 0.25})

"""Training learns, resumes exactly, decodes nothing forbidden, ships what it learnt, and says what is wrong."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import litdex.ner
from litdex.errors import UserError
from litdex.ner.corpora.joining import groups_of, joined
from litdex.ner.corpora.schemes import allowed, labels_of, spans_of
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.training.config import Augmentation, Config, Corpus, Model, Teacher, Training, read_config
from litdex.ner.training.data import batches_of, texts_of_epoch
from litdex.training import load_state, read_log

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train
NAMES = {"Disease": ["cystic fibrosis", "asthma", "lung cancer"], "Gene": ["CFTR", "p53", "BRCA-1"]}
FILLERS = ["the", "patients", "with", "of", "in", "mice", "shows", "was", "found", "and", "a", "cell"]


def write_corpus(folder: Path, kind: str, *, seed: int, sentences: int = 40) -> Path:
    """A corpus whose mentions a model can learn by heart."""
    rng = random.Random(seed)
    folder.mkdir(parents=True)
    for split in ("train", "devel"):
        lines: list[str] = []
        for _ in range(sentences):
            for word in rng.choices(FILLERS, k=rng.randint(1, 5)):
                lines.append(f"{word}\tO")
            for at, word in enumerate(rng.choice(NAMES[kind]).split()):
                lines.append(f"{word}\t{'I' if at else 'B'}-{kind}")
            lines += [".\tO", ""]
        (folder / f"{split}.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two tiny BERTs with a tokenizer each: one knows whole words, one only letters."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    letters = [chr(code) for code in range(33, 127)]
    single = [*letters, *(f"##{letter}" for letter in letters)]
    words = sorted({word for names in NAMES.values() for name in names for word in name.lower().split()} | {*FILLERS})
    made = []
    for name, pieces in (("words", [*special, *single, *words]), ("letters", [*special, *single])):
        folder = tmp_path_factory.mktemp(name)
        ids = {piece: at for at, piece in enumerate(dict.fromkeys(pieces))}
        backend = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
        backend.normalizer = normalizers.BertNormalizer(lowercase=True)
        backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        ends = [(piece, ids[piece]) for piece in ("[CLS]", "[SEP]")]
        backend.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
        torch.manual_seed(len(pieces))
        shape = BertConfig(
            vocab_size=len(ids),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=160,
        )
        BertModel(shape, add_pooling_layer=False).save_pretrained(folder)
        fast = PreTrainedTokenizerFast(tokenizer_object=backend, pad_token="[PAD]", unk_token="[UNK]")
        fast.save_pretrained(folder)
        made.append(str(folder))
    return made[0], made[1]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Corpus]:
    folder = tmp_path_factory.mktemp("corpora")
    return {
        "disease": Corpus(path=write_corpus(folder / "disease", "Disease", seed=1), join=30),
        "gene": Corpus(path=write_corpus(folder / "gene", "Gene", seed=2), share=0.5),
    }


@pytest.fixture
def config(encoders: tuple[str, str], corpora: dict[str, Corpus], tmp_path: Path) -> Config:
    training = Training(output=tmp_path / "run", rate=3e-3, head_rate=1e-2, epochs=4, batch=160, threads=1)
    return Config(model=Model(encoders=encoders, hidden=24, surface=16), training=training, corpora=corpora)


def train(
    config: Config, stop_after: int | None = None, progress: Callable[[float, float], None] | None = None
) -> Path:
    from litdex.ner.training.loop import train as run

    return run(config, stop_after=stop_after, progress=progress)


def test_loss_falls_and_mentions_are_found(config: Config) -> None:
    from litdex.ner.training.curves import curves

    losses: list[float] = []
    best = train(config, progress=lambda _, loss: losses.append(loss))
    devel = [entry["devel F1"] for entry in read_log(config.training.output) if "devel F1" in entry]
    assert sum(losses[-4:]) < sum(losses[:4]) / 4
    assert devel[-1] > 0.9
    assert (best / "tagger.json").is_file()
    assert curves(config.training.output).stat().st_size > 10_000


@pytest.mark.parametrize("fusion", ["linear", "attention"])
@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_resumed_run_ends_with_the_same_weights(config: Config, fusion: str, alpha: float, tmp_path: Path) -> None:
    ends = {}
    for name, stops in (("whole", [9]), ("resumed", [4, 9])):
        training = replace(config.training, output=tmp_path / name, alpha=alpha, evaluations=2)
        augmentation = Augmentation(noise=0.1, substitution=0.3)
        run = replace(config, training=training, model=replace(config.model, fusion=fusion), augmentation=augmentation)
        for stop in stops:
            train(run, stop_after=stop)
        ends[name] = load_state(training.output / "state.pt")
    whole, resumed = ends["whole"], ends["resumed"]
    assert whole is not None
    assert resumed is not None
    assert whole["place"][0] == 9
    assert whole["place"] == resumed["place"]
    assert whole["best"] == resumed["best"]
    for key, value in whole["model"].items():
        assert torch.equal(value, resumed["model"][key]), key


def test_batches_made_by_other_processes_are_the_same(config: Config, tmp_path: Path) -> None:
    ends = []
    for workers in (0, 2):
        settings = replace(config.training, output=tmp_path / str(workers), workers=workers, epochs=1.2)
        train(replace(config, training=settings))
        state = load_state(settings.output / "state.pt")
        assert state is not None
        ends.append(state["model"])
    assert all(torch.equal(value, ends[1][name]) for name, value in ends[0].items())


def test_a_student_learns_from_text_that_only_its_teacher_knows(config: Config, tmp_path: Path) -> None:
    teacher = train(replace(config, training=replace(config.training, output=tmp_path / "teacher")))
    texts = tmp_path / "texts.jsonl"
    abstract = " ".join(f"The patients with {name} was found." for name in NAMES["Disease"])
    paper = json.dumps({"title": "Asthma in mice", "abstract": abstract})
    texts.write_text(f"{paper}\n" * 3, encoding="utf-8")
    # Of the corpora nothing is left but a sentence or two: what the student knows in the end, it was taught.
    few = {name: replace(corpus, share=0.05) for name, corpus in config.corpora.items()}
    settings = replace(config.training, output=tmp_path / "student", epochs=80, evaluations=0, head_rate=5e-3)
    lesson = Teacher(taggers=(teacher,), texts=texts, share=6, weight=1.0)
    train(replace(config, corpora=few, training=settings, teacher=lesson))
    scores = [entry["devel F1 disease"] for entry in read_log(settings.output) if "devel F1" in entry]
    assert len(scores) == 1
    assert scores[0] > 0.8


def test_a_teacher_of_other_types_is_refused(config: Config, corpora: dict[str, Corpus], tmp_path: Path) -> None:
    settings = replace(config.training, output=tmp_path / "teacher", epochs=1)
    other = train(replace(config, corpora={"gene": corpora["gene"]}, training=settings))
    with pytest.raises(UserError, match="has no head disease"):
        train(replace(config, teacher=Teacher(taggers=(other,))))


def test_a_run_with_a_time_limit_ends_with_a_tagger(config: Config) -> None:
    best = train(replace(config, training=replace(config.training, epochs=10_000, evaluations=0, minutes=0.01)))
    assert (best / "tagger.json").is_file()
    assert sum("devel F1" in entry for entry in read_log(config.training.output)) == 1


def test_each_corpus_has_a_head_of_its_own_types(config: Config) -> None:
    from litdex.ner.training.saved import load

    found = load(train(config, stop_after=200))
    assert {name: {tag[2:] for tag in found.model.head(name).tags} for name in ("disease", "gene")} == {
        "disease": {"", "Disease"},
        "gene": {"", "Gene"},
    }
    assert found.join == {"disease": 30, "gene": 0}


def test_a_forbidden_transition_has_no_probability_and_is_never_decoded() -> None:
    from litdex.ner.training.crf import Head

    torch.manual_seed(0)
    tags = labels_of(["A", "B"])
    head = Head(8, tags, crf=True)
    start, end, pair = allowed(tags)
    optimizer = torch.optim.SGD(head.parameters(), lr=5.0)
    mask = torch.arange(12) < torch.tensor([12, 7, 1, 3])[:, None]
    for _ in range(20):
        fused = torch.randn(4, 12, 8) * 5
        labels = torch.zeros(4, 12, dtype=torch.long)
        loss = head.loss(head(fused), labels, mask, 0.5)
        assert torch.isfinite(loss)
        loss.backward()
        optimizer.step()
        for row, decoded in enumerate(head.decode(-head(fused) * 9, mask)):
            assert len(decoded) == int(mask[row].sum())
            assert start[decoded[0]]
            assert end[decoded[-1]]
            assert all(pair[a, b] for a, b in itertools.pairwise(decoded))
    assert (head.arrays()["transitions"][~pair] == -10000).all()


def test_alpha_weighs_the_two_losses() -> None:
    from litdex.ner.training.crf import Head

    torch.manual_seed(1)
    head = Head(8, labels_of(["A"]), crf=True)
    scores, mask = head(torch.randn(2, 5, 8)), torch.ones(2, 5, dtype=torch.bool)
    labels = torch.zeros(2, 5, dtype=torch.long)
    entropy, crf, half = (float(head.loss(scores, labels, mask, alpha)) for alpha in (0, 1, 0.5))
    assert entropy == pytest.approx(float(torch.nn.functional.cross_entropy(scores.flatten(0, 1), labels.flatten())))
    assert half == pytest.approx((entropy + crf) / 2)
    assert crf != pytest.approx(entropy)


def test_two_taggers_side_by_side_score_as_their_mean(
    config: Config, encoders: tuple[str, str], tmp_path: Path
) -> None:
    from litdex.ner.training.inputs import inputs_of
    from litdex.ner.training.saved import cutters, fresh, load

    parts = []
    for name in encoders:
        single = replace(config, model=replace(config.model, encoders=(name,), hidden=12))
        parts.append(train(replace(single, training=replace(config.training, output=tmp_path / Path(name).name)), 30))
    both = replace(config.model, encoders=encoders, start=tuple(parts), hidden=24, surface=32)
    loaded = [load(part) for part in parts]
    tags = {name: loaded[0].model.head(name).tags for name in ("disease", "gene")}
    model, tokenizers = fresh(both, tags)
    text = [["cystic", "fibrosis", "in", "CFTR"], ["a"]]
    cut = cutters(tokenizers)
    scores = model.eval().head("gene")(model(inputs_of(text, [one.cut(text) for one in cut], cut)))
    each = []
    for part in loaded:
        own = cutters(part.tokenizers)
        each.append(part.model.head("gene")(part.model(inputs_of(text, [one.cut(text) for one in own], own))))
    assert torch.allclose(scores, (each[0] + each[1]) / 2, atol=1e-5)
    with pytest.raises(UserError, match=r"model\.hidden must be 24"):
        fresh(replace(both, hidden=23), tags)


def test_what_is_exported_tags_as_the_trained_model(config: Config, tmp_path: Path) -> None:
    from litdex.ner.corpora.read import read_corpus
    from litdex.ner.inference import OnnxTagger
    from litdex.ner.training.export import export_tagger
    from litdex.ner.training.reading import Reader
    from litdex.ner.training.saved import cutters, load

    best = train(config)
    settings = export_tagger(best, tmp_path / "out", name="tiny", licence="CC0-1.0", card="# tiny")
    tagger = OnnxTagger(tmp_path / "out")
    assert tagger.fingerprint == settings.fingerprint
    assert set(tagger.types) == {"Disease", "Gene"}
    sentences = read_corpus(config.corpora["gene"].path, "devel")
    found = load(best)
    expected = Reader(found.model, cutters(found.tokenizers)).read("gene", sentences, join=0).spans
    tags = tagger.tags([sentence.words for sentence in sentences])["gene"]
    same = [spans_of(row) == spans for row, spans in zip(tags, expected, strict=True)]
    assert np.mean(same) > 0.95  # weights in 8 bits may turn a close call


def test_texts_of_an_epoch_follow_join_share_and_thinning() -> None:
    sentences = [Sentence(("w",) * 10, (True,) * 10, (Span(0, 1, "A"),) if at % 4 == 0 else ()) for at in range(40)]
    groups = list(groups_of(sentences, 30))
    assert [len(group) for group in groups] == [3] * 13 + [1]
    assert [span.start for span in joined(groups[0]).spans] == [0]
    assert [span.start for span in joined(groups[1]).spans] == [10]
    thinned = texts_of_epoch(sentences, Corpus(path=Path(), without=0.5), random.Random(0))
    assert [sum(bool(t.spans) is having for t in thinned) for having in (True, False)] == [10, 5]
    assert len(texts_of_epoch(sentences, Corpus(path=Path(), share=2.5), random.Random(0))) == 100


def test_batches_keep_to_the_budget_with_their_padding() -> None:
    from litdex.ner.training.data import Example

    rng = random.Random(0)
    made = []
    for _ in range(300):
        words = ("w",) * rng.randint(1, 60)
        made.append(Example("c", Sentence(words, (True,) * len(words)), ([[1]] * len(words),)))
    batches = batches_of(made, 256, rng)
    assert sum(map(len, batches)) == 300
    padded = [len(batch) * max(example.size for example in batch) for batch in batches]
    assert max(padded) <= 256
    assert sum(example.size for example in made) > 0.85 * sum(padded)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("fusion = 'sum'", "model.fusion must be one of linear, attention, not 'sum'"),
        ("hiden = 3", "unknown key 'hiden'. It may be:"),
        ("crf = false", "training.alpha must be 0 where model.crf is false"),
        ("[training.x]", "unknown key 'x'"),
    ],
)
def test_a_bad_config_says_what_is_wrong(change: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(f"[corpora.a]\npath = 'a'\n[training]\noutput = 'o'\n[model]\nencoders = ['x']\n{change}\n")
    with pytest.raises(UserError, match=complaint):
        read_config(path)


def test_an_encoder_that_is_not_there_is_one_line(config: Config) -> None:
    bad = replace(config, model=replace(config.model, encoders=("no/such-folder/at-all",)))
    with pytest.raises(UserError, match=r"there is no encoder no/such-folder") as caught:
        train(bad)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["paper.toml", "teacher.toml", "small.toml", "longer.toml"])
def test_the_configs_that_ship_are_sound(name: str) -> None:
    config = read_config(Path(litdex.ner.__file__).parent / "configs" / name)
    assert len(config.model.encoders) == (2 if name == "paper.toml" else 1)
    assert config.corpora


def test_the_commands_train_score_and_export(encoders: tuple[str, str], tmp_path: Path) -> None:
    """One command trains on a user's corpus; a config beside it, paths relative to it."""
    write_corpus(tmp_path / "mine", "Gene", seed=4)
    config = tmp_path / "mine.toml"
    config.write_text(
        f"[corpora.mine]\npath = 'mine'\n[model]\nencoders = ['{encoders[0]}']\nhidden = 24\nsurface = 16\n"
        "[training]\noutput = 'run'\nepochs = 6\nbatch = 160\nrate = 3e-3\nhead_rate = 1e-2\nthreads = 1\n"
    )
    assert Path(call("ner", "train", str(config)).strip()) == tmp_path / "run" / "best"
    assert (tmp_path / "run" / "curves.png").is_file()
    (tmp_path / "card.md").write_text("# mine")
    called = ["--name", "mine", "--licence", "CC0-1.0", "--card", str(tmp_path / "card.md")]
    call("ner", "export", str(tmp_path / "run" / "best"), str(tmp_path / "out"), *called)
    for model in (tmp_path / "run" / "best", tmp_path / "out"):
        scored = call("ner", "evaluate", str(model), str(tmp_path / "mine"), "--split", "devel", "--robustness")
        assert "head mine, 40 sentences" in scored
        micro = next(line.split() for line in scored.splitlines() if line.startswith("micro"))
        assert float(micro[3]) > 80
        assert "10% of letters edited" in scored


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nothing"], "nothing holds no tagger"),
        (["dictionary", "--head", "x"], "the tagger has no head x. It has: dictionary."),
        (["dictionary", "--type", "Gene"], "--type must be OLD=NEW"),
        (["dictionary", "--split", "test"], "has no test split"),
    ],
)
def test_a_bad_evaluation_says_what_is_wrong(arguments: list[str], complaint: str, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "c", "Gene", seed=4)
    split = [] if "--split" in arguments else ["--split", "devel"]
    with pytest.raises(UserError, match=complaint):
        call("ner", "evaluate", arguments[0], str(corpus), *split, *arguments[1:])


def test_a_types_case_does_not_matter_and_unknown_types_are_left_out(tmp_path: Path) -> None:
    from litdex.ner.evaluation import evaluate
    from litdex.ner.predictors import open_predictor

    corpus = write_corpus(tmp_path / "c", "Gene", seed=4)
    devel = (corpus / "devel.tsv").read_text()
    (corpus / "test.tsv").write_text(devel.replace("-Gene", "-GENE") + "\nLondon\tB-Place\n")
    found = evaluate(open_predictor("dictionary", corpus, {}), corpus, "test", types={})
    assert found.ignored == ("Place",)
    assert list(found.scores.types) == ["Gene"]
    assert found.scores.micro.f1 == 1.0
    assert found.scores.interval == (1.0, 1.0)


def call(*arguments: str) -> str:
    """The standard output of a command. Errors are raised as they are."""
    from click.testing import CliRunner

    from litdex.cli.ner import ner

    result = CliRunner().invoke(ner, arguments[1:], catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout

"""Viterbi and marginals in numpy against enumeration of every path, and against pytorch-crf."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litdex.ner.corpora.schemes import allowed, labels_of
from litdex.ner.crf import Crf
from litdex.ner.exported import FORBIDDEN

LABELS = labels_of(["Disease"])


def random_crf(rng: np.random.Generator, tags: int, permitted: bool = True) -> Crf:
    """Random scores; what the IOBES scheme forbids is forbidden."""
    tables = [rng.normal(0, 2, shape).astype(np.float32) for shape in ((tags,), (tags,), (tags, tags))]
    if permitted:
        tables = [np.where(table, scores, FORBIDDEN) for table, scores in zip(allowed(LABELS), tables, strict=True)]
    return Crf(*(np.asarray(table, np.float32) for table in tables))


def score(crf: Crf, emissions: np.ndarray, path: tuple[int, ...]) -> float:
    """What pytorch-crf gives a path: the definition."""
    total = float(crf.start[path[0]] + crf.end[path[-1]]) + sum(
        float(emissions[at, tag]) for at, tag in enumerate(path)
    )
    return total + sum(float(crf.transitions[a, b]) for a, b in pairwise(path))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.sampled_from([1, 3, 30]))
def test_decoding_and_marginals_are_those_of_all_paths(seed: int, lengths: list[int], spread: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = sorted(lengths, reverse=True)
    crf = random_crf(rng, len(LABELS))
    emissions = rng.normal(0, spread, (len(lengths), max(lengths), len(LABELS))).astype(np.float32)
    decoded = crf.decode(emissions, lengths)
    lattice = crf.lattice(emissions, lengths)
    for row, length in enumerate(lengths):
        paths = list(product(range(len(LABELS)), repeat=length))
        scores = np.array([score(crf, emissions[row], path) for path in paths])
        assert score(crf, emissions[row], tuple(decoded[row])) == pytest.approx(scores.max(), abs=1e-3)
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        expected = np.zeros((length, len(LABELS)))
        for share, path in zip(shares, paths, strict=True):
            expected[range(length), path] += share
        assert np.allclose(lattice.marginals()[row, :length], expected, atol=1e-6)
        first = int(rng.integers(length))
        best = tuple(int(tag) for tag in decoded[row][first:])
        together = sum(share for share, path in zip(shares, paths, strict=True) if path[first:] == best)
        assert lattice.probability(row, first, best) == pytest.approx(together, abs=1e-6)
        assert not lattice.marginals()[row, length:].any()


def test_what_the_scheme_forbids_is_never_decoded() -> None:
    crf = random_crf(np.random.default_rng(3), len(LABELS))
    _, _, pair = allowed(LABELS)
    emissions = np.random.default_rng(4).normal(0, 50, (8, 40, len(LABELS))).astype(np.float32)
    for tags in crf.decode(emissions, [40] * 8):
        assert all(pair[a, b] for a, b in pairwise(tags))


def test_scores_of_any_size_give_probabilities() -> None:
    crf = random_crf(np.random.default_rng(5), 4, permitted=False)
    emissions = np.random.default_rng(6).normal(0, 2000, (3, 200, 4)).astype(np.float32)
    sums = crf.lattice(emissions, [200, 200, 1]).marginals().sum(axis=2)
    assert np.allclose(sums[:2], 1)
    assert sums[2, 0] == pytest.approx(1)


@pytest.mark.train
def test_decoding_agrees_with_pytorch_crf() -> None:
    torch = pytest.importorskip("torch")
    torchcrf = pytest.importorskip("torchcrf")
    rng = np.random.default_rng(7)
    lengths = sorted(rng.integers(1, 60, 24).tolist(), reverse=True)
    labels = labels_of([f"T{n}" for n in range(12)])
    theirs = torchcrf.CRF(len(labels), batch_first=True)
    start, end, pair = (np.where(table, 0, FORBIDDEN) for table in allowed(labels))
    scores = [np.asarray(table + rng.normal(0, 1, table.shape), np.float32) for table in (start, end, pair)]
    emissions = rng.normal(0, 3, (len(lengths), max(lengths), len(labels))).astype(np.float32)
    with torch.no_grad():
        for mine, parameter in zip(
            scores, (theirs.start_transitions, theirs.end_transitions, theirs.transitions), strict=True
        ):
            parameter.copy_(torch.from_numpy(mine))
        mask = torch.arange(max(lengths))[None, :] < torch.tensor(lengths)[:, None]
        expected = theirs.decode(torch.from_numpy(emissions), mask)
    crf = Crf(*scores)
    decoded = crf.decode(emissions, lengths)
    assert [tags.tolist() for tags in decoded] == expected
    lattice = crf.lattice(emissions, lengths)
    with torch.no_grad():
        for row, length in enumerate(lengths):
            one = torch.from_numpy(emissions[row : row + 1, :length])
            likelihood = float(theirs(one, torch.tensor([expected[row]])).exp())
            assert lattice.probability(row, 0, expected[row]) == pytest.approx(likelihood, rel=1e-3, abs=1e-9)


@pytest.mark.train
@pytest.mark.parametrize("words", [1, 2, 5, 64, 81])
def test_a_likelihood_by_halves_is_pytorch_crfs(words: int) -> None:
    """What a GPU trains on has the value and the gradients of the sum along the words."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("torchcrf")
    from torch.nn.utils import parametrize

    from litdex.ner.training.crf import Head
    from litdex.ner.training.scan import likelihood

    torch.manual_seed(words)
    head = Head(4, LABELS, crf=True)
    assert head.crf is not None
    scores = (3 * torch.randn(6, words, len(LABELS))).requires_grad_()
    mask = torch.arange(words)[None, :] < torch.tensor([max(1, words - 7 * row) for row in range(6)])[:, None]
    with torch.no_grad():
        labels = torch.zeros(6, words, dtype=torch.long)
        for row, tags in enumerate(head.decode(scores, mask)):
            labels[row, : len(tags)] = torch.tensor(tags)
    learnt = [scores, *head.crf.parameters()]
    with parametrize.cached():
        wanted, found = head.crf(scores, labels, mask, reduction="sum"), likelihood(head.crf, scores, labels, mask)
        slopes = [
            torch.autograd.grad(value, learnt, retain_graph=True, materialize_grads=True) for value in (wanted, found)
        ]
    assert found.item() == pytest.approx(wanted.item(), rel=1e-5)
    for one, other in zip(*slopes, strict=True):
        assert torch.allclose(one, other, atol=1e-3)

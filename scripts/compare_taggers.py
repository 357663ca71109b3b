"""Is an exported tagger the one that was trained? `python -m scripts.compare_taggers TRAINED EXPORTED CORPUS [SPLIT]`.

TRAINED and EXPORTED are folders, CORPUS a folder of splits. Printed for the corpus's head: the F1 of both, and the
share of sentences in which both find the very same spans. They differ only by what 8-bit storage rounds off.
"""

from __future__ import annotations

import sys
from pathlib import Path

from litdex.ner.corpora.read import read_corpus
from litdex.ner.predictors import head_for, open_predictor


def main() -> None:
    """Print the comparison."""
    trained, exported, folder = sys.argv[1:4]
    sentences = read_corpus(Path(folder), sys.argv[4] if len(sys.argv) > 4 else "test")
    types = frozenset(span.type for sentence in sentences for span in sentence.spans)
    found = {}
    for name in (trained, exported):
        predictor = open_predictor(name, Path(folder), {})
        head = head_for(predictor, Path(folder), types)
        found[name] = [set(spans) for spans in predictor.predict(head, sentences)]
        right = sum(len(mine & set(one.spans)) for mine, one in zip(found[name], sentences, strict=True))
        total = sum(map(len, found[name])) + sum(len(one.spans) for one in sentences)
        print(f"{name}, head {head}: F1 {200 * right / max(1, total):.2f}", flush=True)
    same = sum(mine == theirs for mine, theirs in zip(*found.values(), strict=True))
    print(f"the same spans in {same:,} of {len(sentences):,} sentences, {100 * same / len(sentences):.2f} %")


if __name__ == "__main__":
    main()

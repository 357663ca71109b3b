"""A checkpoint with fewer word pieces: `python -m scripts.prune_vocabulary CHECKPOINT TEXTS.jsonl OUTPUT [LEAST]`.

Kept are the special tokens, all single characters of Latin, Greek and signs, and the pieces that occur at least LEAST
times (3) in the texts, JSON lines with title and abstract. What kept pieces spell is read as before; another word is
spelled with shorter pieces.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from litdex.encoder.vocabulary import PREFIX, transplant

LAST = 0x2500  # characters up to here: Latin, Greek, Cyrillic and mathematical signs
TOGETHER = 2000


def counted(tokenizer: Any, path: Path) -> Counter[int]:
    """How often each piece occurs."""
    counts: Counter[int] = Counter()
    with path.open(encoding="utf-8") as lines:
        texts = [f"{paper['title']} {paper['abstract']}" for paper in map(json.loads, lines)]
    for start in range(0, len(texts), TOGETHER):
        for encoding in tokenizer.encode_batch(texts[start : start + TOGETHER], add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def main() -> None:
    """Count, cut and write."""
    from tokenizers import Tokenizer
    from transformers import AutoModel, BertTokenizerFast

    source, texts, output = (Path(name) for name in sys.argv[1:4])
    least = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    counts = counted(tokenizer, texts)
    old = tokenizer.get_vocab()
    special = [token for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]") if token in old]
    signs = [piece for piece in old if len(piece.removeprefix(PREFIX)) == 1 and ord(piece[-1]) < LAST]
    often = [piece for piece, number in old.items() if counts[number] >= least]
    kept = [*special, *sorted({*signs, *often} - {*special}, key=lambda piece: old[piece])]
    new = {piece: number for number, piece in enumerate(kept)}
    described = json.loads(tokenizer.to_str())
    described["model"]["vocab"] = new
    for token in described["added_tokens"]:
        token["id"] = new[token["content"]]
    for token in described["post_processor"].get("special_tokens", {}).values():
        token["ids"] = [new[content] for content in token["tokens"]]
    for side in ("sep", "cls"):
        if side in described["post_processor"]:
            described["post_processor"][side][1] = new[described["post_processor"][side][0]]
    model = AutoModel.from_pretrained(source, add_pooling_layer=False)
    transplant(model, old, new)
    model.config.pad_token_id = new["[PAD]"]
    model.save_pretrained(output)
    names = {f"{token.strip('[]').lower()}_token": token for token in special}
    pruned = Tokenizer.from_str(json.dumps(described))
    BertTokenizerFast(tokenizer_object=pruned, model_max_length=512, **names).save_pretrained(output)
    print(f"{output}: {len(new):,} of {len(old):,} pieces kept")


if __name__ == "__main__":
    main()

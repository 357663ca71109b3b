"""A WordPiece vocabulary trained on one's own corpus, saved as the Hugging Face tokenizer that BERT models load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from litdex.encoder.config import Config
from litdex.encoder.corpus import read_articles, read_ids
from litdex.errors import UserError

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def train_tokenizer(config: Config) -> Path:
    """Train the tokenizer that `config` describes on its papers; returns the folder that it was saved in."""
    settings = config.tokenizer
    if settings is None:
        raise UserError("the config has no [tokenizer] section: add one (see configs/physbert.toml).")
    held_out = read_ids([*config.data.held_out, *config.data.devel])
    articles = read_articles(config.data.papers, without=held_out)
    if not articles:
        raise UserError("there is no text to train a tokenizer on: name files under data.papers.")
    texts = (f"{article.title}\n{article.abstract}" for article in articles)
    trained = wordpiece(texts, size=settings.size, lowercase=settings.lowercase, least=settings.least)
    return save_tokenizer(trained, settings.output, lowercase=settings.lowercase)


def wordpiece(texts: Iterable[str], *, size: int, lowercase: bool, least: int = 2) -> Any:
    """A `tokenizers.Tokenizer` with at most `size` entries, the same for the same texts in any order.

    Words are counted first and handed to the trainer sorted: its ties are then always broken alike.
    """
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    counts = _counted(texts, tokenizer)  # before training, which locks the tokenizer
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=least, special_tokens=[*SPECIAL, *_letters(counts)], show_progress=False
    )
    tokenizer.train_from_iterator(_words(counts), trainer)
    tokenizer = _fresh(tokenizer)
    tokenizer.add_special_tokens(list(SPECIAL))
    ids = {token: tokenizer.token_to_id(token) for token in SPECIAL}
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    return tokenizer


def _letters(counts: Counter[str]) -> list[str]:
    """Single characters, at the start of a word and within one, in sorted order.

    Named up front, they get the same ids in every run; else the trainer numbers them, and breaks ties, by chance.
    """
    within = {f"##{letter}" for word in counts for letter in word[1:]}
    return sorted({letter for word in counts for letter in word}) + sorted(within)


def _fresh(trained: Any) -> Any:
    """The trained tokenizer without the mark of special tokens that its letters have."""
    from tokenizers import Tokenizer, models

    model = models.WordPiece(trained.get_vocab(), unk_token="[UNK]", max_input_chars_per_word=100)
    fresh = Tokenizer(model)
    fresh.normalizer, fresh.pre_tokenizer, fresh.decoder = trained.normalizer, trained.pre_tokenizer, trained.decoder
    return fresh


def _counted(texts: Iterable[str], tokenizer: Any) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        normal = tokenizer.normalizer.normalize_str(text)
        counts.update(word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal))
    return counts


def _words(counts: Counter[str]) -> Iterator[str]:
    """Each word as often as it occurs, in sorted order, one word a line."""
    for word in sorted(counts):
        yield " ".join([word] * counts[word])


def save_tokenizer(tokenizer: Any, folder: Path, *, lowercase: bool, max_tokens: int = 512) -> Path:
    """Save in the Hugging Face format: tokenizer.json, tokenizer_config.json and vocab.txt."""
    from transformers import BertTokenizerFast

    names = {f"{token.strip('[]').lower()}_token": token for token in SPECIAL}
    wrapped = BertTokenizerFast(
        tokenizer_object=tokenizer, do_lower_case=lowercase, model_max_length=max_tokens, **names
    )
    folder.mkdir(parents=True, exist_ok=True)
    wrapped.save_pretrained(folder)
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece, _ in pieces), encoding="utf-8")
    return folder

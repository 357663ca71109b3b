"""transformers' Nougat: any checkpoint by name or folder, on the GPU or the CPU, several pages at a time.

Source: Blecher et al., 2023, "Nougat: Neural Optical Understanding for Academic Documents".
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from litdex.errors import UserError
from litdex.ingest.ocr.engine import Engine, PageImage, ReadPage
from litdex.ingest.ocr.repetition import period_of, without_repetition

DEFAULT_CHECKPOINT = "facebook/nougat-small"
LOOK_EVERY = 16  # tokens between two looks for repetition
SECONDS_ON_GPU, SECONDS_ON_CPU = 4.0, 900.0


def load(checkpoint: str) -> Engine:
    """The engine with a checkpoint's weights. Raises UserError where they cannot be had."""
    return Nougat(checkpoint or DEFAULT_CHECKPOINT)


class Nougat:
    """A vision encoder and a text decoder that writes a page's Markdown."""

    dpi = 96

    def __init__(self, checkpoint: str) -> None:
        import torch

        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self.batch = int(os.environ.get("LITDEX_OCR_BATCH", 8 if self._device == "cuda" else 1))
        self.seconds_a_page = SECONDS_ON_GPU if self._device == "cuda" else SECONDS_ON_CPU
        self._model, self._images, self._words = _parts(checkpoint)
        self._model.to(self._device).eval()
        self.fingerprint = f"nougat {_revision(checkpoint, self._model)}"

    def read(self, pages: Sequence[PageImage], limit: float) -> Iterator[ReadPage]:
        """As the interface says: all pages at once, so the limit holds for them together."""
        import torch
        from transformers import StoppingCriteriaList

        pixels = self._images([page.image for page in pages], return_tensors="pt").pixel_values
        stop = _Stop(time.monotonic() + limit * len(pages))
        longest = int(self._model.config.decoder.max_position_embeddings)
        with torch.inference_mode():
            written = self._model.generate(
                pixels.to(self._device, self._model.dtype),
                min_length=1,
                max_length=longest,
                do_sample=False,
                num_beams=1,
                bad_words_ids=[[self._words.unk_token_id]],
                stopping_criteria=StoppingCriteriaList([stop]),
            )
        for place, text in enumerate(self._words.batch_decode(written, skip_special_tokens=True)):
            yield self._page(text, place in stop.repeating, stop.late)

    def _page(self, text: str, repeating: bool, late: bool) -> ReadPage:
        kept, cut = without_repetition(text.strip())
        markdown = self._words.post_process_generation(kept, fix_markdown=True) if kept else ""
        if repeating or cut:
            return ReadPage(markdown, fault="Nougat repeated itself; what it wrote before that is kept")
        return ReadPage(markdown, fault="stopped at the time limit; what was written is kept" if late else "")


class _Stop:
    """Ends a page that repeats itself, and all of them when time is up. Called by `generate` after each token."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self.repeating: set[int] = set()
        self.late = False

    def __call__(self, ids: Any, scores: Any, **_: Any) -> Any:
        """ids: (pages, tokens) -> (pages,), true where a page is done."""
        import torch

        self.late = time.monotonic() > self._deadline
        if ids.shape[1] % LOOK_EVERY == 0:
            self.repeating |= {place for place, row in enumerate(ids.tolist()) if period_of(row)}
        done = [self.late or place in self.repeating for place in range(ids.shape[0])]
        return torch.tensor(done, device=ids.device, dtype=torch.bool)


def _parts(checkpoint: str) -> tuple[Any, Any, Any]:
    """Model, image processor and tokenizer."""
    from transformers import VisionEncoderDecoderModel
    from transformers.models.nougat.image_processing_pil_nougat import NougatImageProcessorPil
    from transformers.models.nougat.tokenization_nougat import NougatTokenizer

    try:
        model = VisionEncoderDecoderModel.from_pretrained(checkpoint)
        images = NougatImageProcessorPil.from_pretrained(checkpoint)
        words = NougatTokenizer.from_pretrained(checkpoint)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:160]
        raise UserError(f"--ocr-engine nougat:{checkpoint}: no Nougat can be loaded from there ({reason})") from None
    return model, images, words


def _revision(checkpoint: str, model: Any) -> str:
    """What tells one set of weights from another."""
    folder = Path(checkpoint)
    if not folder.is_dir():
        return f"{checkpoint} {getattr(model.config, '_commit_hash', '')}"
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(folder.glob("*.safetensors")) + sorted(folder.glob("*.bin")):
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "blake2b").digest())
    return digest.hexdigest()

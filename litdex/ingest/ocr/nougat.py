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
        try:
            texts, stop = self._written(pages, time.monotonic() + limit * len(pages))
        except Exception as error:  # a third party's model: out of memory, an image that it refuses
            fault = f"Nougat failed: {type(error).__name__}: {' '.join(str(error).split())[:120]}"
            yield from (ReadPage(fault=fault, again=True) for _ in pages)
            return
        for place, text in enumerate(texts):
            yield self._page(text, place in stop.repeating, place in stop.late)

    def _written(self, pages: Sequence[PageImage], deadline: float) -> tuple[list[str], _Stop]:
        import torch
        from transformers import StoppingCriteriaList

        pixels = self._images([page.image for page in pages], return_tensors="pt").pixel_values
        stop = _Stop(deadline, self._words.eos_token_id)
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
        return self._words.batch_decode(written, skip_special_tokens=True), stop

    def _page(self, text: str, repeating: bool, late: bool) -> ReadPage:
        kept, cut = without_repetition(text.strip())
        try:
            markdown = self._words.post_process_generation(kept, fix_markdown=True) if kept else ""
        except Exception:  # it is made of patterns for text that Nougat writes, and may choke on any other
            markdown = kept
        if repeating or cut:
            return ReadPage(markdown, fault="Nougat repeated itself; what it wrote before that is kept")
        if late:
            return ReadPage(markdown, fault="stopped at the time limit; what was written is kept", again=True)
        return ReadPage(markdown)


class _Stop:
    """Ends a page that repeats itself, and all of them when time is up. Called by `generate` after each token."""

    def __init__(self, deadline: float, end: int) -> None:
        self._deadline = deadline
        self._end = end
        self.repeating: set[int] = set()
        self.late: set[int] = set()

    def __call__(self, ids: Any, scores: Any, **_: Any) -> Any:
        """ids: (pages, tokens) -> (pages,), true where a page is done."""
        import torch

        late = time.monotonic() > self._deadline
        if late or ids.shape[1] % LOOK_EVERY == 0:
            # What follows a page's end is padding, which is no repetition.
            going = {place: row for place, row in enumerate(ids.tolist()) if self._end not in row[1:]}
            self.repeating |= {place for place, row in going.items() if period_of(row)}
            self.late = going.keys() - self.repeating if late else self.late
        done = [late or place in self.repeating for place in range(ids.shape[0])]
        return torch.tensor(done, device=ids.device, dtype=torch.bool)


def _parts(checkpoint: str) -> tuple[Any, Any, Any]:
    """Model, image processor and tokenizer."""
    from transformers import VisionEncoderDecoderModel
    from transformers.models.nougat.image_processing_pil_nougat import NougatImageProcessorPil
    from transformers.models.nougat.tokenization_nougat import NougatTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # litdex has one of its own
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

"""A Nougat with random weights, small enough to be made in a test, and pages for it to read."""

from __future__ import annotations

import io
from pathlib import Path

HEIGHT, WIDTH = 64, 64
TOKENS = 96
TEXT = [
    "Squeezed states of atoms in a cavity.",
    "## Introduction",
    "The noise is \\(x^{2}\\) below the limit.",
    "* [1] A.",
]


def tiny_nougat(folder: Path, always: str = "") -> str:
    """A checkpoint in `folder`, in the files that a published one has; returns the folder's name.

    With `always`, it writes this token and nothing else.
    """
    import torch
    from transformers import DonutSwinConfig, DonutSwinModel, MBartConfig, MBartForCausalLM, VisionEncoderDecoderModel
    from transformers.models.nougat.image_processing_pil_nougat import NougatImageProcessorPil
    from transformers.models.nougat.tokenization_nougat import NougatTokenizer

    torch.manual_seed(1)
    torch.set_num_threads(1)  # the model is too small for more, which would wait for one another
    words = NougatTokenizer(**_vocabulary())
    encoder = DonutSwinConfig(
        image_size=(HEIGHT, WIDTH), patch_size=4, embed_dim=8, depths=[1, 1], num_heads=[1, 2], window_size=4
    )
    decoder = MBartConfig(
        vocab_size=len(words),
        d_model=16,
        decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=16,
        max_position_embeddings=TOKENS,
        is_decoder=True,
        add_cross_attention=True,
        init_std=1.0,  # weights that differ, so that not every token is the same
    )
    model = VisionEncoderDecoderModel(encoder=DonutSwinModel(encoder), decoder=MBartForCausalLM(decoder))
    if always:
        last = model.decoder.model.decoder.layer_norm
        with torch.no_grad():
            last.weight.zero_()
            last.bias.copy_(model.decoder.lm_head.weight[words.convert_tokens_to_ids(always)])
    model.config.decoder_start_token_id = words.bos_token_id
    model.config.pad_token_id = words.pad_token_id
    model.config.eos_token_id = words.eos_token_id
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    NougatImageProcessorPil(size={"height": HEIGHT, "width": WIDTH}).save_pretrained(folder)
    return str(folder)


def _vocabulary() -> dict[str, object]:
    """Vocabulary and merges of a byte-level BPE that was trained on a few lines."""
    import json

    from tokenizers import ByteLevelBPETokenizer

    trained = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "[START_REF]"]
    trained.train_from_iterator(TEXT * 8, vocab_size=320, min_frequency=1, special_tokens=special)
    model = json.loads(trained.to_str())["model"]
    return {"vocab": model["vocab"], "merges": [tuple(pair) for pair in model["merges"]]}


def picture_pages(count: int) -> bytes:
    """A PDF of so many pages, each a picture of a few lines of text."""
    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(300, 400), invariant=True)
    for number in range(count):
        image = Image.new("RGB", (600, 800), "white")
        draw = ImageDraw.Draw(image)
        for line, text in enumerate([f"Page {number + 1}", *TEXT]):
            draw.text((60, 100 + 60 * line), text, "black", ImageFont.load_default(24))
        canvas.drawImage(ImageReader(image), 0, 0, 300, 400)
        canvas.showPage()
    canvas.save()
    return file.getvalue()

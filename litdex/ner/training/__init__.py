"""Training of the entity tagger. Needs the extra `train`: only here does `litdex.ner` import torch."""

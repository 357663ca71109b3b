"""Text to vectors: inference, tokenizers, pre-training and contrastive training."""

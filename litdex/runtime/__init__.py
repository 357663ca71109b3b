"""What encoder and tagger stand on: exported weights, and ONNX Runtime to compute with them, without torch."""

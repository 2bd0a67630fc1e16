"""Layers, a family a file; ``nn`` itself names them all."""

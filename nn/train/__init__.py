"""Feeding a network: batches of data."""

from .data import DataLoader

__all__ = ["DataLoader"]

"""Weights, cards, configuration and code to AI models, datasets and their lineage."""

"""Corpus, training, evaluation; never imported by inference."""

"""The tables of the lexicon, one file of knowledge each, read and checked."""

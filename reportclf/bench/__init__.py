"""Speed and memory, measured on authored text that this package composes. See ``make bench``."""

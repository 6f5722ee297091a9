"""Formats in and out: read reports from files, write results to files."""

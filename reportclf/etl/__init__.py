"""Doors to hospital systems."""

"""Results for human eyes."""

"""Exchange with SymPy: equations come in as trees, results go out as matrix expressions or sums; no text is run."""

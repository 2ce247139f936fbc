"""Activations, a file each."""

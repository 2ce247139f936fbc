"""Distributions, a file each, by their log-densities."""

"""Holin: the operating system of a green-power industrial park."""

__version__ = "0.1.0"

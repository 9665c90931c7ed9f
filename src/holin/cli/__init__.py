"""The commands; they ask the rooms and print, they compute nothing."""

from holin.cli.app import app, main

__all__ = ["app", "main"]

"""`python -m holin` is the command `holin`."""

from holin.cli import main

main()

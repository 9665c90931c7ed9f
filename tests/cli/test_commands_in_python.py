"""What the commands are called, their Python functions are called too."""

import typer

import holin.commands
from holin.cli.app import app


def test_every_name_is_a_command_and_a_function() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert set(holin.commands.__all__) <= known
    assert all(callable(getattr(holin.commands, name)) for name in holin.commands.__all__)

"""The register of model licences on the command line."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import click

from licscan.errors import ExitCode
from licscan.modellicense.descriptions import terms_in_words
from licscan.modellicense.register import ModelLicense, ModelRegister, model_register

_WIDTH = 100


@click.command("models")
@click.argument("text", required=False)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print the list.",
)
def command(text: str | None, output_format: str) -> ExitCode:
    """Show the register of model licences: those whose id or name holds TEXT, or that of the model called so on the Hub."""
    return print_register(text, output_format)


def print_register(search: str | None, output_format: str) -> ExitCode:
    """Print the licences whose id or name holds ``search``, all where it is not given, and what each asks."""
    register = model_register()
    entries = _matching(register, search) if search else tuple(register)
    if output_format == "json":
        import msgspec

        rows = [_row(entry, register) for entry in entries]
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")
        return ExitCode.MET
    for entry in entries:
        click.echo("\n".join(describe(entry, register)) + "\n")
    click.echo(f"{len(entries)} licences of models", err=True)
    return ExitCode.MET


def _matching(register: ModelRegister, text: str) -> tuple[ModelLicense, ...]:
    """Return the licences called ``text``, else the one that a model of this name is under."""
    found = register.search(text)
    key = None if found else register.of_model(text) or register.of_name(text) or register.of_ollama(text)
    entry = register.find(key) if key else None
    return (entry,) if entry else found


def describe(entry: ModelLicense, register: ModelRegister) -> Iterator[str]:
    """Yield the lines that tell of one licence: who published it, how it is recognised, what it asks, and how that is known."""
    version = f", {entry.version}" if entry.version else ""
    released = f" ({entry.release or entry.date})" if entry.release or entry.date else ""
    yield f"{entry.id}: {entry.name}{version}{released}"
    yield from _field("publisher", entry.publisher)
    yield from _field("card values", ", ".join(entry.hub_licenses))
    yield from _field("models", ", ".join(entry.hub_models))
    recorded = [
        f"{model.glob} ({model.source}, {model.date}, {model.confidence})" for model in register.models_of(entry)
    ]
    yield from _field("and", ", ".join(recorded))
    yield from _field("weights", ", ".join(entry.files))
    apart = [f"{pattern.glob} is {pattern.license}" for pattern in entry.exceptions]
    yield from _field("but not", ", ".join(apart))
    yield from _field("terms", "; ".join(terms_in_words(entry)) or "none beyond those of its class")
    yield from _field("source", "; ".join(entry.sources))
    note = "" if entry.enforced else ": shown, and not enforced"
    yield from _field("confidence", f"{entry.confidence} ({entry.basis}){note}")


def _field(label: str, text: str) -> Iterator[str]:
    if text:
        prefix = f"    {label + ':':<14}"
        yield from textwrap.wrap(
            text,
            width=_WIDTH,
            initial_indent=prefix,
            subsequent_indent=" " * len(prefix),
            break_long_words=False,
            break_on_hyphens=False,
        )


def _row(entry: ModelLicense, register: ModelRegister) -> dict[str, Any]:
    return {
        "id": entry.id,
        "ids": entry.ids,
        "name": entry.name,
        "publisher": entry.publisher,
        "version": entry.version,
        "date": entry.release or entry.date,
        "confidence": entry.confidence,
        "basis": entry.basis,
        "models": entry.hub_models,
        "exceptions": {pattern.glob: pattern.license for pattern in entry.exceptions},
        "recorded_models": [
            {"models": one.glob, "source": one.source, "date": one.date, "confidence": one.confidence}
            for one in register.models_of(entry)
        ],
        "weights": entry.files,
        "card_values": entry.hub_licenses,
        "terms": dict(entry.terms),
        "source": entry.sources,
    }

"""``licscan licenses``: the catalogue, as a list."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from licscan.core.verdict import LicenseClass
from licscan.errors import ExitCode


@click.command("licenses")
@click.option(
    "--class",
    "license_class",
    type=click.Choice([member.value for member in LicenseClass]),
    help="Only licences of this class.",
)
@click.option("--search", metavar="TEXT", help="Only licences whose id or name holds TEXT.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print the list.",
)
@click.option(
    "--cache-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LICSCAN_CACHE_DIR",
    help="Folder of the licence catalogue.",
)
@click.option("--models", is_flag=True, help="The register of model licences, with what each asks.")
def command(
    license_class: str | None, search: str | None, output_format: str, cache_dir: Path | None, *, models: bool
) -> ExitCode:
    """List the licences that licscan knows, each in its class."""
    if models:
        from licscan.cli.models import print_register

        return print_register(search, output_format)
    import msgspec

    from licscan.app.run_options import cache_folder
    from licscan.app.wiring import load_catalogue
    from licscan.core.expression import Unit
    from licscan.detect.licensedb import license_records
    from licscan.modellicense.records import with_model_licenses
    from licscan.modellicense.register import model_register

    catalogue = load_catalogue(cache_dir)
    rows = []
    for record in with_model_licenses(license_records(cache_folder(cache_dir)), model_register()):
        if record.is_exception or (
            search and search.lower() not in f"{record.key} {record.spdx} {record.name}".lower()
        ):
            continue
        unit = catalogue.classify_unit(Unit(record.key))
        if license_class in (None, unit.license_class.value):
            rows.append(
                {
                    "key": record.key,
                    "spdx": record.spdx,
                    "class": unit.license_class.value,
                    "network": unit.network,
                    "name": record.name,
                    "reason": str(unit.reason or ""),
                }
            )
    if output_format == "json":
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")
        return ExitCode.MET
    for row in rows:
        click.echo(f"{row['class']:<16} {row['key']:<40} {row['spdx']:<40} {row['name']}")
    click.echo(f"{len(rows)} licences", err=True)
    return ExitCode.MET

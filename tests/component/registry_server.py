"""A registry on the loopback interface, and clients that are configured with it: each ecosystem's protocol, as far as it is requested."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from msgspec import Struct

from licscan.core.component import Component, Hash

LICENSE = "SPDX-License-Identifier: ISC\nCopyright 2020 Example Author\n"
Reply = bytes | Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Serves ``pages`` by path and remembers what was requested, with headers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, Reply] = {}
        self.requested: list[str] = []
        self.headers: list[Mapping[str, str]] = []


@contextmanager
def serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path
            server.requested.append(path)
            server.headers.append(dict(self.headers.items()))
            reply = server.pages.get(path)
            if callable(reply):
                reply(self)
                return
            self.send_response(404 if reply is None else 200)
            self.send_header("Content-Length", str(len(reply or b"")))
            self.end_headers()
            self.wfile.write(reply or b"")

        def log_message(self, format: str, *args: object) -> None:
            return None

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{listening.server_port}")
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


class Client:
    """Answers as an ecosystem's client shows its configuration, and remembers what it was called with."""

    def __init__(
        self, answers: Mapping[str, str], write: Callable[[Path, Mapping[str, str]], None] | None = None
    ) -> None:
        self.answers = answers
        self.write = write
        self.called: list[Sequence[str]] = []

    def __call__(
        self, command: Sequence[str], *, folder: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> str:
        self.called.append(command)
        if self.write is not None:
            assert folder is not None
            self.write(folder, variables or {})
        return next((answer for words, answer in self.answers.items() if words in " ".join(command)), "")


class Case(Struct, frozen=True):
    """One package of an ecosystem on a server: its client, and the path of its archive."""

    component: Component
    client: Client
    archive: str
    declared: str | None


def tar(files: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def digest(data: bytes, algorithm: str = "SHA-256") -> Hash:
    return Hash(algorithm=algorithm, value=hashlib.new(algorithm.replace("-", "").lower(), data).hexdigest())


def package(ecosystem: str, name: str, version: str = "1.0.0", *hashes: Hash) -> Component:
    return Component(
        id=f"pkg:{ecosystem}/{name}@{version}",
        purl=f"pkg:{ecosystem}/{name}@{version}",
        name=name,
        version=version,
        ecosystem=ecosystem,
        hashes=hashes,
        unresolved=True,
    )


def npm(server: Server, license: object = "MIT") -> Case:
    data = tar({"package/package.json": json.dumps({"name": "lib"}), "package/LICENSE": LICENSE})
    integrity = base64.b64encode(hashlib.sha512(data).digest()).decode()
    manifest = {
        "name": "lib",
        "version": "1.0.0",
        "license": license,
        "dist": {"tarball": f"{server.address}/lib/-/lib-1.0.0.tgz", "integrity": f"sha512-{integrity}"},
    }
    server.pages |= {"/lib/1.0.0": json.dumps(manifest).encode(), "/lib/-/lib-1.0.0.tgz": data}
    client = Client({"config list": json.dumps({"registry": f"{server.address}/"})})
    return Case(package("npm", "lib", "1.0.0", digest(data, "SHA-512")), client, "/lib/-/lib-1.0.0.tgz", "mit")


def pypi(server: Server) -> Case:
    metadata = b"Metadata-Version: 2.4\nName: lib\nVersion: 1.0.0\nLicense-Expression: MIT\n"
    wheel = zipped({"lib-1.0.0.dist-info/METADATA": metadata, "lib-1.0.0.dist-info/licenses/LICENSE": LICENSE})
    listed = {
        "filename": "lib-1.0.0-py3-none-any.whl",
        "url": "../../files/lib-1.0.0-py3-none-any.whl",
        "hashes": {"sha256": digest(wheel).value},
        "core-metadata": {"sha256": digest(metadata).value},
    }
    server.pages |= {
        "/simple/lib/": json.dumps({"files": [listed]}).encode(),
        "/files/lib-1.0.0-py3-none-any.whl": wheel,
        "/files/lib-1.0.0-py3-none-any.whl.metadata": metadata,
    }
    client = Client({"config list": f"global.index-url='{server.address}/simple'\n"})
    return Case(package("pypi", "lib", "1.0.0", digest(wheel)), client, "/files/lib-1.0.0-py3-none-any.whl", "mit")


def cargo(server: Server) -> Case:
    manifest = '[package]\nname = "lib"\nversion = "1.0.0"\nlicense = "MIT"\n'
    crate = tar({"lib-1.0.0/Cargo.toml": manifest, "lib-1.0.0/LICENSE": LICENSE})
    server.pages["/crates/lib/1.0.0/download"] = crate

    def configure(_folder: Path, variables: Mapping[str, str]) -> None:
        index = Path(variables["CARGO_HOME"], "registry/index/example")
        index.mkdir(parents=True)
        (index / "config.json").write_text(json.dumps({"dl": f"{server.address}/crates"}))

    return Case(
        package("cargo", "lib", "1.0.0", digest(crate)), Client({}, configure), "/crates/lib/1.0.0/download", "mit"
    )


def golang(server: Server) -> Case:
    root = "example.org/Team/lib@v1.0.0"
    files = {f"{root}/LICENSE": LICENSE, f"{root}/go.mod": "module example.org/Team/lib\n", f"{root}/in/LICENSE": "x"}
    path = "/example.org/!team/lib/@v/v1.0.0.zip"
    server.pages[path] = zipped(files)
    lines = [f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items())]
    sums = Hash(algorithm="GO-H1", value=hashlib.sha256("".join(lines).encode()).hexdigest())
    client = Client({"env -json": json.dumps({"GOPROXY": f"{server.address},direct", "GONOPROXY": ""})})
    return Case(package("golang", "example.org/Team/lib", "v1.0.0", sums), client, path, None)


def maven(server: Server, home: Path) -> Case:
    parent = "<project><groupId>org.example</groupId><artifactId>parent</artifactId><version>7</version><licenses><license><name>MIT License</name></license></licenses></project>"
    pom = "<project><parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>7</version></parent><artifactId>lib</artifactId><version>1.0.0</version></project>"
    model = f"<project><repositories><repository><id>r</id><url>{server.address}/m2</url></repository></repositories></project>"
    (home / "lib").mkdir()
    (home / "lib/maven-model-builder-1.jar").write_bytes(zipped({"org/apache/maven/model/pom-4.0.0.xml": model}))
    jar = zipped({"META-INF/LICENSE": LICENSE, "META-INF/MANIFEST.MF": "x"})
    server.pages |= {
        "/m2/org/example/lib/1.0.0/lib-1.0.0.pom": pom.encode(),
        "/m2/org/example/lib/1.0.0/lib-1.0.0.jar": jar,
        "/m2/org/example/parent/7/parent-7.pom": parent.encode(),
    }
    client = Client({"--version": f"Apache Maven 3\nMaven home: {home}\n"})
    component = package("maven", "org.example/lib", "1.0.0", digest(jar))
    return Case(component, client, "/m2/org/example/lib/1.0.0/lib-1.0.0.jar", "mit")


def nuget(server: Server) -> Case:
    nuspec = '<package><metadata><id>Lib</id><version>1.0.0</version><license type="expression">MIT</license></metadata></package>'
    archive = zipped({"Lib.nuspec": nuspec, "LICENSE": LICENSE})
    index = {"resources": [{"@id": f"{server.address}/flat/", "@type": "PackageBaseAddress/3.0.0"}]}
    server.pages |= {
        "/v3/index.json": json.dumps(index).encode(),
        "/flat/lib/1.0.0/lib.nuspec": nuspec.encode(),
        "/flat/lib/1.0.0/lib.1.0.0.nupkg": archive,
    }
    client = Client({"list source": f"E {server.address}/v3/index.json\nD http://other.example/index.json\n"})
    return Case(package("nuget", "Lib", "1.0"), client, "/flat/lib/1.0.0/lib.1.0.0.nupkg", "mit")


def gem(server: Server, *, interface: bool = True) -> Case:
    metadata = "--- !ruby/object:Gem::Specification\nname: lib\nversion: !ruby/object:Gem::Version\n  version: 1.0.0\nlicenses:\n- MIT\n"
    inner = tar({"LICENSE": LICENSE, "lib/lib.rb": "exit 1"})
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in (("metadata.gz", gzip.compress(metadata.encode())), ("data.tar.gz", inner)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    packed = stream.getvalue()
    server.pages["/gems/lib-1.0.0.gem"] = packed
    if interface:
        shown = {"name": "lib", "number": "1.0.0", "licenses": ["MIT"], "sha": digest(packed).value}
        server.pages["/api/v2/rubygems/lib/versions/1.0.0.json"] = json.dumps(shown).encode()
    client = Client({"sources": f"*** CURRENT SOURCES ***\n\n{server.address}/\n"})
    return Case(package("gem", "lib", "1.0.0", digest(packed)), client, "/gems/lib-1.0.0.gem", "mit")


def composer(server: Server) -> Case:
    archive = zipped({"team-lib-abc/composer.json": "{}", "team-lib-abc/LICENSE": LICENSE})
    dist = {"type": "zip", "url": f"{server.address}/dist/lib.zip", "shasum": digest(archive, "SHA-1").value}
    versions = [
        {"version": "v2.0.0", "license": ["MIT"], "dist": {"type": "zip", "url": "x"}},
        {"version": "v1.0.0", "dist": dist},
    ]
    server.pages |= {
        "/packages.json": json.dumps({"metadata-url": "/p2/%package%.json"}).encode(),
        "/p2/team/lib.json": json.dumps({"minified": "composer/2.0", "packages": {"team/lib": versions}}).encode(),
        "/dist/lib.zip": archive,
    }
    client = Client({"config": f"[repositories.example.type] composer\n[repositories.example.url] {server.address}\n"})
    return Case(package("composer", "team/lib", "v1.0.0", digest(archive, "SHA-1")), client, "/dist/lib.zip", "mit")


def pub(server: Server) -> Case:
    archive = tar({"pubspec.yaml": "name: lib\nversion: 1.0.0\n", "LICENSE": LICENSE})
    shown = {"version": "1.0.0", "archive_url": f"{server.address}/lib.tar.gz", "archive_sha256": digest(archive).value}
    server.pages |= {"/api/packages/lib/versions/1.0.0": json.dumps(shown).encode(), "/lib.tar.gz": archive}

    def configure(folder: Path, _variables: Mapping[str, str]) -> None:
        locked = f'packages:\n  lib:\n    description:\n      name: lib\n      url: "{server.address}"\n'
        (folder / "pubspec.lock").write_text(locked)

    return Case(package("pub", "lib", "1.0.0", digest(archive)), Client({}, configure), "/lib.tar.gz", None)


def every(server: Server, home: Path) -> dict[str, Case]:
    """Return a case of each ecosystem; those of which ``declared`` is ``None`` have no licence field."""
    made = (npm, pypi, cargo, golang, nuget, gem, composer, pub)
    return {maker.__name__: maker(server) for maker in made} | {"maven": maven(server, home)}

"""A seller's tree in all ecosystems: names of its own without a common word, among names that everybody can look up.

Every string of the seller's is made up, differs from all others and stands where a manifest, a lockfile, a setting or an
address shows whose it is. Every public name has a version of its own, and nothing connects it with the seller.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

PUBLIC_REGISTRY = "registry.public.example"  # tests declare this host to be that of a public registry

PUBLIC: Mapping[str, str] = {
    "npm": "left-pad lodash express chalk commander debug semver minimist async uuid yargs rimraf glob",
    "yarn": "react react-dom redux webpack eslint prettier jest classnames moment axios immer formik zod",
    "pnpm": "vue pinia vite rollup esbuild svelte preact fastify koa ramda rxjs dayjs nanoid",
    "pip": "flask django requests click jinja2 werkzeug gunicorn celery redis boto3 pyyaml rich attrs",
    "poetry": "httpx starlette uvicorn pydantic sqlalchemy alembic structlog tenacity orjson anyio sniffio h11 idna",
    "uv": "pillow lxml cffi pycparser cryptography certifi urllib3 packaging pluggy tomlkit filelock platformdirs virtualenv",
    "conda": "numpy scipy pandas matplotlib scikit-learn xarray dask numba bokeh statsmodels networkx sympy cython",
    "cargo": "serde tokio rand regex anyhow thiserror itertools rayon bytes syn quote log cfg-if",
    "go": "github.com/gorilla/mux github.com/spf13/cobra github.com/stretchr/testify github.com/pkg/errors github.com/google/uuid "
    "golang.org/x/text golang.org/x/sys go.uber.org/zap gopkg.in/yaml.v3 github.com/fatih/color github.com/gin-gonic/gin "
    "k8s.io/klog google.golang.org/grpc",
    "maven": "org.slf4j:slf4j-api com.google.guava:guava junit:junit org.apache.commons:commons-lang3 commons-io:commons-io "
    "com.h2database:h2 org.postgresql:postgresql org.mockito:mockito-core ch.qos.logback:logback-classic org.hibernate:hibernate-core "
    "com.zaxxer:HikariCP org.flywaydb:flyway-core io.netty:netty-all",
    "gradle": "org.jetbrains.kotlin:kotlin-stdlib com.squareup.okio:okio com.squareup.retrofit2:retrofit io.reactivex.rxjava3:rxjava "
    "com.google.dagger:dagger org.projectlombok:lombok org.mapstruct:mapstruct io.micrometer:micrometer-core org.jsoup:jsoup "
    "com.github.ben-manes.caffeine:caffeine org.ow2.asm:asm net.bytebuddy:byte-buddy org.assertj:assertj-core",
    "nuget": "Newtonsoft.Json Serilog Dapper AutoMapper Polly NLog xunit Moq FluentValidation MediatR Humanizer CsvHelper RestSharp",
    "composer": "monolog/monolog symfony/console guzzlehttp/guzzle doctrine/orm twig/twig psr/log ramsey/uuid nesbot/carbon league/flysystem "
    "phpunit/phpunit nikic/php-parser filp/whoops vlucas/phpdotenv",
    "rubygems": "rails rake sinatra puma nokogiri devise sidekiq rspec rubocop pry thor rack bundler",
    "pub": "http path provider bloc dio equatable intl freezed meta collection rxdart hive logger",
    "cocoapods": "Alamofire SnapKit Kingfisher AFNetworking SDWebImage Moya Charts lottie-ios Masonry RxSwift Nimble Quick SwiftyJSON",
    "images": "postgres redis grafana/grafana prom/prometheus hashicorp/vault nginx python",
    "actions": "actions/checkout docker/build-push-action github/codeql-action hashicorp/setup-terraform astral-sh/setup-uv",
    "haxe": "lime openfl flixel",
    "cran": "ggplot2 dplyr tidyr readr purrr tibble stringr forcats lubridate shiny knitr devtools jsonlite",
}  # fmt: skip
_CONSONANTS, _VOWELS = "bdfgjkmpqvwxz", "aeiouy"


class Seller:
    """Hands out strings of the seller's, writes files, and remembers both (``own``, ``public``)."""

    def __init__(self, folder: Path) -> None:
        self.own: list[str] = []
        self.public: dict[str, str] = {}
        self._count = 0
        self.root = folder / f"{self.word()}-tree"

    def word(self) -> str:
        """Return a new word of nine letters."""
        self._count += 1
        digest = hashlib.sha256(f"seller {self._count}".encode()).digest()
        word = "".join(
            (_VOWELS if place % 2 else _CONSONANTS)[byte % (6 if place % 2 else 13)]
            for place, byte in enumerate(digest[:9])
        )
        self.own.append(word)
        return word

    def version(self) -> str:
        """Return a new version."""
        self._count += 1
        self.own.append(f"83.{self._count}.{self._count * 7 % 997}")
        return self.own[-1]

    def host(self) -> str:
        return f"{self.word()}.{self.word()}.example"

    def public_of(self, ecosystem: str) -> list[tuple[str, str]]:
        found = []
        for name in PUBLIC[ecosystem].split():
            version = f"4.{len(self.public)}.{len(self.public) * 3 % 89}"
            self.public[name] = version if ecosystem != "cran" else ""  # a DESCRIPTION locks nothing
            found.append((name, version))
        return found

    def write(self, path: str, text: str | bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())


def plant(folder: Path) -> Seller:
    """Write the tree below ``folder``."""
    seller = Seller(folder)
    for build in (_npm, _yarn, _pnpm, _pip, _poetry, _uv, _conda, _cargo, _go, _maven, _gradle, _nuget, _composer, _rubygems,
                  _pub, _apple, _cran, _debian, _delivery, _headers, _haxe, _artefacts, _repository):  # fmt: skip
        build(seller)
    return seller


def _npm(seller: Seller) -> None:
    scope, private, host = f"@{seller.word()}", f"@{seller.word()}", seller.host()
    names = dict(seller.public_of("npm"))
    git, tarball, member, scoped, hidden, old, alias, other = (seller.word() for _ in range(8))
    seller.write("npm/.npmrc", f"{private}:registry=https://{host}/npm/\n//{host}/npm/:_authToken=${{TOKEN}}\n")
    manifest = {
        "name": f"{scope}/{seller.word()}",
        "version": seller.version(),
        "author": f"{seller.word()} Ltd",
        "repository": f"https://{seller.host()}/{seller.word()}/app.git",
        "workspaces": ["packages/*"],
        "dependencies": {**names, alias: "npm:left-pad@1", other: "jsr:@std/path@1", git: f"git+ssh://git@{seller.host()}/x.git", member: "workspace:*", f"{private}/{scoped}": "1"},
    }  # fmt: skip
    seller.write("npm/package.json", json.dumps(manifest, indent=1))
    seller.write(f"npm/packages/{member}/package.json", json.dumps({"name": member, "version": seller.version()}))
    locked = {f"node_modules/{name}": {"version": version, "license": "MIT", "resolved": f"https://{PUBLIC_REGISTRY}/{name}/-/x.tgz"}
              for name, version in names.items()}  # fmt: skip
    own = {
        f"node_modules/{git}": {"version": seller.version(), "resolved": f"git+ssh://git@{seller.host()}/x.git#1"},
        f"node_modules/{tarball}": {
            "version": seller.version(),
            "resolved": f"https://{seller.host()}/{seller.word()}.tgz",
        },
        f"node_modules/{private}/{scoped}": {"version": seller.version()},
        f"node_modules/{scope}/{hidden}": {"version": seller.version()},
        f"node_modules/{member}": {"resolved": f"packages/{member}", "link": True},
        f"node_modules/chalk/node_modules/{old}": {
            "version": seller.version(),
            "resolved": f"https://{seller.host()}/o.tgz",
        },
    }
    root = {"name": manifest["name"], "version": manifest["version"], "dependencies": manifest["dependencies"]}
    lock = {"name": manifest["name"], "lockfileVersion": 3, "packages": {"": root, **locked, **own}}
    seller.write("npm/package-lock.json", json.dumps(lock, indent=1))


def _yarn(seller: Seller) -> None:
    names = seller.public_of("yarn")
    git, tarball = seller.word(), seller.word()
    needs = dict(names) | {git: f"https://{seller.host()}/{git}.git", tarball: "^83.0.0"}
    seller.write(
        "yarn/package.json", json.dumps({"name": seller.word(), "version": seller.version(), "dependencies": needs})
    )
    seller.write("yarn/.yarnrc", f'registry "https://{seller.host()}/"\n')
    blocks = [
        f'{name}@{version}:\n  version "{version}"\n  resolved "https://{PUBLIC_REGISTRY}/{name}/-/x.tgz#1"\n'
        for name, version in names
    ]
    blocks += [
        f'"{git}@{needs[git]}":\n  version "{seller.version()}"\n  resolved "{needs[git]}#0123456789"\n',
        f'{tarball}@^83.0.0:\n  version "{seller.version()}"\n  resolved "https://{seller.host()}/{tarball}.tgz"\n  dependencies:\n    react "1"\n',
    ]
    seller.write("yarn/yarn.lock", "# yarn lockfile v1\n\n\n" + "\n".join(blocks))


def _pnpm(seller: Seller) -> None:
    names = seller.public_of("pnpm")
    tarball, git, member = seller.word(), seller.word(), seller.word()
    wanted = [
        *names,
        (tarball, f"https://{seller.host()}/{tarball}.tgz"),
        (git, f"git+https://{seller.host()}/{git}.git"),
    ]
    seller.write(
        "pnpm/package.json",
        json.dumps({"name": seller.word(), "dependencies": {**dict(wanted), member: f"link:{member}"}}),
    )
    seller.write("pnpm/pnpm-workspace.yaml", f"packages:\n  - {member}\n")
    seller.write(f"pnpm/{member}/package.json", json.dumps({"name": member, "version": seller.version()}))
    text = "lockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n"
    versions = dict(names) | {tarball: seller.version(), git: seller.version()}
    text += "".join(
        f"      {name}:\n        specifier: {asked}\n        version: {versions[name]}\n" for name, asked in wanted
    )
    text += "packages:\n" + "".join(
        f"  {name}@{version}:\n    resolution: {{integrity: sha512-AA==}}\n" for name, version in names
    )
    for name, asked in wanted[-2:]:
        text += f"  {name}@{versions[name]}:\n    resolution: {{integrity: sha512-AA==, tarball: {asked}}}\n"
    seller.write("pnpm/pnpm-lock.yaml", text)


def _pip(seller: Seller) -> None:
    names = seller.public_of("pip")
    address, git, project, index, link = (seller.word() for _ in range(5))
    seller.write("pip/requirements.txt", "".join(f"{name}=={version}\n" for name, version in names)
                 + f"{address} @ https://{seller.host()}/{address}-{seller.version()}.tar.gz\n"
                 + f"git+ssh://git@{seller.host()}/{git}.git@v1#egg={git}\n")  # fmt: skip
    seller.write(
        "pip/inner/requirements.txt", f"--extra-index-url https://{seller.host()}/simple\n{index}=={seller.version()}\n"
    )
    seller.write(
        "pip/links/requirements.txt", f"--find-links https://{seller.host()}/wheels\n{link}=={seller.version()}\n"
    )
    seller.write(
        "pip/setup.py",
        f"from setuptools import setup\nsetup(\n    name='{project}',\n    version='{seller.version()}',\n)\n",
    )
    seller.write(
        "pip/setup.cfg", f"[metadata]\nname = {seller.word()}\nversion = {seller.version()}\nauthor = {seller.word()}\n"
    )
    seller.write("pip/pip.conf", f"[global]\nindex-url = https://{seller.host()}/simple\n")


def _poetry(seller: Seller) -> None:
    names = seller.public_of("poetry")
    git, source, folder = seller.word(), seller.word(), seller.word()
    alias, host = seller.word(), seller.host()
    seller.write(
        "poetry/pyproject.toml",
        f'[tool.poetry]\nname = "{seller.word()}"\nversion = "{seller.version()}"\n[tool.poetry.dependencies]\n'
        + "".join(f'{name} = "{version}"\n' for name, version in names)
        + f'{git} = {{ git = "https://{seller.host()}/x.git" }}\n{folder} = {{ path = "../{folder}" }}\n'
        f'{source} = {{ version = "*", source = "{alias}" }}\n[[tool.poetry.source]]\nname = "{alias}"\nurl = "https://{host}/simple"\n',
    )
    own = [
        (
            git,
            f'[package.source]\ntype = "git"\nurl = "https://{seller.host()}/x.git"\nreference = "main"\nresolved_reference = "1"\n',
        ),
        (source, f'[package.source]\ntype = "legacy"\nurl = "https://{host}/simple"\nreference = "{alias}"\n'),
        (folder, f'[package.source]\ntype = "directory"\nurl = "../{folder}"\n'),
    ]
    seller.write(
        "poetry/poetry.lock",
        "".join(f'[[package]]\nname = "{name}"\nversion = "{version}"\noptional = false\n\n' for name, version in names)
        + "".join(
            f'[[package]]\nname = "{name}"\nversion = "{seller.version()}"\noptional = false\n\n{more}\n'
            for name, more in own
        ),
    )


def _uv(seller: Seller) -> None:
    names = seller.public_of("uv")
    project, member, git, index, requirement = (seller.word() for _ in range(5))
    host = seller.host()
    listed = ", ".join(f'"{name}=={version}"' for name, version in names)
    version = seller.version()
    seller.write(
        "uv/pyproject.toml",
        f'[project]\nname = "{project}"\nversion = "{version}"\ndependencies = [{listed}, "{git}", "{index}", "{member}", '
        f'"{requirement} @ git+https://{seller.host()}/x.git"]\n[tool.uv.sources]\n{member} = {{ workspace = true }}\n'
        f'{git} = {{ git = "https://{seller.host()}/g" }}\n{index} = {{ index = "{seller.word()}" }}\n[tool.uv.workspace]\nmembers = ["{member}"]\n',
    )
    seller.write(f"uv/{member}/pyproject.toml", f'[project]\nname = "{member}"\nversion = "{seller.version()}"\n')
    text = "version = 1\n"
    for name, number in names:
        text += f'[[package]]\nname = "{name}"\nversion = "{number}"\nsource = {{ registry = "https://{PUBLIC_REGISTRY}/simple" }}\n'
    for name, place in ((project, 'virtual = "."'), (member, f'editable = "{member}"'), (git, f'git = "https://{seller.host()}/g#1"'),
                        (index, f'registry = "https://{host}/simple"'), (requirement, f'git = "https://{seller.host()}/r#1"')):  # fmt: skip
        number = version if name == project else seller.version()
        text += f'[[package]]\nname = "{name}"\nversion = "{number}"\nsource = {{ {place} }}\n'
    seller.write("uv/uv.lock", text)


def _conda(seller: Seller) -> None:
    names = seller.public_of("conda")
    channel, address, listed = seller.word(), seller.word(), seller.word()
    seller.write(
        "conda/environment.yml",
        f"name: {seller.word()}\nchannels:\n  - conda-forge\n  - {channel}\ndependencies:\n"
        + "".join(f"  - {name}=={version}\n" for name, version in names)
        + f"  - {channel}::{address}=={seller.version()}\n  - pip:\n    - {listed} @ git+https://{seller.host()}/x.git\n",
    )


def _cargo(seller: Seller) -> None:
    names = seller.public_of("cargo")
    project, member, git, registry, path = (seller.word() for _ in range(5))
    alias, host, version, number = seller.word(), seller.host(), seller.version(), seller.version()
    seller.write(
        "cargo/Cargo.toml",
        f'[package]\nname = "{project}"\nversion = "{version}"\nlicense = "MIT"\n[workspace]\nmembers = ["crates/{member}"]\n[dependencies]\n'
        + "".join(f'{name} = "{number}"\n' for name, number in names)
        + f'{git} = {{ git = "https://{seller.host()}/x" }}\n{registry} = {{ version = "1", registry = "{alias}" }}\n'
        f'{path} = {{ path = "../{path}" }}\n{member} = {{ path = "crates/{member}" }}\n',
    )
    seller.write("cargo/.cargo/config.toml", f'[registries.{alias}]\nindex = "sparse+https://{host}/"\n')
    seller.write(f"cargo/crates/{member}/Cargo.toml", f'[package]\nname = "{member}"\nversion = "{number}"\n')
    seller.write("cargo/Cargo.lock", "version = 3\n" + "".join(
        f'[[package]]\nname = "{name}"\nversion = "{each}"\n' + (f'source = "{place}"\n' if place else "")
        for name, each, place in (
            *((name, each, f"registry+https://{PUBLIC_REGISTRY}/index") for name, each in names),
            (project, version, ""),
            (member, number, ""),
            (path, seller.version(), ""),
            (git, seller.version(), f"git+https://{seller.host()}/x#1"),
            (registry, seller.version(), f"sparse+https://{host}/"),
        )
    ))  # fmt: skip


def _go(seller: Seller) -> None:
    host, other, owner, name, forked = seller.host(), seller.host(), seller.word(), seller.word(), seller.word()
    seller.write("go/go.mod", f"module {host}/{seller.word()}/svc\n\ngo 1.20\n\nrequire (\n"
                 + "".join(f"\t{name} v{version}\n" for name, version in seller.public_of("go"))
                 + f"\t{host}/{name} v{seller.version()}\n\t{other}/{seller.word()}/lib v{seller.version()}\n"
                 + f"\tgithub.com/{owner}/{seller.word()} v{seller.version()}\n)\n\n"
                 + f"replace github.com/{owner}/{forked} => {other}/{seller.word()} v{seller.version()}\n")  # fmt: skip
    seller.write("go/Makefile", f"export GOPRIVATE = github.com/{owner}/*\n\nbuild:\n\tgo build\n")


def _maven(seller: Seller) -> None:
    group, host = seller.word(), f"{seller.word()}.example"
    names = seller.public_of("maven")

    def dependency(group_: str, artifact: str, version: str) -> str:
        return f"<dependency><groupId>{group_}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>\n"

    seller.write(
        "maven/pom.xml",
        f"<project><modelVersion>4.0.0</modelVersion>\n<parent><groupId>com.{group}.base</groupId><artifactId>{seller.word()}</artifactId>"
        f"<version>{seller.version()}</version></parent>\n<groupId>com.{group}.app</groupId><artifactId>{seller.word()}</artifactId>"
        f"<version>{seller.version()}</version>\n<modules><module>{seller.word()}</module></modules>\n"
        f"<repositories><repository><id>{seller.word()}</id><url>https://nexus.{host}/maven</url></repository></repositories>\n<dependencies>\n"
        + "".join(dependency(name.partition(":")[0], name.partition(":")[2], version) for name, version in names)
        + dependency(f"com.{group}.lib", seller.word(), seller.version())
        + dependency(f"com.{group}", seller.word(), seller.version())
        + dependency(f"example.{host.partition('.')[0]}.auth", seller.word(), seller.version())
        + "</dependencies></project>\n",
    )


def _gradle(seller: Seller) -> None:
    group, host = seller.word(), seller.word()
    names = seller.public_of("gradle")
    seller.write("gradle/settings.gradle", f"rootProject.name = '{seller.word()}'\ninclude ':{seller.word()}'\n")
    seller.write(
        "gradle/build.gradle",
        f"group = 'io.{group}'\nversion = '{seller.version()}'\nrepositories {{\n  mavenCentral()\n  maven {{\n    url 'https://repo.{host}.example/m2'\n  }}\n}}\n"
        "dependencies {\n"
        + "".join(f'  implementation "{name}:{version}"\n' for name, version in names)
        + f'  implementation "io.{group}.core:{seller.word()}:{seller.version()}"\n'
        f'  implementation "example.{host}:{seller.word()}:{seller.version()}"\n  implementation project(":{seller.word()}")\n}}\n',
    )


def _nuget(seller: Seller) -> None:
    project, mapped = seller.word().capitalize(), seller.word().capitalize()
    wanted = [
        *seller.public_of("nuget"),
        (f"{project}.Core", seller.version()),
        (f"{mapped}.{seller.word()}", seller.version()),
    ]
    references = "".join(f'<PackageReference Include="{name}" Version="{version}" />\n' for name, version in wanted)
    seller.write(
        f"nuget/{project}.csproj",
        f'<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><PackageId>{project}</PackageId><Version>{seller.version()}</Version>'
        f"<Authors>{seller.word()}</Authors></PropertyGroup><ItemGroup>\n{references}</ItemGroup></Project>\n",
    )
    key = seller.word()
    seller.write(
        "nuget/NuGet.config",
        f'<configuration><packageSources><add key="{key}" value="https://{seller.host()}/v3/index.json" /></packageSources>'
        f'<packageSourceMapping><packageSource key="{key}"><package pattern="{mapped}.*" /></packageSource></packageSourceMapping></configuration>\n',
    )


def _composer(seller: Seller) -> None:
    names = seller.public_of("composer")
    vendor, forked, zipped = seller.word(), f"{seller.word()}/{seller.word()}", f"{seller.word()}/{seller.word()}"
    lib = f"{vendor}/{seller.word()}"
    listed = f"{seller.word()}/{seller.word()}"
    seller.write("composer/composer.json", json.dumps({
        "name": f"{vendor}/{seller.word()}", "version": seller.version(),
        "repositories": [{"type": "vcs", "url": f"git@{seller.host()}:x/{seller.word()}.git"},
                         {"type": "vcs", "url": f"https://github.com/{listed}"}],
        "require": {**dict(names), listed: "1.0", forked: "dev-main", zipped: "*", lib: "*"},
    }))  # fmt: skip
    seller.write("composer/composer.lock", json.dumps({"packages": [
        *({"name": name, "version": version, "notification-url": f"https://{PUBLIC_REGISTRY}/downloads/",
           "dist": {"type": "zip", "url": f"https://{PUBLIC_REGISTRY}/x.zip"}} for name, version in names),
        {"name": forked, "version": seller.version(), "source": {"type": "git", "url": f"git@{seller.host()}:x/y.git", "reference": "1"}},
        {"name": zipped, "version": seller.version(), "dist": {"type": "zip", "url": f"https://{seller.host()}/z.zip"}},
        {"name": lib, "version": seller.version()},
    ]}, indent=1))  # fmt: skip


def _rubygems(seller: Seller) -> None:
    names = seller.public_of("rubygems")
    git, source, path, block = (seller.word() for _ in range(4))
    hosts = [seller.host() for _ in range(3)]
    seller.write(
        f"ruby/{seller.own[0]}.gemspec",
        f"Gem::Specification.new do |s|\n  s.name = '{seller.word()}'\n  s.version = '{seller.version()}'\nend\n",
    )
    seller.write("ruby/Gemfile", f"source 'https://{PUBLIC_REGISTRY}'\n" + "".join(f"gem '{name}', '{version}'\n" for name, version in names)
                 + f"gem '{git}', git: 'https://{hosts[0]}/x.git'\ngem '{source}', source: 'https://{hosts[1]}/'\ngem '{path}', path: 'engines/{path}'\n"
                 + f"source 'https://{hosts[2]}/' do\n  gem '{block}'\nend\n")  # fmt: skip
    seller.write("ruby/Gemfile.lock", f"GIT\n  remote: https://{hosts[0]}/x.git\n  revision: 1\n  specs:\n    {git} ({seller.version()})\n      rails (>= 1)\n\n"
                 f"PATH\n  remote: engines/{path}\n  specs:\n    {path} ({seller.version()})\n\n"
                 f"GEM\n  remote: https://{hosts[1]}/\n  specs:\n    {source} ({seller.version()})\n\nGEM\n  remote: https://{hosts[2]}/\n  specs:\n    {block} ({seller.version()})\n\n"
                 f"GEM\n  remote: https://{PUBLIC_REGISTRY}/\n  specs:\n" + "".join(f"    {name} ({version})\n" for name, version in names)
                 + "\nDEPENDENCIES\n" + "".join(f"  {name}\n" for name, _ in names) + f"  {git}!\n  {path}!\n  {source}!\n  {block}!\n")  # fmt: skip


def _pub(seller: Seller) -> None:
    names = seller.public_of("pub")
    git, hosted, path = seller.word(), seller.word(), seller.word()
    hosts = [seller.host() for _ in range(2)]
    seller.write("pub/pubspec.yaml", f"name: {seller.word()}\nversion: {seller.version()}\ndependencies:\n" + "".join(f"  {name}: {version}\n" for name, version in names)
                 + f"  {git}:\n    git:\n      url: https://{hosts[0]}/x.git\n  {hosted}:\n    hosted: https://{hosts[1]}\n    version: ^1.0.0\n  {path}:\n    path: ../{path}\n")  # fmt: skip
    text = "packages:\n"
    for name, version in names:
        text += f'  {name}:\n    dependency: "direct main"\n    description:\n      name: {name}\n      url: "https://{PUBLIC_REGISTRY}"\n    source: hosted\n    version: "{version}"\n'
    text += f'  {git}:\n    dependency: "direct main"\n    description:\n      path: "."\n      ref: main\n      url: "https://{hosts[0]}/x.git"\n    source: git\n    version: "{seller.version()}"\n'
    text += f'  {hosted}:\n    dependency: transitive\n    description:\n      name: {hosted}\n      url: "https://{hosts[1]}"\n    source: hosted\n    version: "{seller.version()}"\n'
    seller.write("pub/pubspec.lock", text)


def _apple(seller: Seller) -> None:
    names = seller.public_of("cocoapods")
    git, specs, local = seller.word(), seller.word(), seller.word()
    hosts = [seller.host() for _ in range(2)]
    seller.write(
        f"ios/{local}.podspec", f"Pod::Spec.new do |s|\n  s.name = '{local}'\n  s.version = '{seller.version()}'\nend\n"
    )
    seller.write("ios/Podfile", "target 'App' do\n" + "".join(f"  pod '{name}', '{version}'\n" for name, version in names)
                 + f"  pod '{git}', :git => 'https://{hosts[0]}/x.git'\n  pod '{specs}', :source => 'https://{hosts[1]}/specs.git'\n  pod '{local}', :path => '.'\nend\n")  # fmt: skip
    own = ((git, seller.version()), (specs, seller.version()), (local, seller.own[-3]))
    seller.write("ios/Podfile.lock", "PODS:\n" + "".join(f"  - {name} ({version})\n" for name, version in (*names, *own))
                 + "\nDEPENDENCIES:\n" + "".join(f"  - {name}\n" for name, _ in (*names, *own))
                 + "\nSPEC REPOS:\n  trunk:\n" + "".join(f"    - {name}\n" for name, _ in names)
                 + f"  https://{hosts[1]}/specs.git:\n    - {specs}\n\nEXTERNAL SOURCES:\n  {git}:\n    :git: https://{hosts[0]}/x.git\n  {local}:\n    :path: \".\"\n")  # fmt: skip
    pins = [
        {
            "identity": "swift-nio",
            "kind": "remoteSourceControl",
            "location": "https://github.com/apple/swift-nio.git",
            "state": {"version": "4.900.1"},
        }
    ]
    seller.public["swift-nio"] = "4.900.1"
    pins += [{"identity": name, "kind": "remoteSourceControl", "location": f"https://{seller.host()}/{seller.word()}/{name}.git", "state": {"version": seller.version()}}
             for name in (seller.word(), seller.word())]  # fmt: skip
    seller.write("swift/Package.resolved", json.dumps({"pins": pins, "version": 2}, indent=1))


def _cran(seller: Seller) -> None:
    names = seller.public_of("cran")
    remote = seller.word()
    seller.write("r/DESCRIPTION", f"Package: {seller.word()}\nVersion: {seller.version()}\nTitle: {seller.word()}\nLicense: MIT + file LICENSE\nImports:\n"
                 + ",\n".join(f"    {name} (== {version})" for name, version in names) + f",\n    {remote} (== {seller.version()})\n"
                 + f"Remotes: git::https://{seller.host()}/{remote}.git\n")  # fmt: skip


def _debian(seller: Seller) -> None:
    seller.write(
        "deb/DEBIAN/control",
        f"Package: {seller.word()}\nVersion: {seller.version()}\nMaintainer: {seller.word()} <a@{seller.host()}>\nDescription: {seller.word()}\n",
    )


def _delivery(seller: Seller) -> None:
    """Images and actions: on registries and hosts of the seller's, and under owners of its own where everybody keeps some."""
    images = [f"{seller.host()}/{seller.word()}/{seller.word()}:{seller.version()}" for _ in range(6)]
    shared = [
        f"{host}{seller.word()}/{seller.word()}:{seller.version()}" for host in ("", "ghcr.io/", "quay.io/", "gcr.io/")
    ]
    public = [f"{name}:{version}" for name, version in seller.public_of("images")]
    seller.write(
        "ci/Dockerfile",
        "".join(f"FROM {image} AS s{n}\n" for n, image in enumerate([*images[:2], *shared[:2], *public[:3]])),
    )
    services = {f"s{n}": {"image": image} for n, image in enumerate([images[2], *shared[2:], *public[3:]])}
    seller.write("ci/docker-compose.yml", json.dumps({"services": services}))
    steps = [f"{name}@v{version}" for name, version in seller.public_of("actions")]
    steps += [f"{seller.word()}/{seller.word()}@{seller.word()}", f"docker://{images[3]}"]
    job = {"runs-on": "ubuntu-latest", "container": images[4], "steps": [{"uses": step} for step in steps]}
    seller.write(".github/workflows/ci.yml", json.dumps({"on": "push", "jobs": {"t": job}}))
    seller.write(".gitlab-ci.yml", f"image: {images[5]}\n")


def _headers(seller: Seller) -> None:
    """Components that nothing but their own headers names."""
    plugin, theme = seller.word(), seller.word()
    seller.write(f"wp-content/plugins/{plugin}/{plugin}.php", f"<?php\n/*\nPlugin Name: {seller.word()}\nVersion: {seller.version()}\n"
                 f"Author: {seller.word()}\nPlugin URI: https://{seller.host()}/\nLicense: GPLv2 or later\n*/\n")  # fmt: skip
    seller.write(f"wp-content/themes/{theme}/style.css", f"/*\nTheme Name: {seller.word()}\nVersion: {seller.version()}\n"
                 f"Author: {seller.word()}\nLicense: GPL-2.0-or-later\n*/\n")  # fmt: skip
    seller.write(f"third_party/{seller.word()}/README.chromium", f"Name: {seller.word()}\nURL: https://{seller.host()}/\n"
                 f"Version: {seller.version()}\nLicense: MIT\n\nDescription:\n{seller.word()}\n")  # fmt: skip
    seller.write(
        "addon/manifest.json", json.dumps({"name": seller.word(), "version": seller.version(), "manifest_version": 3})
    )
    script = seller.word()
    seller.write(
        f"js/{script}.min.js",
        f"/*! {script} v{seller.version()} | (c) {seller.word()} | https://{seller.host()}/ | MIT License */\nvar a=1;\n",
    )


def _haxe(seller: Seller) -> None:
    names = seller.public_of("haxe")
    seller.write("haxe/haxelib.json", json.dumps({"name": seller.word(), "version": seller.version(), "license": "MIT",
                 "dependencies": {**dict(names), seller.word(): f"git:https://{seller.host()}/{seller.word()}.git"}}))  # fmt: skip


def _artefacts(seller: Seller) -> None:
    """Artefacts of the seller's own, and one with metadata inside."""
    for suffix in (".whl", ".jar", ".tar.gz", ".nupkg", ".gem", ".deb", ".aar", ".war"):
        seller.write(f"dist/{seller.word()}-{seller.version()}{suffix}", f"made of {seller.word()}\n")
    group, artifact, version = f"org.{seller.word()}", seller.word(), seller.version()
    seller.write(f"dist/{artifact}-{version}.jar", _zip({f"META-INF/maven/{group}/{artifact}/pom.properties":
                 f"groupId={group}\nartifactId={artifact}\nversion={version}\n"}))  # fmt: skip
    wheel, version = seller.word(), seller.version()
    seller.write(f"dist/{wheel}-{version}-py3-none-any.whl", _zip({f"{wheel}-{version}.dist-info/METADATA":
                 f"Metadata-Version: 2.1\nName: {wheel}\nVersion: {version}\nLicense: MIT\n"}))  # fmt: skip


def _zip(files: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return stream.getvalue()


def _repository(seller: Seller) -> None:
    seller.write(
        ".gitmodules",
        f'[submodule "{seller.word()}"]\n\tpath = {seller.word()}\n\turl = https://{seller.host()}/x.git\n',
    )
    for _ in range(24):
        seller.write(
            f"src/{seller.word()}/{seller.word()}.c",
            f"/* Copyright 2020 {seller.word()} Ltd\n * SPDX-License-Identifier: GPL-3.0-only */\n",
        )


def needles(seller: Seller) -> Iterator[bytes]:
    """Yield every string of the seller's, in small letters."""
    yield from (each.encode() for each in seller.own)

"""Every kind of file that is read, the main ecosystems first; one ecosystem, one or two modules.

A reader is named ``module:function`` and loaded when the first file asks for it: most trees hold one or two kinds, and a commit none.
"""

from __future__ import annotations

from licscan.component.ecosystem.common import REQUIREMENTS_FILES, RPM_FOLDERS, SCRIPT_FOLDERS
from licscan.component.ecosystem.copied import header_names
from licscan.component.source import Source


def _source(reader: str, *patterns: str, name: str | None = None) -> Source:
    """Return the source of files with one of these ``patterns``, called like the first of them."""
    return Source(name=name or patterns[0], patterns=patterns, reader=f"{__name__}.{reader}")


SOURCES: tuple[Source, ...] = (
    # Python
    _source("pypi:read_pyproject", "pyproject.toml"),
    _source("pypi:read_setup_cfg", "setup.cfg"),
    _source("pypi:read_setup_py", "setup.py"),
    _source("pypi:read_pipfile", "Pipfile"),
    _source(
        "requirements:read_requirements",
        *REQUIREMENTS_FILES,
        name="requirements file",
    ),
    _source("pypi_lock:read_uv_lock", "uv.lock"),
    _source("pypi_lock:read_poetry_lock", "poetry.lock"),
    _source("pypi_lock:read_pdm_lock", "pdm.lock"),
    _source("pypi_lock:read_pylock", "pylock.toml", "pylock.*.toml"),
    _source("pypi_lock:read_pipfile_lock", "Pipfile.lock"),
    _source("pypi_installed:read_metadata", "*.dist-info/METADATA", "*.egg-info/PKG-INFO", name="installed metadata"),
    # JavaScript
    _source("npm:read_package_json", "package.json"),
    _source("npm_lock:read_package_lock", "package-lock.json", "npm-shrinkwrap.json"),
    _source("yarn:read_yarn_lock", "yarn.lock"),
    _source("pnpm:read_pnpm_lock", "pnpm-lock.yaml"),
    _source("bun:read_bun_lock", "bun.lock"),
    _source("bun:read_binary_lock", "bun.lockb"),
    # Rust and Go
    _source("cargo:read_cargo_toml", "Cargo.toml"),
    _source("cargo:read_cargo_lock", "Cargo.lock"),
    _source("golang:read_go_mod", "go.mod"),
    _source("golang:read_modules_txt", "*/vendor/modules.txt", name="vendor/modules.txt"),
    # Java
    _source("maven:read_pom", "pom.xml"),
    _source("maven:read_pom_properties", "META-INF/maven/*/pom.properties", name="pom.properties"),
    _source("gradle:read_lock", "gradle.lockfile", "buildscript-gradle.lockfile"),
    _source("gradle:read_catalogue", "gradle/*.versions.toml", name="version catalogue of Gradle"),
    _source("gradle:read_build", "build.gradle", "build.gradle.kts"),
    # PHP, Ruby, .NET
    _source("composer:read_composer_json", "composer.json"),
    _source("composer:read_composer_lock", "composer.lock"),
    _source("composer:read_installed_json", "*/composer/installed.json", name="vendor/composer/installed.json"),
    _source("rubygems:read_gemspec", "*.gemspec", name="gemspec"),
    _source("rubygems:read_gemfile", "Gemfile", "gems.rb"),
    _source("rubygems:read_gemfile_lock", "Gemfile.lock", "gems.locked"),
    _source("nuget:read_nuspec", "*.nuspec", name="nuspec"),
    _source("nuget:read_project", "*.csproj", "*.fsproj", "*.vbproj", name=".NET project"),
    _source(
        "msbuild:read_shared", "Directory.Build.props", "Directory.Packages.props", name="shared MSBuild properties"
    ),
    _source("nuget:read_packages_config", "packages.config"),
    _source("nuget:read_packages_lock", "packages.lock.json"),
    # Swift and CocoaPods, Dart, Conda, R
    _source("apple:read_podfile_lock", "Podfile.lock"),
    _source("apple:read_package_resolved", "Package.resolved"),
    _source("pub:read_pubspec", "pubspec.yaml"),
    _source("pub:read_pubspec_lock", "pubspec.lock"),
    _source(
        "conda:read_environment",
        "environment.yml",
        "environment.yaml",
        "environment[-_.]*.yml",
        "environment[-_.]*.yaml",
        name="conda environment",
    ),
    _source("conda:read_record", "conda-meta/*.json", name="conda-meta"),
    _source("cran:read_description", "DESCRIPTION"),
    # What builds and carries a product
    _source(
        "delivery:read_workflow",
        *(f".{forge}/workflows/*.{ending}" for forge in ("github", "gitea", "forgejo") for ending in ("yml", "yaml")),
        name="workflow",
    ),
    _source("delivery:read_action", "action.yml", "action.yaml", name="action"),
    _source(
        "delivery:read_dockerfile",
        "Dockerfile",
        "Containerfile",
        "Dockerfile.*",
        "Containerfile.*",
        "*.[Dd]ockerfile",
        name="Dockerfile",
    ),
    _source(
        "delivery:read_compose",
        *(
            f"{name}.{ending}"
            for name in ("docker-compose", "compose", "docker-compose.*", "compose.*")
            for ending in ("yml", "yaml")
        ),
        name="Compose file",
    ),
    _source("delivery:read_gitmodules", ".gitmodules"),
    # Copied libraries
    _source(
        "copied:read_script",
        *(
            f"*.{build}.{ending}"
            for build in ("min", "umd", "global", "bundle", "pkgd", "slim")
            for ending in ("js", "css")
        ),
        *(f"*/{folder}/*.{ending}" for folder in SCRIPT_FOLDERS for ending in ("js", "css")),
        *(f"{name}*.{ending}" for name in ("jquery", "bootstrap") for ending in ("js", "css")),
        name="script library",
    ),
    _source("copied:read_header", *header_names(), name="header of a library"),
    _source("headers:read_font", "*.[to]tf", "*.ttc", "*.woff", name="font"),
    _source(
        "headers:read_wordpress",
        "wp-content/plugins/*/*.php",
        "wp-content/plugins/*.php",
        "wp-content/mu-plugins/*.php",
        "wp-content/themes/*/style.css",
        name="header of WordPress",
    ),
    _source("headers:read_extension", "manifest.json", name="manifest of a browser's extension"),
    _source("headers:read_chromium", "README.chromium"),
    _source("headers:read_cmake", "CMakeLists.txt"),
    # Installed system packages
    _source("debian:read_status", "var/lib/dpkg/status", "var/lib/dpkg/status.d/*", name="dpkg status"),
    _source("debian:read_control", "DEBIAN/control", name="control file of a Debian package"),
    _source("debian:read_copyright", "usr/share/doc/*/copyright", name="copyright of a Debian package"),
    _source("alpine:read_installed", "lib/apk/db/installed", name="apk database"),
    _source("rpm:read_database", *(f"{folder}/rpmdb.sqlite" for folder in RPM_FOLDERS), name="rpm database"),
    _source(
        "rpm:read_other_database",
        *(f"{folder}/{file}" for folder in RPM_FOLDERS for file in ("Packages", "Packages.db")),
        name="rpm database of an older kind",
    ),
    # Smaller ones
    _source("others:read_bower_json", "bower.json", ".bower.json"),
    _source("others:read_podspec", "*.podspec", name="podspec"),
    _source("others:read_podspec_json", "*.podspec.json", name="podspec.json"),
    _source("others:read_conanfile", "conanfile.py"),
    _source("others:read_opam", "opam", "*.opam"),
    _source("others:read_haxelib_json", "haxelib.json"),
    _source("others:read_conda_recipe", "meta.yaml"),
)

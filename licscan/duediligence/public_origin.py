"""Which components come from where everybody gets them: package registries, image registries and code hosts.

Registries of packages are public unless something shows otherwise (``own.py``). Images, actions and what has no registry are the other way
round: the same host holds public and private ones, so that only well-known owners are public. What is not known is the seller's own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from licscan.core.component import Component
from licscan.util.rule_data import packaged
from licscan.util.toml_text import parse_toml

# Hosts where everybody keeps code, and domains that modules of everybody's are imported from. Any other host may be the seller's, or a partner's.
PUBLIC_DOMAINS = frozenset(
    "github.com gitlab.com bitbucket.org gitee.com codeberg.org sr.ht gopkg.in golang.org uber.org k8s.io google.com googlesource.com etcd.io "
    "opentelemetry.io opencensus.io gorm.io mongodb.org honnef.co rsc.io mvdan.cc modernc.org istio.io knative.dev helm.sh gotest.tools gonum.org "
    "goji.io gocloud.dev starlark.net filippo.io gioui.org fyne.io go4.org dario.cat mellium.im nhooyr.io pgregory.net 4d63.com gomodules.xyz "
    "starkandwayne.com lukechampine.com storj.io gitea.com gitea.io cuelang.org dagger.io tekton.dev sigstore.dev containerd.io cncf.io "
    "temporal.io nats.io elastic.co datadoghq.com tailscale.com zgo.at software.sslmate.com sslmate.com apache.org kernel.org freedesktop.org "
    "gnome.org debian.org eclipse.org swift.org vapor.codes gobuffalo.io upper.io xorm.io bazil.org chainguard.dev jaegertracing.io "
    "moul.io layeh.com maze.io periph.io tinygo.org gopherjs.org ariga.io entgo.io atlasgo.io cel.dev oras.land buf.build connectrpc.com".split()
)
# Registries whose images are all public.
_PUBLIC_IMAGES = frozenset(
    "mcr.microsoft.com registry.k8s.io k8s.gcr.io docker.elastic.co registry.opensource.zalan.do".split()
)
# Registries where anybody may keep images, public ones and others.
_SHARED_IMAGES = frozenset(
    (
        "",
        "docker.io",
        "index.docker.io",
        "registry-1.docker.io",
        "ghcr.io",
        "quay.io",
        "gcr.io",
        "public.ecr.aws",
        "nvcr.io",
    )
)
# Owners of images that many projects build on.
_IMAGE_OWNERS = frozenset(
    "library docker grafana prom prometheus bitnami bitnamilegacy confluentinc hashicorp jenkins jenkinsci linuxserver minio selenium opensearchproject apache redis "
    "mongodb influxdb influxdata nginxinc envoyproxy istio traefik portainer gitlab sonatype keycloak coreos argoproj jetstack calico cilium "
    "astral-sh graalvm open-telemetry otel localstack wiremock testcontainers nvidia pytorch tensorflow jupyter continuumio condaforge mambaorg rocker ollama "
    "huggingface circleci cimg cypress axllent mailhog adminer dpage distroless google-containers cloudsdktool amazon lambda amazoncorretto aws-cli "
    "rancher longhornio goharbor kong hasura supabase clickhouse timescale postgis pgvector mysql percona mariadb rabbitmq valkey valkey-io memcached vaultwarden "
    "aquasec anchore renovate renovatebot dependabot returntocorp semgrep sonarsource koalaman hadolint pandoc texlive gradle maven node golang".split()
)
# Owners of actions and repositories that many workflows use.
_CODE_OWNERS = frozenset(
    "actions github docker aws-actions azure google-github-actions hashicorp codecov sonarsource gradle ruby rust-lang dtolnay taiki-e softprops peter-evans "
    "peaceiris pypa pnpm denoland oven-sh golangci goreleaser sigstore step-security ossf slsa-framework anchore aquasecurity snyk microsoft cypress-io "
    "browser-actions shivammathur julia-actions r-lib erlef haskell haskell-actions ocaml dart-lang subosito maxim-lobanov reactivecircus swatinem "
    "actions-rs actions-rust-lang astral-sh snok crazy-max dorny tj-actions stefanzweifel jamesives amannn release-drafter googleapis mikepenz mxschmitt "
    "dependabot renovatebot lycheeverse reviewdog super-linter editorconfig-checker pre-commit apache jetbrains vercel cloudflare netlify digitalocean "
    "graalvm fsfe reuse madler openssl curl google facebook mozilla madebybowtie boostorg nlohmann fmtlib gabime catchorg abseil protocolbuffers grpc "
    "libuv libgit2 torvalds git sqlite lua nodejs python php golang rust-lang kubernetes pytorch tensorflow huggingface ggml-org ggerganov openai nvidia amd intel "
    "arm-software freertos zephyrproject-rtos raspberrypi espressif stmicroelectronics mbed-tls lwip-tcpip nothings zeux ocornut glfw libsdl-org khronosgroup "
    "twbs jquery fortawesome mathjax tinymce ckeditor".split()
)
_ORIGINS = ("repository_url", "vcs_url", "download_url")


def has_public_origin(component: Component) -> bool:
    """Whether where ``component`` comes from, by its purl, is known to be open to everybody."""
    kind, owner, name, qualifiers = _parts(component.purl or "")
    if kind in ("docker", "oci"):
        return _is_public_image(owner or "library", qualifiers.get("repository_url", ""))
    if not all(_is_public_address(qualifiers[key]) for key in _ORIGINS if key in qualifiers):
        return False
    if kind in ("github", "githubactions"):
        return owner.lower() in _CODE_OWNERS
    return kind != "generic" or name.lower() in _copied_libraries()


def _parts(purl: str) -> tuple[str, str, str, dict[str, str]]:
    """Return type, namespace, name and qualifiers; of what is no purl the type is empty."""
    if not purl.startswith("pkg:"):
        return "", "", "", {}
    path, _, query = purl[4:].partition("#")[0].partition("?")
    kind, *names = path.partition("@")[0].strip("/").split("/")
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return (
        kind.lower(),
        unquote("/".join(names[:-1])),
        unquote(names[-1]) if names else "",
        {key: unquote(value) for key, _, value in pairs},
    )


def _is_public_image(owner: str, registry: str) -> bool:
    host = registry.partition("://")[2] or registry
    host, _, below = host.partition("/")
    if host in _PUBLIC_IMAGES:
        return True
    first = (below or owner).partition("/")[0].lower()
    return host in _SHARED_IMAGES and first in _IMAGE_OWNERS


def _is_public_address(address: str) -> bool:
    host = urlsplit(address.partition("+")[2] or address).hostname or ""
    return ".".join(host.lower().split(".")[-2:]) in PUBLIC_DOMAINS


@lru_cache(maxsize=1)
def _copied_libraries() -> frozenset[str]:
    """Return the names of the libraries that licscan recognises by signatures of its own."""
    data: dict[str, Any] = parse_toml(packaged("copied_libraries.toml"))
    entries = [each for some in data.values() if isinstance(some, list) for each in some if isinstance(each, dict)]
    return frozenset(str(each["name"]).lower() for each in entries if "name" in each)

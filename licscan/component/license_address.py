"""Addresses of licence texts, as manifests give them in place of a name.

Known are the pages of those who publish licences (their address names one licence, often with its version) and a few
files whose content is known and does not change. The address of a file in somebody's repository says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from licscan.component.license_ids import key_expression
from licscan.util.lazy_pattern import lazy

_ADDRESS = lazy(r"<?(?:https?://|//)?(?:www\.)?(?P<place>[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[^\s<>]*)?)>?", re.IGNORECASE)
_SUFFIX = lazy(r"\.(?:html?|php|txt|md|json|rdf|xml|jsp|pdf|aspx?)$")
_LANGUAGE = lazy(r"\.[a-z]{2}(?:-[a-z]{2})?$")
_LONGEST = 300
_DUAL_GLASSFISH = "gpl-2.0 WITH classpath-exception-2.0"

# Whole addresses, without scheme, ``www.``, suffix and closing slash.
_KNOWN: dict[str, str] = {
    "antlr.org/license": "bsd-new",
    "antlr2.org/license": "public-domain",
    "asm.objectweb.org/license": "bsd-new",
    "asm.ow2.org/license": "bsd-new",
    "asm.ow2.io/license": "bsd-new",
    "aws.amazon.com/apache2.0": "apache-2.0",
    "aws.amazon.com/apache-2-0": "apache-2.0",
    "boost.org/license_1_0": "boost-1.0",
    "boost.org/users/license": "boost-1.0",
    "bouncycastle.org/licence": "mit",
    "bouncycastle.org/license": "mit",
    "elastic.co/licensing/elastic-license": "elastic-license-v2",
    "github.com/javaee/activation/blob/master/license": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "github.com/javaee/javax.annotation/blob/master/license": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "github.com/javaee/javamail/blob/master/license": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "github.com/javaee/jaxb-v2/blob/master/license": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "github.com/javaee/jersey/blob/master/license": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "github.com/javaee/servlet-spec/blob/master/license": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "javaee.github.io/javamail/license": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "javaee.github.io/glassfish/license": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "glassfish.java.net/public/cddl+gpl_1_1": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "glassfish.java.net/public/cddl+gpl": f"cddl-1.0 OR {_DUAL_GLASSFISH}",
    "glassfish.dev.java.net/public/cddl+gpl_1_1": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "glassfish.dev.java.net/public/cddl+gpl": f"cddl-1.0 OR {_DUAL_GLASSFISH}",
    "glassfish.dev.java.net/nonav/public/cddl+gpl_1_1": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "glassfish.dev.java.net/nonav/public/cddl+gpl": f"cddl-1.0 OR {_DUAL_GLASSFISH}",
    "glassfish.dev.java.net/public/cddlv1.0": "cddl-1.0",
    "glassfish.dev.java.net/nonav/public/cddlv1.0": "cddl-1.0",
    "oss.oracle.com/licenses/cddl+gpl-1.1": f"cddl-1.1 OR {_DUAL_GLASSFISH}",
    "oss.oracle.com/licenses/cddl+gpl": f"cddl-1.0 OR {_DUAL_GLASSFISH}",
    "oss.oracle.com/licenses/cddl-1.1": "cddl-1.1",
    "oss.oracle.com/licenses/upl": "upl-1.0",
    "opensource.oracle.com/licenses/upl": "upl-1.0",
    "sun.com/cddl/cddl": "cddl-1.0",
    "sun.com/cddl": "cddl-1.0",
    "opensolaris.org/os/licensing/cddllicense": "cddl-1.0",
    "golang.org/license": "bsd-new",
    "go.dev/license": "bsd-new",
    "gsap.com/standard-license": "gsap-standard-no-charge-2025",
    "greensock.com/standard-license": "gsap-standard-no-charge-2025",
    "highcharts.com/license": "proprietary-license",
    "shop.highcharts.com/license": "proprietary-license",
    "highsoft.com/license": "proprietary-license",
    "jcraft.com/jsch/license": "bsd-new",
    "jcraft.com/jzlib/license": "bsd-new",
    "jquery.org/license": "mit",
    "jquery.com/license": "mit",
    "json.org/license": "json",
    "jsoup.org/license": "mit",
    "jdbc.postgresql.org/about/license": "bsd-simplified",
    "jdbc.postgresql.org/license": "bsd-simplified",
    "mongodb.com/licensing/server-side-public-license": "mongodb-sspl-1.0",
    "openjdk.java.net/legal/gplv2+ce": "gpl-2.0 WITH classpath-exception-2.0",
    "openjdk.org/legal/gplv2+ce": "gpl-2.0 WITH classpath-exception-2.0",
    "postgresql.org/about/licence": "postgresql",
    "projectlombok.org/license": "mit",
    "projects.eclipse.org/license/secondary-gpl-2.0-cp": "gpl-2.0 WITH classpath-exception-2.0",
    "qos.ch/licence": "mit",
    "repository.jboss.org/licenses/apache-2.0": "apache-2.0",
    "repository.jboss.org/licenses/cc0-1.0": "cc0-1.0",
    "repository.jboss.org/licenses/cddl": "cddl-1.0",
    "repository.jboss.org/licenses/gpl-2.0-ce": "gpl-2.0 WITH classpath-exception-2.0",
    "repository.jboss.org/licenses/lgpl-2.1": "lgpl-2.1",
    "saxproject.org/copying": "sax-pd",
    "scripts.sil.org/ofl": "ofl-1.1",
    "openfontlicense.org": "ofl-1.1",
    "slf4j.org/license": "mit",
    "sqlite.org/copyright": "blessing",
    "unlicense.org": "unlicense",
    "wtfpl.net": "wtfpl-2.0",
    "wtfpl.net/txt/copying": "wtfpl-2.0",
    "x-stream.github.io/license": "bsd-new",
    "xstream.codehaus.org/license": "bsd-new",
    "zlib.net/zlib_license": "zlib",
    "eula.telerik.com": "proprietary-license",
    "h2database.com/html/license": "mpl-2.0 OR epl-1.0",
    "license.coscl.org.cn/mulanpsl2": "mulanpsl-2.0-en",
    "license.coscl.org.cn/mulanpsl": "mulanpsl-1.0-en",
    "license.coscl.org.cn/mulanpubl-2.0": "mulanpubl-2.0",
    "github.com/dotnet/corefx/blob/master/license": "mit",
    "github.com/dotnet/standard/blob/master/license": "mit",
    "github.com/dotnet/runtime/blob/main/license": "mit",
    "raw.github.com/jamesnk/newtonsoft.json/master/license": "mit",
    "raw.githubusercontent.com/jamesnk/newtonsoft.json/master/license": "mit",
    "logging.apache.org/log4net/license": "apache-2.0",
    "nunit.org/nuget/license": "mit",
    "nunit.org/nuget/nunit3-license": "mit",
}

# The last parts of opensource.org's addresses that are no SPDX id.
_OSI: dict[str, str] = {
    "mit-license": "mit",
    "apache2.0": "apache-2.0",
    "apache-2-0": "apache-2.0",
    "bsd-license": "bsd-new",
    "bsd-3-clause": "bsd-new",
    "bsd-2-clause": "bsd-simplified",
    "gpl-license": "gpl-1.0-plus",
    "gpl-2-0": "gpl-2.0",
    "gpl-3-0": "gpl-3.0",
    "lgpl-license": "lgpl-2.0-plus",
    "lgpl-2-1": "lgpl-2.1",
    "lgpl-3-0": "lgpl-3.0",
    "agpl-v3": "agpl-3.0",
    "agpl-3-0": "agpl-3.0",
    "mozilla1.0": "mpl-1.0",
    "mozilla1.1": "mpl-1.1",
    "mpl-2-0": "mpl-2.0",
    "eclipse-1.0": "epl-1.0",
    "epl-1-0": "epl-1.0",
    "epl-2-0": "epl-2.0",
    "cddl1": "cddl-1.0",
    "cddl-1-0": "cddl-1.0",
    "cpl1.0": "cpl-1.0",
    "ibmpl": "ibmpl-1.0",
    "artistic-license": "artistic-1.0",
    "artistic-license-1.0": "artistic-1.0",
    "artistic-license-2.0": "artistic-2.0",
    "artistic-2-0": "artistic-2.0",
    "ms-pl-html": "ms-pl",
    "ms-rl": "ms-rl",
    "isc-license": "isc",
    "isc-license-txt": "isc",
    "zlib-license": "zlib",
    "osl-3.0": "osl-3.0",
    "afl-3-0-php": "afl-3.0",
    "academic": "afl-3.0",
    "w3c": "w3c",
    "upl": "upl-1.0",
    "ncsa": "uoi-ncsa",
    "postgresql": "postgresql",
    "unlicense": "unlicense",
    "bsl-1-0": "boost-1.0",
    "bsl1.0": "boost-1.0",
    "eupl-1-2": "eupl-1.2",
    "historical": "historical",
    "pythonpl": "python-cwi",
}

_GNU = lazy(
    r"(?:gnu|fsf)\.org/(?:(?:philosophy|licensing)/)?(?:licenses|copyleft)(?:/old-licenses)?/"
    r"(?P<family>gpl|lgpl|lesser|library|agpl|fdl)"
    r"(?:-?v?(?P<version>\d(?:\.\d)?))?(?:-standalone)?"
)
_GNU_FAMILIES = {"lesser": "lgpl", "library": "lgpl", "fdl": "gfdl"}
_UNVERSIONED = {"gpl": "gpl-1.0-plus", "lgpl": "lgpl-2.0-plus", "agpl": "agpl-3.0", "gfdl": "gfdl-1.1-plus"}
_APACHE = lazy(r"apache\.org/licenses/license-(?P<version>\d\.\d)")
_MOZILLA = lazy(
    r"mozilla\.org/(?:[a-z]{2}(?:-[a-z]{2})?/)?(?:about/legal/)?mpl/(?:mpl-)?(?P<version>\d\.\d)(?:/index)?"
)
_ECLIPSE = lazy(
    r"(?:projects\.)?eclipse\.org/(?:legal|org/documents|licenses|license|org)/(?:epl-2\.0/)?(?P<family>epl|edl)-?v?(?P<version>\d\.?\d)"
)
_CREATIVE = lazy(
    r"creativecommons\.org/licenses/(?P<kind>by(?:-nc)?(?:-nd|-sa)?)/(?P<version>\d\.\d)(?:/(?P<place>[a-z]{2,3}|igo))?(?:/(?:legalcode|deed)[.\w-]*)?"
)
_CREATIVE_PUBLIC = {
    "creativecommons.org/publicdomain/zero/1.0": "cc0-1.0",
    "creativecommons.org/publicdomain/mark/1.0": "cc-pdm-1.0",
    "creativecommons.org/licenses/publicdomain": "cc-pd",
}
_BY_ID = (
    re.compile(r"spdx\.org/licenses/(?P<id>[\w.+-]+)"),
    re.compile(r"(?:choosealicense\.com|api\.github\.com)/licenses/(?P<id>[\w.+-]+)"),
    re.compile(r"opensource\.org/licenses?(?:/alphabetical)?/(?P<id>[\w.+-]+)"),
)
_NUGET = "licenses.nuget.org/"


def address_expression(raw: str) -> str | None:
    """Return the licence whose address ``raw`` is, in ScanCode's keys; ``None`` for another text, or an unknown address."""
    match = _ADDRESS.fullmatch(raw.strip()) if len(raw) <= _LONGEST else None
    if match is None:
        return None
    place = unquote(match["place"]).partition("#")[0].partition("?")[0].rstrip("/.,;")
    if place.lower().startswith(_NUGET):
        return key_expression(place[len(_NUGET) :])
    lowered = _SUFFIX.sub("", place.lower())
    readers: tuple[Callable[[str], str | None], ...] = (_whole, _gnu, _apache, _mozilla, _eclipse, _creative, _by_id)
    bare = _LANGUAGE.sub("", lowered)
    return next((found for text in dict.fromkeys((lowered, bare)) for read in readers if (found := read(text))), None)


def _whole(place: str) -> str | None:
    return _KNOWN.get(place) or _CREATIVE_PUBLIC.get(re.sub(r"/(?:legalcode|deed)$", "", place))


def _gnu(place: str) -> str | None:
    match = _GNU.fullmatch(place)
    if match is None:
        return None
    family = _GNU_FAMILIES.get(match["family"], match["family"])
    if not match["version"]:
        return _UNVERSIONED[family]
    version = match["version"] if "." in match["version"] else f"{match['version']}.0"
    return key_expression(f"{family}-{version}")


def _apache(place: str) -> str | None:
    match = _APACHE.fullmatch(place)
    return key_expression(f"Apache-{match['version']}") if match else None


def _mozilla(place: str) -> str | None:
    match = _MOZILLA.fullmatch(place)
    return key_expression(f"MPL-{match['version']}") if match else None


def _eclipse(place: str) -> str | None:
    match = _ECLIPSE.fullmatch(place)
    if match is None:
        return None
    version = match["version"] if "." in match["version"] else ".".join(match["version"])
    # The Eclipse Distribution License is the BSD licence with three clauses.
    return "bsd-new" if match["family"] == "edl" else key_expression(f"EPL-{version}")


def _creative(place: str) -> str | None:
    match = _CREATIVE.fullmatch(place)
    if match is None:
        return None
    plain = f"CC-{match['kind']}-{match['version']}"
    return key_expression(f"{plain}-{match['place']}" if match["place"] else plain)


def _by_id(place: str) -> str | None:
    for pattern in _BY_ID:
        if match := pattern.fullmatch(place):
            return _OSI.get(match["id"]) or key_expression(match["id"])
    return None

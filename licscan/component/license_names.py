"""Licence names in old and free forms, as manifests write them, to expressions in ScanCode's keys.

Only names that leave no doubt stand here; what names a family without a version says so (``gpl-1.0-plus``: a GPL
without a version may be taken under any, section 9 of GPL-2.0). Keys are in the form that ``simple_name`` makes.
"""

from __future__ import annotations

import re

_NOISE = re.compile(
    r"\b(?:the|licen[cs]ed?|licen[cs]es|version|ver|v(?=\.?\s*\d)|under|terms|of|software|open source)\b\.?"
)
_VERSION = re.compile(r"\bv\.?(?=\d)")
_PUNCTUATION = re.compile(r"[^a-z0-9.+]+")
_ZERO = re.compile(r"(?<=\d)\.0(?![\d.])")
_UNDERSCORED = re.compile(r"(?<=\d)_(?=\d)")


def simple_name(raw: str) -> str:
    """Fold case, punctuation and filler words: ``The Apache License, Version 2.0`` becomes ``apache 2``."""
    lowered = _UNDERSCORED.sub(".", raw.lower()).replace("(", " ").replace(")", " ").replace("clauses", "clause")
    lowered = _VERSION.sub(" ", lowered)
    lowered = _PUNCTUATION.sub(" ", _NOISE.sub(" ", lowered))
    return " ".join(_ZERO.sub("", word).strip(".") for word in lowered.split() if word.strip("."))


NAMES: dict[str, str] = {
    simple_name(name): expression
    for expression, names in {
        # Fedora's short names before it took to SPDX's.
        "openldap-2.8": ("OpenLDAP",),
        "ofl-1.1": ("OFL", "SIL 1.1", "SIL OFL 1.1", "SIL Open Font License"),
        "mit": (
            "MIT",
            "MIT License",
            "The MIT License (MIT)",
            "Bouncy Castle Licence",
            "jQuery License",
            "Expat",
            "MIT/Expat",
            "Expat License",
            "MIT/X",
            "MIT/X11",
            "X11/MIT",
            "MIT/X11 License",
            "MIT X",
            "MIT-style",
        ),
        "x11": ("X11", "MIT/X11 X"),
        "apache-2.0": (
            "Apache 2",
            "Apache-2",
            "Apache2",
            "Apache2.0",
            "Apache License 2.0",
            "Apache Software License 2.0",
            "Apache License, Version 2.0",
            "ASL 2.0",
            "ASL2",
            "AL2",
            "Apache v2",
            "Apache 2.0 License",
            "Apache Public License 2.0",
            "ALv2",
            "ASF 2.0",
            # Without a version, as PyPI's classifier has it; the versions before 2.0 are permissive too.
            "Apache Software License",
        ),
        "apache-1.1": ("Apache Software License 1.1", "Apache 1.1"),
        "bsd-new": (
            "BSD",
            "BSD License",
            "New BSD",
            "New BSD License",
            "Modified BSD",
            "BSD 3-Clause",
            "BSD 3 Clause License",
            "3-Clause BSD",
            "BSD-3",
            "BSD3",
            "BSD New",
            "Revised BSD",
            "3 Clause BSD License",
            "BSD-3-Clause License",
            "BSD (3-clause)",
            "BSD-style",
            "BSD-like",
            "BSD-type",
            "Three-Clause BSD",
            "3-clause BSDL",
            # The Eclipse Distribution License is the BSD licence with three clauses.
            "EDL",
            "EDL 1.0",
            "Eclipse Distribution License",
            "Eclipse Distribution License - v 1.0",
        ),
        "bsd-simplified": (
            "BSD 2-Clause",
            "BSD 2 Clause License",
            "2-Clause BSD",
            "BSD-2",
            "BSD2",
            "Simplified BSD",
            "FreeBSD",
            "FreeBSD License",
            "BSD (2-clause)",
            "Two-Clause BSD",
            "BSD-2-Clause License",
            "2-clause BSDL",
        ),
        "isc": ("ISC", "ISC License", "ISCL", "ISC License (ISCL)"),
        "psf-2.0": (
            "PSF",
            "PSFL",
            "PSF License",
            "Python Software Foundation License",
            "Python Software Foundation",
            "PSF 2",
        ),
        "python": ("Python", "Python License"),
        # OpenSSL's licence before Apache-2.0 has two texts, and one id.
        "openssl-ssleay": ("OpenSSL", "OpenSSL License", "OpenSSL+SSLeay", "OpenSSL/SSLeay"),
        "artistic-1.0": ("Artistic 1", "Artistic License 1.0"),
        "zlib": ("zlib", "zlib/libpng", "zlib libpng license"),
        "unlicense": ("Unlicense", "The Unlicense", "The Unlicense (Unlicense)"),
        "public-domain": ("Public Domain", "Public-Domain", "PublicDomain", "PD"),
        "cc0-1.0": (
            "CC0",
            "CC0 1.0",
            "CC0 1.0 Universal",
            "Public Domain, per Creative Commons CC0",
            "Creative Commons Zero",
        ),
        "wtfpl-2.0": ("WTFPL", "WTFPLv2", "Do What The F*ck You Want To Public License"),
        "boost-1.0": ("Boost", "Boost Software License", "Boost Software License 1.0", "BSL 1.0"),
        "artistic-2.0": ("Artistic 2", "Artistic License 2.0"),
        "zpl-2.1": ("ZPL 2.1", "Zope Public License 2.1", "ZPL-2.1"),
        "mpl-2.0": (
            "MPL 2",
            "MPLv2",
            "MPL2",
            "Mozilla Public License 2.0",
            "MPL 2.0 License",
            "Mozilla Public License 2.0 (MPL 2.0)",
        ),
        "mpl-1.0": ("mozilla_1_0",),
        "mpl-1.1": ("mozilla_1_1", "MPL 1.1", "MPLv1.1", "Mozilla Public License 1.1"),
        "epl-1.0": ("EPL 1.0", "Eclipse Public License 1.0", "Eclipse Public License - v 1.0"),
        "epl-2.0": ("EPL 2.0", "Eclipse Public License 2.0", "Eclipse Public License - v 2.0", "EPL2"),
        "cddl-1.0": (
            "CDDL",
            "CDDL 1.0",
            "Common Development and Distribution License",
            "Common Development and Distribution License 1.0",
            "Common Development and Distribution License (CDDL)",
            "Common Development and Distribution License (CDDL) v1.0",
        ),
        "w3c": ("W3C License", "W3C Software License"),
        "sax-pd": ("SAX License",),
        "ubuntu-font-1.0": ("UFL 1.0", "Ubuntu Font Licence 1.0"),
        "cddl-1.1": ("CDDL 1.1", "Common Development and Distribution License (CDDL) v1.1"),
        # The two licences that the libraries of GlassFish and the JDK are offered under, as their poms write them.
        "cddl-1.1 OR gpl-2.0 WITH classpath-exception-2.0": (
            "CDDL + GPLv2 with classpath exception",
            "CDDL/GPLv2+CE",
            "CDDL+GPL License",
            "CDDL 1.1 / GPL 2 with Classpath Exception",
        ),
        "gpl-1.0-plus": (
            "GPL 1+",
            "GPL+",
            "GPL",
            "GNU GPL",
            "GNU General Public License",
            "GNU Public License",
            "GNU General Public License (GPL)",
        ),
        "gpl-2.0": (
            "GPL 2",
            "GPLv2",
            "GPL2",
            "GNU GPL v2",
            "GNU GPL 2",
            "GNU General Public License v2",
            "GNU General Public License v2 (GPLv2)",
            "GPL-2",
        ),
        "gpl-2.0-plus": (
            "GPLv2+",
            "GPL2+",
            "GPL 2+",
            "GPLv2 or later",
            "GPL v2 or later",
            "GNU GPL v2+",
            "GNU GPL v2 or later",
            "GNU General Public License v2 or later",
            "GNU General Public License v2 or later (GPLv2+)",
        ),
        "gpl-3.0": (
            "GPL 3",
            "GPLv3",
            "GPL3",
            "GNU GPL v3",
            "GNU GPL 3",
            "GNU General Public License v3",
            "GNU General Public License v3 (GPLv3)",
            "GPL-3",
        ),
        "gpl-3.0-plus": (
            "GPLv3+",
            "GPL3+",
            "GPL 3+",
            "GPLv3 or later",
            "GPL v3 or later",
            "GNU GPL v3+",
            "GNU GPL v3 or later",
            "GNU General Public License v3 or later",
            "GNU General Public License v3 or later (GPLv3+)",
        ),
        "lgpl-2.0-plus": (
            "LGPL",
            "LGPL 2+",
            "LGPLv2+",
            "GNU LGPL",
            "GNU Lesser General Public License",
            "GNU Library or Lesser General Public License",
            "GNU Library or Lesser General Public License (LGPL)",
        ),
        "lgpl-2.1": ("LGPL 2.1", "LGPLv2.1", "LGPL2.1", "GNU LGPL 2.1", "GNU Lesser General Public License v2.1"),
        "lgpl-2.1-plus": (
            "LGPLv2.1+",
            "LGPL 2.1+",
            "LGPLv2.1 or later",
            "GNU LGPL v2.1+",
            "GNU Lesser General Public License v2.1 or later",
        ),
        "lgpl-2.0": ("LGPLv2", "LGPL 2"),
        "lgpl-3.0": (
            "LGPL 3",
            "LGPLv3",
            "LGPL3",
            "GNU LGPL v3",
            "GNU Lesser General Public License v3",
            "GNU Lesser General Public License v3 (LGPLv3)",
        ),
        "lgpl-3.0-plus": (
            "LGPLv3+",
            "LGPL 3+",
            "LGPLv3 or later",
            "GNU LGPL v3+",
            "GNU Lesser General Public License v3 or later",
            "GNU Lesser General Public License v3 or later (LGPLv3+)",
        ),
        "agpl-3.0": (
            "AGPL",
            "AGPL 3",
            "AGPLv3",
            "AGPL3",
            "GNU AGPL v3",
            "GNU Affero General Public License v3",
            "Affero GPL v3",
        ),
        "agpl-3.0-plus": (
            "AGPLv3+",
            "AGPL 3+",
            "AGPLv3 or later",
            "GNU AGPL v3+",
            "GNU Affero General Public License v3 or later",
        ),
        # SPDX ids of old, which ScanCode's data does not carry
        "gpl-2.0 WITH classpath-exception-2.0": (
            "GPL-2.0-with-classpath-exception",
            "GPL2 w/ CPE",
            "GPLv2 with Classpath exception",
            "GPL v2 with ClassPath exception",
        ),
        "cc-by-3.0": ("CC BY 3.0", "Creative Commons Attribution 3.0"),
        "cc-by-4.0": ("CC BY 4.0", "Creative Commons Attribution 4.0"),
        "cc-by-sa-4.0": ("CC BY SA 4.0", "Creative Commons Attribution-ShareAlike 4.0"),
        "cc-by-sa-3.0": ("CC BY SA 3.0", "CC-BY-SA-3.0-Unported"),
        "gpl-1.0-plus OR artistic-perl-1.0": ("Perl", "perl_5", "Same as Perl", "Perl 5", "GPL+ or Artistic"),
        # Perl's choice, as Debian writes it
        "artistic-perl-1.0 OR gpl-1.0-plus": (
            "Artistic or GPL-1+",
            "Artistic-1 or GPL-1+",
            "GPL-1+ or Artistic",
            "GPL-1+ or Artistic-1",
        ),
        "ruby": ("Ruby", "Ruby License", "Ruby's"),
        # npm's word for "nobody is granted a licence" (package.json, field "license"), not the Unlicense
        "proprietary-license": (
            "UNLICENSED",
            "Proprietary",
            "Proprietary License",
            "All rights reserved",
            "AllRightsReserved",
            "Commercial",
            "Other/Proprietary License",
        ),
    }.items()
    for name in names
}

_OSI = "License :: OSI Approved :: "
# Trove classifiers with another wording than their licence's names above.
CLASSIFIERS: dict[str, str] = {
    "License :: Public Domain": "public-domain",
    "License :: CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "cc0-1.0",
    "License :: Other/Proprietary License": "proprietary-license",
    "License :: Free For Educational Use": "proprietary-license",
    "License :: Free For Home Use": "proprietary-license",
    "License :: Free for non-commercial use": "proprietary-license",
    "License :: Freeware": "proprietary-license",
    "License :: Repoze Public License": "repoze",
    _OSI + "Academic Free License (AFL)": "afl-3.0",
    _OSI + "Apache Software License": "apache-2.0",
    _OSI + "Artistic License": "artistic-2.0",
    _OSI + "Boost Software License 1.0 (BSL-1.0)": "boost-1.0",
    _OSI + "CEA CNRS Inria Logiciel Libre License, version 2.1 (CeCILL-2.1)": "cecill-2.1",
    _OSI + "Common Development and Distribution License 1.0 (CDDL-1.0)": "cddl-1.0",
    _OSI + "Eclipse Public License 1.0 (EPL-1.0)": "epl-1.0",
    _OSI + "Eclipse Public License 2.0 (EPL-2.0)": "epl-2.0",
    _OSI + "European Union Public Licence 1.1 (EUPL 1.1)": "eupl-1.1",
    _OSI + "European Union Public Licence 1.2 (EUPL 1.2)": "eupl-1.2",
    _OSI + "GNU Affero General Public License v3": "agpl-3.0",
    _OSI + "GNU Affero General Public License v3 or later (AGPLv3+)": "agpl-3.0-plus",
    _OSI + "GNU Lesser General Public License v2 (LGPLv2)": "lgpl-2.0",
    _OSI + "GNU Lesser General Public License v2 or later (LGPLv2+)": "lgpl-2.0-plus",
    _OSI + "Historical Permission Notice and Disclaimer (HPND)": "historical",
    _OSI + "IBM Public License": "ibmpl-1.0",
    _OSI + "MIT No Attribution License (MIT-0)": "mit-0",
    _OSI + "Mozilla Public License 1.0 (MPL)": "mpl-1.0",
    _OSI + "Mozilla Public License 1.1 (MPL 1.1)": "mpl-1.1",
    _OSI + "Mulan Permissive Software License v2 (MulanPSL-2.0)": "mulanpsl-2.0-en",
    _OSI + "Open Software License 3.0 (OSL-3.0)": "osl-3.0",
    _OSI + "PostgreSQL License": "postgresql",
    _OSI + "SIL Open Font License 1.1 (OFL-1.1)": "ofl-1.1",
    _OSI + "Universal Permissive License (UPL)": "upl-1.0",
    _OSI + "University of Illinois/NCSA Open Source License": "uoi-ncsa",
    _OSI + "W3C License": "w3c",
    _OSI + "Zero-Clause BSD (0BSD)": "bsd-zero",
    _OSI + "Zope Public License": "zpl-2.1",
    _OSI + "zlib/libpng License": "zlib",
    _OSI + "Blue Oak Model License (BlueOak-1.0.0)": "blueoak-1.0.0",
}

# Names that only tell a family: beside a statement that is exact about the same family they add nothing.
FAMILIES: dict[str, tuple[str, ...]] = {
    "bsd-new": ("bsd-", "0bsd"),
    "apache-2.0": ("apache-",),
    "mit": ("mit", "x11"),
    "gpl-1.0-plus": ("gpl-",),
    "lgpl-2.0-plus": ("lgpl-",),
    "psf-2.0": ("python", "psf-"),
    "python": ("python", "psf-"),
    "mpl-2.0": ("mpl-",),
    "artistic-2.0": ("artistic-",),
    "afl-3.0": ("afl-",),
    "zpl-2.1": ("zpl-",),
    "proprietary-license": (),
}

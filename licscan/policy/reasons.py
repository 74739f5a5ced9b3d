"""Why each kind of finding matters, in the words of somebody who has to mend it: what rule help tells; and what the report
says of the classes of licences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from licscan.core.verdict import LicenseClass

# Report 3.2.1, for the classes that it speaks of.
CLASSES: Mapping[LicenseClass, str] = MappingProxyType(
    {
        LicenseClass.PERMISSIVE: "The licence's text and the copyright notice are kept in every copy; it asks for no source.",
        LicenseClass.WEAK_COPYLEFT: "Changes to the licensed code stay under its licence and keep its notices; the rest of the project need not.",
        LicenseClass.STRONG_COPYLEFT: "The whole work is released under the same licence, also where only a part was used, and modified source is published.",
        LicenseClass.CUSTOM_MODEL: "The publisher wrote the terms, with limits of its own: it is not open source by the definition of the OSI.",
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "reciprocity": "Copyleft reaches down into derived works and sideways into software that is built on the code: the whole work has to be released under the same licence, also where only a part was used. An exception can stop it.",
        "distribution-terms": "A work that is based on code under the GPL is distributed under the GPL; terms that forbid it leave no right to distribute at all.",
        "attribution-missing": "Nearly every licence asks that its text, the copyright notices and the authors' names go along with copies, distributions and changes. It is the duty that is forgotten most.",
        "source-not-provided": "Copyleft licences ask that the source goes with what is distributed, or is offered with it; binaries alone are no right to pass them on.",
        "restricted-use": "Some licences limit a business activity, a field of use or a size. Whoever uses the code beyond that has no licence.",
        "special-terms": "Clauses on advertising, patents, naming or venue bind like any other, and are in few people's minds.",
        "no-licence": "What comes without a licence may be read and not used: all rights are reserved. That it can be downloaded changes nothing.",
        "llama2-mau": "Llama 2 is free of charge up to a size: above 700 million monthly active users at the model's release the grant is Meta's to give.",
        "llama2-law": "The licence ends where it is used against the law or against its acceptable-use policy, trade compliance included.",
        "llama2-language": "The model was made and tested for English; what it says in other languages is at the user's own risk.",
        "llama2-improve-other-models": "Neither the model nor what it puts out may be used to improve another large language model.",
        "llama2-osd": "It discriminates against persons and fields of endeavour (criteria 5 and 6 of the Open Source Definition): it is no open-source licence, whatever it is called.",
        "falcon-royalty": "The licence lets Falcon be tried freely, and takes its share of commercial use above a threshold.",
        "falcon-attribution": "The licence asks that whatever is built with Falcon says so.",
        "falcon-distribution": "The licence adds limits on publishing and distributing to those of Apache-2.0, which it resembles.",
        "model-terms": "Licences that are written for models set terms of their own: users, revenue, royalty, naming, acceptable use, regions, output. Whether they are met depends on facts about the product.",
        "model-terms-unrecorded": "Terms that nobody has read cannot be met on purpose.",
        "licence-drift": "Whoever changes a model cannot give it a freer licence than the one that it came with.",
        "expression-unparsable": "A statement that cannot be read grants nothing that could be relied on.",
        "class-unknown": "What a licence demands has to be known before its code is used.",
        "licence-uncertain": "A licence that is only possible grants nothing that could be relied on; nor does it mean that there is none.",
        "project-licence-unclear": "Whoever receives the project has to know which licence it is under, and reads one place, not all of them.",
        "licence-altered": "Whoever adds words to a licence writes another one: what it asks and forbids is what stands there, whatever its title.",
        "declared-detected-mismatch": "What a package says of itself and what its files say are both statements of its authors; the stricter one may bind.",
        "inventory": "Licences are kept under control by a record of every component, direct and indirect: its version, origin and licence, and where it is used.",
        "licence-changed": "A component's licence can change from one version to the next: what was agreed to holds for the version that was looked at.",
        "stale-component": "Nobody answers for the licence, or mends the faults, of what nobody maintains.",
        "assisted-code": "Code from an assistant carries no licence of its own and can repeat code that has one; whoever uses it answers for it.",
        "waiver-expired": "Somebody answered for the finding as it was then, and until that day.",
        "waiver-unused": "A waiver that nothing needs would hide the next finding that it fits.",
        "curation-lapsed": "The correction was made of what the file said then.",
    }
)

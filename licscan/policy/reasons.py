"""Why each kind of finding matters, as the help of each rule; and what the report
for whoever fixes it: the help of each rule, and what the report"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from licscan.core.verdict import LicenseClass

# Report 3.2.1, for the classes that it speaks of.
CLASSES: Mapping[LicenseClass, str] = MappingProxyType(
    {
        LicenseClass.PERMISSIVE: "The licence's text and the copyright notice are kept in every copy; it does not require the source.",
        LicenseClass.WEAK_COPYLEFT: "Changes to the licensed code stay under its licence and keep its notices; the rest of the project need not.",
        LicenseClass.STRONG_COPYLEFT: "The whole work is released under the same licence, also where only a part was used, and modified source is published.",
        LicenseClass.CUSTOM_MODEL: "The publisher wrote the terms, with limits of its own: it is not open source by the definition of the OSI.",
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "reciprocity": "Copyleft reaches down into derived works and sideways into software that is built on the code: the whole work has to be released under the same licence, also where only a part was used. An exception can stop it.",
        "distribution-terms": "A work that is based on code under the GPL is distributed under the GPL; terms that forbid it leave no right to distribute at all.",
        "attribution-missing": "Nearly every licence requires its text, the copyright notices and the authors' names in copies, distributions and changes. It is the obligation that is forgotten most often.",
        "source-not-provided": "Copyleft licences require that the source accompanies what is distributed, or is offered with it; without it there is no right to distribute binaries.",
        "restricted-use": "Some licences limit a business activity, a field of use or a size. Use beyond that limit is not licensed.",
        "special-terms": "Clauses on advertising, patents, naming or venue are as binding as others, and are easily overlooked.",
        "no-licence": "Code without a licence may be read and not used: all rights are reserved, even if it can be downloaded.",
        "llama2-mau": "Llama 2 is free of charge up to a size: above 700 million monthly active users at the model's release only Meta can grant a licence.",
        "llama2-law": "The licence ends where it is used against the law or against its acceptable-use policy, trade compliance included.",
        "llama2-language": "The model was made and tested for English; its use in other languages is at the user's own risk.",
        "llama2-improve-other-models": "Neither the model nor its output may be used to improve another large language model.",
        "llama2-osd": "It discriminates against persons and fields of endeavour (criteria 5 and 6 of the Open Source Definition): it is not an open-source licence, whatever its name.",
        "falcon-royalty": "The licence is free of charge for trials, and requires a royalty on commercial use above a threshold.",
        "falcon-attribution": "The licence requires that products built with Falcon state it.",
        "falcon-distribution": "The licence adds limits on publishing and distributing to those of Apache-2.0, which it resembles.",
        "model-terms": "Licences that are written for models set terms of their own: users, revenue, royalty, naming, acceptable use, regions, output. Whether they are met depends on facts about the product.",
        "model-terms-unrecorded": "Compliance with terms that were not read is left to chance.",
        "licence-drift": "A changed model cannot have a freer licence than the model that it is based on.",
        "expression-unparsable": "A statement that cannot be parsed is no basis to rely on.",
        "class-unknown": "What a licence demands has to be known before its code is used.",
        "licence-uncertain": "A licence that is only possible is no basis to rely on, and does not mean that there is none.",
        "project-licence-unclear": "Recipients of the project have to know its licence, and read one place, not all of them.",
        "licence-altered": "A licence with added words is another licence: its text decides what it requires and forbids, whatever its title.",
        "declared-detected-mismatch": "What a package declares and what its files state are both statements of its authors; the stricter one may be binding.",
        "inventory": "Licences are kept under control by a record of every component, direct and indirect: its version, origin and licence, and where it is used.",
        "licence-changed": "A component's licence can change from one version to the next: an approval applies to the version that was reviewed.",
        "stale-component": "A component without a maintainer has no one to clarify its licence or fix its faults.",
        "assisted-code": "Code from an assistant carries no licence of its own and can repeat code that has one; its user is responsible for it.",
        "waiver-expired": "The finding was accepted as it was then, and until that day.",
        "waiver-unused": "An unused waiver would hide the next finding that it matches.",
        "curation-lapsed": "The correction was made for the earlier content of the file.",
    }
)

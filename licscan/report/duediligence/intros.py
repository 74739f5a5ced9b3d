"""What stands above the parts of a report: how to read them, the same on the page and in the document for counsel."""

from __future__ import annotations

from collections.abc import Mapping

from licscan.core.message import mark

INTROS: Mapping[str, str] = {
    "summary": mark("The tiles count components, models, projects, and files of the target with findings of their own; each by its worst finding."),
    "issues": mark("Every finding belongs to exactly one issue: what has the same cause and the same remedy. Files are listed with their component, versions "
                   "and platform builds are one item, and identical evidence is listed once. Certainty is about the licence that was read: certain, "
                   "likely or possible; a possible one is a question. Cost: low is up to five days of work, medium up to six weeks or a list price, "
                   "high more, or a fee to be negotiated."),
    "buckets": mark("Subjects are components, models, projects, and files of the target with findings of their own; each is filed by its worst finding."),
    "scope": mark("What was scanned, what was not, and how deep."),
    "components": mark("Every component and model, direct and indirect, with version, origin and usage; and the files of the target that have findings of "
                       "their own. This is also the bill of materials."),
    "licences": mark("Limits on commercial use first, then duties to give source, then by class. 'Found in' counts components, models, projects, and "
                     "files of the target."),
    "risks": mark("Each finding with its reasons, the duty that it triggers, the ways out and their effort. Severity is the policy's; likelihood and "
                  "effort are rules of thumb, each with its reason. A source called 'report' is the 2023 China Open Source Annual Report, chapter on "
                  "commercialisation."),
    "actions": mark("Owner and date are for the parties to fill in. To declare a fact is to answer the question and to make the audit again with the answer "
                    "(--fact NAME=VALUE); keep with it who answered, and on what evidence."),
    "obligations": mark("Fulfilled only where something in the tree or in the declared facts shows it; that it is distributed with the product has to be checked on a "
                        "delivered copy."),
    "questions": mark("By who can answer, the most consequential first, each with the effect of its answer. Facts that are answered (--fact NAME=VALUE, or --config "
                      "FILE) are applied to the stored result without a new scan. This report is not legal advice."),
    "bill": mark("The bill of materials is the register of part 1. Components: {components}; models and datasets: {models}. For machines the same is "
                 "in a file in the CycloneDX form, written beside the report with --output-dir, with the same finding ids; never in blind mode."),
    "evidence": mark("What findings rest on. Matched texts are shortened; the place identifies the whole, with the digest of its file in the workbook."),
    "decisions": mark("Choices among licences, waivers, corrections, and matches that were found and do not count."),
    "scenarios": mark("The same scan, judged under other facts by policy {policy}. The register above is judged by policy {main}."),
    "alike": mark("Other subjects with findings, which are judged alike in all of them: {count}."),
    "digest": mark("SHA-256 of the JSON form of this report without its digest, in canonical form; the same in every form."),
}  # fmt: skip

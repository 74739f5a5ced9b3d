"""Model licences by their phrases: skeletons of title and clause, what ScanCode takes them for, and what they are."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.aimodel.overlay import find_overlay
from licscan.aimodel.phrases import licenses_in
from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.core.finding import Detection, FileFinding, Match
from licscan.core.result import Inventory, RunInfo
from licscan.detect.licensedb import license_records, license_text
from licscan.modellicense.register import ModelLicense, ModelRegister, model_register
from licscan.select import WalkOptions, select

RUN = RunInfo(root="app", tool_version="1", scancode_version="1", detector="none", started="", finished="")
MIT = "Permission is hereby granted, free of charge"
# What ScanCode 32.5.0 answers to the text, the skeleton of its title and clauses, and the licence that it is.
TEXTS = [
    ("apache-2.0", "Falcon 180B TII License Version 1.0\nHosting Use is not permitted", "LicenseRef-falcon-180b-tii-1.0"),
    ("apache-2.0", "TII Falcon LLM License Version 1.0\nroyalty", "LicenseRef-tii-falcon-llm-1.0"),
    ("llama-3.1-license-2024", "META LLAMA 3 COMMUNITY LICENSE AGREEMENT\nMeta Llama 3 Version Release Date", "LicenseRef-llama-3-community-2024"),
    ("ic-1.0", "licensed under the Meta Llama 3\nCommunity License", "LicenseRef-llama-3-community-2024"),
    ("llama-2-license-2023", "FAIR Noncommercial Research License\nLast Updated", "LicenseRef-fair-noncommercial-research"),
    ("tencent-hunyuan-3d-2.0-cla", "TENCENT HUNYUAN COMMUNITY LICENSE AGREEMENT\nTHIS LICENSE AGREEMENT DOES NOT APPLY IN THE EUROPEAN UNION, UNITED KINGDOM AND SOUTH KOREA AND IS", "LicenseRef-tencent-hunyuan-community"),
    ("tencent-hunyuan-3d-2.0-cla", "TENCENT HUNYUAN COMMUNITY LICENSE AGREEMENT\nTHIS LICENSE AGREEMENT DOES NOT APPLY IN THE EUROPEAN UNION AND IS EXPRESSLY LIMITED", "LicenseRef-tencent-hunyuan-community-eu"),
    ("moonshot-ai-modified-mit-2025", f"Copyright 2025 MiniMax AI\n{MIT}\nOur only modification is that, if\nit has more than 100 million monthly active users", "LicenseRef-minimax-modified-mit"),
    ("moonshot-ai-modified-mit-2025", f"Copyright 2026 MiniMax\n{MIT}\nOur only modification is that, if\nshow MiniMax M2.5", "LicenseRef-minimax-m2.5-modified-mit"),
    ("llama-4-license-2025", "# Llama 2 Acceptable Use Policy", "llama-2-license-2023"),
    ("llama-4-license-2025", "**Llama 3.1** **Acceptable Use Policy**", "llama-3.1-license-2024"),
    ("llama-4-license-2025", "Seamless Acceptable Use Policy", "LicenseRef-seamless-licensing-agreement"),
    ("proprietary-license AND mit", "MiniMax M2.7\nshow Built with MiniMax M2.7", "LicenseRef-minimax-m2.7-nc"),
    ("mit", f"Kimi K2\n{MIT}\nreleased under the Modified MIT License", "moonshot-ai-modified-mit-2025"),
    ("apple-ml-ferret-2023 AND proprietary-license", "Apple Machine Learning Research Model License Agreement", "LicenseRef-apple-amlr"),
    ("exaone-ai-model-1.1-nc", "EXAONE AI Model License Agreement 1.2 - NC", "LicenseRef-exaone-ai-model-1.2-nc"),
    ("tongyi-qianwen-2023 AND proprietary-license", "Tongyi Qianwen RESEARCH LICENSE AGREEMENT", "LicenseRef-tongyi-qianwen-research-2023"),
    ("openmdw-1.0", "OpenMDW License Agreement, version 1.1", "LicenseRef-openmdw-1.1"),
    ("chameleon-research-2024", "Seamless Licensing Agreement", "LicenseRef-seamless-licensing-agreement"),
    ("tongyi-qianwen-2023", "Kolors, write to kwai-kolors@kuaishou.com", "LicenseRef-kolors-model-license"),
    (None, "OPT-175B LICENSE AGREEMENT", "LicenseRef-opt-175b-license"),
    (None, "STABLE VIDEO DIFFUSION NON-COMMERCIAL COMMUNITY LICENSE AGREEMENT", "LicenseRef-stable-video-diffusion-nc"),
    (None, "NVIDIA Source Code License for StyleGAN3", "LicenseRef-nvidia-source-code-license-nc"),
    ("warranty-disclaimer AND unknown-license-reference", "Databricks Open Model License", "LicenseRef-databricks-open-model-license"),
    ("warranty-disclaimer AND unknown-license-reference", "MINIMAX MODEL LICENSE", "LicenseRef-minimax-model-license"),
    ("warranty-disclaimer AND unknown-license-reference", "DINOv3 License", "LicenseRef-dinov3-license"),
    ("warranty-disclaimer AND unknown-license-reference", "SAM License\nLast Updated", "LicenseRef-sam-license"),
    ("unknown-license-reference AND proprietary-license", "LTX-2 Community License Agreement", "LicenseRef-ltx-2-community"),
    ("unknown-license-reference AND commercial-license", "Krea 2 Community License Agreement", "LicenseRef-krea-2-community"),
    ("unknown-license-reference", "Skywork Community License", "LicenseRef-skywork-community"),
    ("commercial-license AND unknown-license-reference", "Yi Series Models Community License Agreement", "LicenseRef-yi-community-2.1"),
    (None, "源2.0模型许可协议", "LicenseRef-yuan-2.0-license"),
    (None, "元象 XVERSE 大模型许可协议", "LicenseRef-xverse-model-license"),
    (None, "bilibili Index-1.9B 模型许可协议", "LicenseRef-bilibili-index-1.9b"),
]  # fmt: skip
CARDS = [
    "llama2 llama-2-license-2023", "llama3 LicenseRef-llama-3-community-2024", "llama3.1 llama-3.1-license-2024",
    "llama4 llama-4-cla-2025", "openrail LicenseRef-openrail-unspecified", "openrail++ bigscience-open-rail-m2",
    "creativeml-openrail-m stable-diffusion-2022-08-22", "bigscience-bloom-rail-1.0 bigscience-rail-1.0",
    "bigcode-openrail-m bigcode-open-rail-m-v1", "apple-amlr LicenseRef-apple-amlr", "openmdw-1.0 openmdw-1.0",
    "deepfloyd-if-license LicenseRef-deepfloyd-if-license", "tii-falcon-llm LicenseRef-tii-falcon-llm-1.0",
]  # fmt: skip


def concluded(
    tmp_path: Path,
    catalogue: Catalogue,
    register: ModelRegister,
    name: str,
    text: str,
    scancode: str | None,
    score: float = 90.0,
) -> str | None:
    (tmp_path / name).write_text(text)
    selection = select(tmp_path, WalkOptions())
    last = text.count("\n") + 1
    findings = (finding(name, scancode, last, score=score) if scancode else FileFinding(path=name),)
    overlay, _ = find_overlay(selection.files, {name: findings[0]}, register)
    files = tuple(selected.file for selected in selection.files)
    inventory = Inventory(run=RUN, files=files, findings=findings, overlay=overlay)
    told = [found.expression for found in conclude(inventory, catalogue) if found.subject.id == name]
    return told[0] if told else None


def finding(path: str, expression: str, last: int, first: int = 1, score: float = 90.0) -> FileFinding:
    match = Match(
        expression=expression,
        expression_spdx=expression,
        path=path,
        start_line=first,
        end_line=last,
        score=score,
        coverage=90.0,
        relevance=100,
        matched_length=100,
        matcher="3-seq",
        rule_id="a.LICENSE",
        kind="text",
    )
    detection = Detection(expression=expression, expression_spdx=expression, identifier="x", matches=(match,))
    return FileFinding(path=path, expression=expression, expression_spdx=expression, detections=(detection,))


@pytest.mark.parametrize(("scancode", "text", "licence"), TEXTS, ids=[licence for *_, licence in TEXTS])
def test_a_licence_file_is_concluded_as_the_model_licence(
    scancode: str | None, text: str, licence: str, tmp_path: Path, catalogue: Catalogue, register: ModelRegister
) -> None:
    assert concluded(tmp_path, catalogue, register, "LICENSE", text, scancode) == licence


@pytest.mark.parametrize("pair", CARDS)
def test_the_value_of_a_card_is_concluded_for_its_file(
    pair: str, tmp_path: Path, catalogue: Catalogue, register: ModelRegister
) -> None:
    value, licence = pair.split()
    text = f"---\nlicense: {value}\npipeline_tag: text-generation\n---\n"
    assert concluded(tmp_path, catalogue, register, "README.md", text, None) == licence


def test_the_name_of_a_card_says_what_other_means(
    tmp_path: Path, catalogue: Catalogue, register: ModelRegister
) -> None:
    text = "---\nlicense: other\nlicense_name: grok2-community\nlicense_link: LICENSE\n---\n"
    text = text.replace("grok2-community", "lfm1.0")
    told = concluded(tmp_path, catalogue, register, "README.md", text, "unknown-license-reference")
    assert told == "LicenseRef-lfm-open-license-1.0"


def test_fair_in_a_card_is_not_the_fair_license(tmp_path: Path, catalogue: Catalogue, register: ModelRegister) -> None:
    text = "---\nlicense: fair-noncommercial-research-license\nlibrary_name: transformers\n---\n"
    told = concluded(tmp_path, catalogue, register, "README.md", text, "fair")
    assert told == "LicenseRef-fair-noncommercial-research"


def test_what_else_stands_in_the_file_still_counts(
    tmp_path: Path, catalogue: Catalogue, register: ModelRegister
) -> None:
    told = concluded(tmp_path, catalogue, register, "LICENSE", "Falcon 180B TII License\nGPL", "apache-2.0 AND gpl-2.0")
    assert told == "LicenseRef-falcon-180b-tii-1.0 AND gpl-2.0"


@pytest.mark.parametrize(
    ("version", "licence"),
    [
        ("2", "llama-2-license-2023"),
        ("3", "LicenseRef-llama-3-community-2024"),
        ("3.1", "llama-3.1-license-2024"),
        ("3.2", "llama-3.2-license-2024"),
        ("3.3", "llama-3.3-license-2024"),
        ("4", "llama-4-cla-2025"),
    ],
)
def test_a_header_of_llama_in_code_is_not_the_notice_of_the_gpl_that_it_is_close_to(
    version: str, licence: str, tmp_path: Path, catalogue: Catalogue, register: ModelRegister
) -> None:
    text = f"# This software may be used and distributed according to the terms of the Llama {version} Community License Agreement.\n"
    close = "gpl-1.0-plus AND unknown-license-reference"
    assert concluded(tmp_path, catalogue, register, "chat.py", text, close, score=70.0) == licence


def test_code_of_which_the_licence_was_recognised_is_not_read_again(
    tmp_path: Path, catalogue: Catalogue, register: ModelRegister
) -> None:
    text = "# Runs what is under the Llama 3 Community License Agreement.\n"
    assert concluded(tmp_path, catalogue, register, "run.py", text, "mit", score=100.0) == "mit"


def test_prose_about_a_licence_adds_nothing(tmp_path: Path, catalogue: Catalogue, register: ModelRegister) -> None:
    text = "# Notes\nLlama 2 came under the Llama 2 Community License, a first.\n"
    assert concluded(tmp_path, catalogue, register, "notes.md", text, None) is None


def test_no_text_that_scancode_ships_is_taken_for_another_licence(tmp_path: Path, register: ModelRegister) -> None:
    # Its own text, a policy or an earlier date of the same licence, and a text that takes Llama 3's in.
    same = {"llama-4-license-2025", "ltxv-owl-2025-04-17", "trendmicro-cl-1.0"}
    taken = {
        record.key: entry.id
        for record in license_records(tmp_path)
        for entry, _ in licenses_in(license_text(record.key) or "", register)
        if entry.id != record.key
    }
    assert set(taken) <= same


WORDS = [
    "Llama 2",
    "LLAMA-2",
    "Community License",
    "é",
    "“",
    "模型许可协议",
    "Falcon 180B",
    "ﬁ",
    "\u212a",
    "2.0",
    "the",
]


@given(
    st.lists(st.one_of(st.sampled_from(WORDS), st.integers(0, 400)), max_size=12),
    st.sampled_from([" ", "\n# ", "_", "“"]),
)
def test_a_licence_is_found_wherever_its_phrases_stand(parts: list[str | int], between: str) -> None:
    register = model_register()
    phrases = [phrase for entry in register for phrase in (*entry.phrases, *chain(*entry.phrases_all))]
    text = between.join(phrases[part % len(phrases)] if isinstance(part, int) else part for part in parts)
    standing = {entry.id: found for entry in register if (found := phrases_of(entry, text))}
    covered = {
        one
        for one, found in standing.items()
        for other, around in standing.items()
        if other != one and all(any(flat in more and flat != more for more in around) for flat in found)
    }
    assert [entry.id for entry, _ in licenses_in(text, register)] == [id_ for id_ in standing if id_ not in covered]


def phrases_of(entry: ModelLicense, text: str) -> list[str]:
    """The phrases of a licence that stand in a text, asked one by one."""

    def flat(words: str) -> str:
        return " " + " ".join(re.findall(r"[^\W_]+", words.lower())) + " "

    together = [group for group in entry.phrases_all if all(flat(phrase) in flat(text) for phrase in group)]
    return [flat(phrase) for phrase in (*entry.phrases, *chain(*together)) if flat(phrase) in flat(text)]

"""What a project shows to those who use it or receive it, and what is only an identifier, a comment or a note of its makers."""

from __future__ import annotations

import pytest

from licscan.modellicense.display import DOCUMENTATION, INTERFACE, NOTICE, TEMPLATE, find_shown

NAME = "Kimi K2"


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("README.md", "This service is built with Kimi K2.\n", DOCUMENTATION),
        ("docs/about.rst", "Our assistant runs on *Kimi\nK2*.\n", DOCUMENTATION),
        ("NOTICE", "Kimi K2, Copyright (c) Moonshot AI\n", NOTICE),
        ("THIRD_PARTY_NOTICES.txt", "# Kimi\n# K2 by Moonshot AI\n", NOTICE),
        ("templates/index.html", "<footer>Powered by Kimi K2</footer>\n", TEMPLATE),
        ("templates/index.html", "<footer>Powered by <b>Kimi</b>&nbsp;K2</footer>\n", TEMPLATE),
        ("web/src/Footer.tsx", "export const F = () => <p>Powered by Kimi K2</p>;\n", TEMPLATE),
        ("web/src/Footer.vue", "<template>\n  <span>Powered by Kimi K2</span>\n</template>\n", TEMPLATE),
        ("app/ui.py", 'st.caption("Powered by Kimi K2")\n', INTERFACE),
        ("ios/About.swift", 'Text("Powered by Kimi K2")\n', INTERFACE),
        ("app/src/main/res/values/strings.xml", '<string name="about">Powered by Kimi K2</string>\n', INTERFACE),
        ("locales/en.json", '{"about": "Powered by Kimi K2"}\n', INTERFACE),
        ("config/site.yaml", "footer: Powered by Kimi K2\n", INTERFACE),
    ],
)
def test_what_users_and_recipients_see_counts_and_says_where(path: str, text: str, place: str) -> None:
    (found,) = find_shown(path, text, [NAME])
    assert (found.phrase, found.location.path, found.place) == (NAME, path, place)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app/llm.py", 'm = AutoModel.from_pretrained("moonshotai/Kimi-K2-Instruct")\n'),
        ("app/llm.py", "# TODO: show Kimi K2 somewhere\n"),
        ("app/llm.py", '"""Loads Kimi K2."""\n'),
        ("app/llm.py", 'logger.info("loading Kimi K2")\n'),
        ("app/llm.py", 'raise ValueError("Kimi K2 is not there")\n'),
        ("app/llm.py", 'MODELS = {"Kimi K2": load("moonshotai/Kimi-K2-Instruct")}\n'),
        ("app/llm.py", 'm = MODELS["Kimi K2"]\n'),
        ("app/llm.py", 'print("using Kimi K2")\n'),
        ("app/llm.py", 'if name == "Kimi K2":\n    pass\n'),
        ("app/llm.py", 'SYSTEM_PROMPT = "You are Kimi K2"\n'),
        ("src/a.go", "// Kimi K2 is slow\n"),
        ("src/a.c", "/* Kimi K2 */ int x;\n"),
        ("web/a.html", "<!-- Kimi K2 -->\n"),
        ("README.md", "<!-- show Kimi K2 here -->\n"),
        ("README.md", "TODO: show Kimi K2\n"),
        ("README.md", "Weights: https://huggingface.co/moonshotai/Kimi-K2-Instruct\n"),
        ("CHANGELOG.md", "- switch to Kimi K2\n"),
        ("tests/test_ui.py", 'assert_shown("Powered by Kimi K2")\n'),
        ("config.yaml", "model: Kimi K2\n"),
        ("package.json", '{"description": "Kimi K2"}\n'),
        ("docs/index.md", "It uses Kimi K2.5.\n"),
        ("docs/index.md", "See Kimi-K2.\n"),
    ],
)
def test_identifiers_comments_and_notes_of_makers_show_nobody_anything(path: str, text: str) -> None:
    assert find_shown(path, text, [NAME]) == ()

"""Answers the questions of visitors, by a model that the deployment serves on the same machine."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

MODEL = "meta-llama/Llama-2-7b-chat-hf"
SERVER = "http://localhost:8080/v1/completions"


def answer(question: str, most_words: int = 80) -> str:
    """Return what the model says to ``question``."""
    asked = {"model": MODEL, "prompt": question, "max_tokens": most_words}
    request = Request(SERVER, json.dumps(asked).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=60) as reply:
        return json.load(reply)["choices"][0]["text"]

"""Calls that load a model by a short name of their library's own, and the name that it has on the Hub."""

from __future__ import annotations

import re
from collections.abc import Callable

from licscan.aimodel.reference.names import whisper
from licscan.util.lazy_pattern import lazy

_CLIP = {
    "RN50": "openai/clip-rn50",
    "ViT-B/32": "openai/clip-vit-base-patch32",
    "ViT-B/16": "openai/clip-vit-base-patch16",
    "ViT-L/14": "openai/clip-vit-large-patch14",
    "ViT-L/14@336px": "openai/clip-vit-large-patch14-336",
}
_WORD = lazy(r"[\w.-]{2,80}")
_REPOSITORY = lazy(r"([\w.-]{1,80}/[\w.-]{1,80}?)(?::[\w./-]{1,80})?")
# Formats that ``load_dataset`` reads from files, and no data sets.
_BUILDERS = frozenset(
    "csv json parquet text arrow pandas xml sql spark webdataset imagefolder audiofolder videofolder pdffolder generator".split()
)
_FOLDERS = frozenset("data dataset datasets train test val output out".split())
_DATASETS = {
    "squad": "rajpurkar/squad",
    "squad_v2": "rajpurkar/squad_v2",
    "wikitext": "Salesforce/wikitext",
    "c4": "allenai/c4",
    "gsm8k": "openai/gsm8k",
    "imdb": "stanfordnlp/imdb",
    "sst2": "stanfordnlp/sst2",
    "glue": "nyu-mll/glue",
    "wikipedia": "wikimedia/wikipedia",
}


def _word(owner: str) -> Callable[[str], str | None]:
    return lambda text: f"{owner}/{text}" if _WORD.fullmatch(text) and "." not in text[-5:] else None


def _torch_hub(text: str) -> str | None:
    found = _REPOSITORY.fullmatch(text)
    if found is None or text.startswith("."):
        return None
    return {"ultralytics/yolov5": "Ultralytics/YOLOv5", "ultralytics/ultralytics": "Ultralytics/YOLOv8"}.get(
        found[1], found[1]
    )


def dataset(text: str) -> str | None:
    """Return the name of the data set without an owner that ``load_dataset`` is given; ``None`` for a format or a folder."""
    if text in _BUILDERS or text in _FOLDERS or not _WORD.fullmatch(text) or "." in text:
        return None
    return _DATASETS.get(text, text)


OPEN_CLIP = frozenset({"create_model_and_transforms", "create_model_from_pretrained", "create_model"})


def open_clip(architecture: str, weights: str) -> str:
    """Return the name of the weights that OpenCLIP calls ``weights`` of ``architecture``."""
    if weights == "openai":
        return _CLIP.get(
            architecture.replace("-quickgelu", ""), f"openai/clip-{architecture}".lower().replace("/", "-")
        )
    return f"laion/CLIP-{architecture.replace('/', '-')}-{weights}"


# By the last name of the function: what it is a member of or comes from, the position and the keywords of the name, and what the name
# is on the Hub. A missing name of InsightFace's is that of its default.
SHORT: dict[str, tuple[tuple[str, ...], int, tuple[str, ...], Callable[[str], str | None]]] = {
    "load_model": (("whisper", "whisperx", "whisper_timestamped", "mlx_whisper"), 0, ("name",), whisper),
    "WhisperModel": (("faster_whisper",), 0, ("model_size_or_path",), whisper),
    "BatchedInferencePipeline": (("faster_whisper",), 0, ("model",), whisper),
    "FaceAnalysis": (("insightface",), 0, ("name",), _word("insightface")),
    "get_model": (("insightface",), 0, ("name",), _word("insightface")),
    "from_preset": (("keras_nlp", "keras_hub", "keras_cv", "keras"), 0, ("preset",), _word("keras")),
    "SentenceTransformer": (("sentence_transformers",), 0, ("model_name_or_path",), _word("sentence-transformers")),
}
# The same of functions whose names are everybody's: only as a member of their library.
MEMBERS: dict[tuple[str, str], tuple[int, tuple[str, ...], Callable[[str], str | None]]] = {
    ("hub", "load"): (0, ("repo_or_dir",), _torch_hub),
    ("clip", "load"): (0, ("name",), _CLIP.get),
    ("spacy", "load"): (
        0,
        ("name",),
        lambda text: f"spacy/{text}" if re.fullmatch(r"[a-z]{2}_\w{3,60}", text) else None,
    ),
    ("download", "spacy"): (0, (), lambda text: f"spacy/{text}" if re.fullmatch(r"[a-z]{2}_\w{3,60}", text) else None),
}

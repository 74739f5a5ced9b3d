"""Names by which hubs know models: publishers, Ollama's library, short names, and what a text in one of their forms names.

What is here recognises; what a name is licensed under is for the register. A test keeps both in step.
"""

from __future__ import annotations

import re

from msgspec import Struct

from licscan.aimodel.reading import Reference, Source, hub_id
from licscan.aimodel.reference.served import host_of
from licscan.core.aimodel import AiModelKind
from licscan.util.lazy_pattern import lazy

# Those who publish models and datasets, or other publishers' models in another form, in lower case.
OWNERS = frozenset(
    """insightface spacy 01-ai ai21labs alibaba-nlp allenai amazon answerdotai anthropic apple arcee-ai baai baichuan-inc baidu bartowski bigcode
    bigscience black-forest-labs briaai bytedance bytedance-seed cagliostrolab cais canopylabs cardiffnlp city96 codellama
    cohereforai coherelabs colbert-ir compvis coqui cross-encoder databricks decapoda-research deepfloyd deepseek-ai deepset
    depth-anything distil-whisper distilbert dslim efficient-large-model eleutherai emilyalsentzer evolutionaryscale facebook
    facebookai fishaudio genmo ggml-org google google-bert google-t5 guoyww h94 helsinki-nlp hexgrad hidream-ai hkunlp
    hugging-quants huggingfacefw huggingfaceh4 huggingfacem4 huggingfacetb huggyllama hustvl ibm ibm-granite idea-research ieityuan
    inclusionai indexteam intel internlm intfloat jameslahm jinaai kakaocorp krea kwai-kolors kyutai laion laxhar lgai-exaone
    lightricks liheyoung liquidai liuhaotian livekit llava-hf lllyasviel llm360 lmstudio-community lmsys madebyollin
    maziyarpanahi meta-llama microsoft minimaxai mistral-community mistralai mixedbread-ai mlx-community modelcloud moonshotai
    mosaicml myshell-ai nari-labs naver-hyperclovax nomic-ai nousresearch nvidia onnx-community onomaairesearch openai
    openai-community openassistant openbmb openchat opendatalab opengvlab orionstarai paddlepaddle parler-tts pekingu
    pixart-alpha playgroundai pyannote pyp1 quantfactory qwen rajpurkar rednote-hilab replit resembleai runwayml salesforce
    sczhou second-state sentence-transformers sesame skywork snowflake speechbrain stabilityai stable-diffusion-v1-5 stanfordnlp
    stepfun-ai suno swiss-ai swivid tatsu-lab tencent tencent-hunyuan thebloke thenlper thudm tiiuae tinyllama tongyi-mai
    ultralytics unsloth upstage utter-project vikhyatk wan-ai wikimedia wongkinyiu xai-org xenova xiaomimimo xinsir xverse
    yandex zai-org""".split()
)
# Of these, those whose names nobody else has: no project, package or image is called so.
ON_HUB_ONLY = frozenset(
    """baai bartowski cardiffnlp codellama coherelabs cohereforai cross-encoder distilbert dslim facebookai google-bert google-t5 huggingfaceh4
    huggingfacem4 huggingfacetb intfloat llava-hf lmstudio-community maziyarpanahi minimaxai mixedbread-ai mlx-community onnx-community
    openai-community qwen sentence-transformers stabilityai stable-diffusion-v1-5 thebloke tiiuae unsloth xenova""".split()
)
# Names of families in models of anybody's: "somebody/My-Llama-3-Tune".
FAMILY = lazy(
    r"llama[-_]?[2-4][-_.]|llama-(?:7|13|30|33|65)b|codellama-|codegemma-|gemma-(?:[23]n?-|1\.1-|[27]b)|falcon-180b"
    r"|qwen[-_]?\d|mistral-(?:7b|nemo|small)|mixtral-8x|deepseek-(?:r1|v[23]|coder)|phi-[1-4]|granite-(?:\d|embedding-|code-|guardian-|vision-|speech-)"
    r"|whisper-(?:tiny|base|small|medium|large)|stable-diffusion-|bge-(?:small|base|large|m3)|all-minilm-l|(?:bert|t5)-(?:base|large)",
    re.IGNORECASE,
)
# Models of the same publishers that are served and not published.
_SERVED = lazy(
    r"openai/(?!gpt-oss|gpt-?2)(?:gpt|o\d|chatgpt|text-|dall)|google/gemini|microsoft/copilot", re.IGNORECASE
)
OLLAMA_LIBRARY = frozenset(
    """all-minilm aya aya-expanse bakllava bge-large bge-m3 codegemma codellama codeqwen codestral command-a command-r command-r-plus
    command-r7b dbrx deepseek-coder deepseek-coder-v2 deepseek-llm deepseek-r1 deepseek-v2 deepseek-v2.5 deepseek-v3 deepseek-v3.1
    devstral dolphin-llama3 dolphin-mistral dolphin-mixtral dolphin-phi dolphin3 embeddinggemma everythinglm exaone-deep exaone3.5
    falcon falcon2 falcon3 gemma gemma2 gemma3 gemma3n glm4 gpt-oss granite-code granite3-dense granite3.1-dense granite3.1-moe
    granite3.2 granite3.2-vision granite3.3 granite4 hermes3 internlm2 llama-guard3 llama-pro llama2 llama2-chinese
    llama2-uncensored llama3 llama3-chatqa llama3-gradient llama3-groq-tool-use llama3.1 llama3.2 llama3.2-vision llama3.3 llama4
    llava llava-llama3 llava-phi3 magistral mathstral meditron minicpm-v mistral mistral-large mistral-nemo mistral-openorca
    mistral-small mistral-small3.1 mistral-small3.2 mixtral moondream mxbai-embed-large nemotron nemotron-mini neural-chat
    nomic-embed-text nous-hermes nous-hermes2 olmo2 openchat openhermes orca-mini orca2 paraphrase-multilingual phi phi3 phi3.5 phi4
    phi4-mini phi4-reasoning phind-codellama qwen qwen2 qwen2-math qwen2.5 qwen2.5-coder qwen2.5vl qwen3 qwen3-coder
    qwen3-embedding qwen3-vl qwq reader-lm shieldgemma smollm smollm2 snowflake-arctic-embed snowflake-arctic-embed2 solar
    sqlcoder stable-code stablelm2 starcoder starcoder2 starling-lm tinydolphin tinyllama vicuna wizard-math wizardcoder
    wizardlm2 xwinlm yarn-llama2 yi yi-coder zephyr""".split()
)
# Names without an owner that the Hub still answers to. Data sets are looked up where only data sets are.
_CANONICAL = lazy(
    r"(?:bert|roberta|xlm-roberta|distilbert|distilroberta|albert|camembert|xlnet|t5|gpt2|distilgpt2|openai-gpt|xlm|ctrl|transfo-xl"
    r"|flaubert|mobilebert|longformer|bart|electra|deberta)(?:-(?:base|small|medium|large|xl|xxl|3b|11b|wt103|mlm|clm|cased|uncased|v[12]"
    r"|multilingual|chinese|german|japanese|finetuned|sst|english|distilled|squad|mrpc|whole|word|masking|en|enfr|ende|dbmdz|openai|detector"
    r"|conll03|sst-2|2|2048|1280|1024|100|17|15|cl|tohoku|char|xnli15|ro|en-fr|en-de|en-ro|tlm)){0,9}"
)
_MOVED = (
    ("camembert", "almanach"),
    ("xlnet", "xlnet"),
    ("albert", "albert"),
    ("openai-gpt", "openai-community"),
    ("distilroberta", "distilbert"),
    ("distilgpt2", "distilbert"),
    ("ctrl", "Salesforce"),
    ("transfo-xl", "transfo-xl"),
    ("flaubert", "flaubert"),
    ("xlm-mlm", "FacebookAI"),
    ("xlm-clm", "FacebookAI"),
)
_WHISPER = lazy(r"(?:tiny|base|small|medium)(?:\.en)?|large(?:-v[123](?:-turbo)?)?|turbo")
_REST = r"[A-Za-z0-9][\w.-]{0,95}"
_ID = rf"{_REST}/{_REST}"
_SCHEME = lazy(rf"(?:hf|huggingface|hub)://(datasets/|models/)?({_ID})(?:[@:]([\w.-]{{1,80}}))?(?:[/?][^\s]{{0,200}})?")
_OLLAMA_SCHEME = lazy(r"ollama://([a-z0-9][\w.-]{0,80}(?:/[\w.-]{1,80})?(?::[\w.-]{1,80})?)(?:\?[^\s]{0,200})?")
_DJL = lazy(rf"djl://ai\.djl\.huggingface\.\w{{1,20}}/({_ID})")
ADDRESS = lazy(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com|modelscope\.cn/models|(?:api-inference|router)\.huggingface\.co"
    rf"(?:/hf-inference)?/(?:models|pipeline/[\w-]{{1,40}}))/(datasets/)?({_ID})(?:/(resolve|raw|tree|blob)/([\w.-]{{1,80}}))?"
)
# An address of a file of a model that has no owner.
_BARE_ADDRESS = lazy(rf"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/({_REST})/(?:resolve|raw)/([\w.%-]{{1,80}})")
_SERVING = lazy(r"https?://(?:api-inference|router)\.")
TF_HUB = lazy(rf"https?://(?:www\.)?(?:tfhub\.dev/({_REST})|kaggle\.com/models/({_REST}))/({_REST})")
_COQUI = lazy(r"((?:tts|vocoder|voice_conversion)_models)/([\w-]{1,20})/([\w-]{1,20})/([\w.-]{1,30})")
_XTTS = {"xtts_v2": "coqui/XTTS-v2", "xtts_v1.1": "coqui/XTTS-v1"}
YOLO = lazy(
    r"(?:[\w./-]{0,80}/)?(yolov?)(3|5|6|8|9|10|11|12|26)u?[-_]?([nsmlxtbce])6?u?(?:-(?:seg|cls|pose|obb|oiv7|world|worldv2))?\.(?:pt|onnx|engine|torchscript)",
    re.IGNORECASE,
)
# How whisper.cpp calls the sizes of Whisper in its own format.
_GGML_WHISPER = lazy(
    r"(?:[^\s]{0,200}/)?ggml-((?:tiny|base|small|medium)(?:\.en)?|large(?:-v[123](?:-turbo)?)?)(?:-q\d_[\dk])?(?:\.bin)?"
)
# How MLC calls models in its own format.
_MLC = lazy(r"[A-Za-z][\w.-]{1,90}-q\d{1,2}f\d{1,2}(?:_\d)?-MLC(?:-\w{1,10})?")
SPACY = lazy(r"\b([a-z]{2}_(?:core|dep|ent|sent)_(?:web|news|wiki)_(?:sm|md|lg|trf))\b")
_OLLAMA = lazy(r"ollama(?:_chat)?/([a-z0-9][\w.-]{0,80}(?:/[\w.-]{1,80})?(?::[\w.-]{1,80})?)")
_OLLAMA_NAME = lazy(r"([a-z][a-z0-9.-]{1,60})(:[\w.-]{1,60})?")
_OLLAMA_HUB = lazy(rf"hf\.co/({_ID})(?::[\w.-]{{1,60}})?")
_PREFIX = lazy(
    r"(@cf|@hf|huggingface|together_ai|together|openrouter|fireworks_ai|deepinfra|hosted_vllm|vllm|hf_hub|hf-hub|hf|hf-inference|groq"
    r"|nvidia_nim|nebius|novita|sambanova|cerebras|replicate|azure_ai|watsonx|bedrock|vertex_ai|openai|litellm_proxy|models|timm|open_clip|local-dir|local)[/:]"
)
# How Vertex AI ends the names of others' models that it serves.
_ON_VERTEX = "-maas"
_SUFFIX = lazy(rf"({_ID})(?:@([\w.-]{{1,80}})|:[\w.-]{{1,60}})?")
# Ends of names of files, which no name on a hub has.
_FILE = lazy(
    r"\.(?:py|js|mjs|cjs|ts|tsx|jsx|json|ya?ml|toml|md|txt|sh|html?|css|png|jpe?g|svg|gif|go|rs|java|kt|cs|cc?|cpp|h|hpp|rb|php|git|zip"
    r"|gz|so|dll|exe|whl|jar|lock|cfg|ini|csv|tsv|parquet|bin|pt|pth|gguf|onnx|safetensors|h5|pb|tflite)$",
    re.IGNORECASE,
)
_LONGEST = 300


# One of these is part of every file that names a model in one of the forms above, in lower case; or the name of a publisher is. Looked for
# one by one, since an expression that joins them takes five times as long.
_TELLING = tuple(
    word.encode()
    for word in """ollama 11434 yolo _core_ hugging hf.co pretrained repo_id whisper open_clip insightface from_preset spacy tfhub kaggle
    tts_models lama- lama2 gemma- falcon-180b load_dataset torch.hub bumblebee djl: transformers sentence_transf informers model_id
    modelscope @cf/ datasets/ ggml- model_code model_repo candle .onnx .gguf safetensors
    -mlc qwen mixtral granite- minilm bert- bge- stable-diffusion phi- t5- gpt-3 gpt-4 gpt-5 claude- gemini- text-embedding openai/ command-r rerank- mistral- codestral grok- deepseek- voyage- amazon. anthropic. dall-e whisper-1""".split()
)
_TELLING_WORD = re.compile(rb"\bhf|\bclip\b")
_OWNER_BEFORE = re.compile(rb"[a-z0-9][a-z0-9_.-]{1,40}\Z")
_LONGEST_OWNER = 41
_OWNERS = frozenset(owner.encode() for owner in OWNERS)


def may_name(content: bytes) -> bool:
    """Whether it is worth while to look for names in a file."""
    lowered = content.lower()
    if any(word in lowered for word in _TELLING):
        return True
    has_word = (b"hf" in lowered or b"clip" in lowered) and _TELLING_WORD.search(lowered) is not None
    return has_word or _names_owner(lowered)


def _names_owner(lowered: bytes) -> bool:
    slash = lowered.find(b"/")
    while slash >= 0:
        if lowered[slash + 1 : slash + 2].isalnum():
            owner = _OWNER_BEFORE.search(lowered, max(0, slash - _LONGEST_OWNER), slash)
            if owner and owner[0] in _OWNERS:
                return True
        slash = lowered.find(b"/", slash + 1)
    return False


# A name that a number stands for in a table.
_SCORED = lazy(rf"""["']({_ID})["']\s{{0,10}}(?::|=>)\s{{0,10}}[-+]?[\d.]""")


def scored(code: str) -> frozenset[str]:
    """Return the names for which a table in ``code`` holds numbers: results of others that are compared, and no uses."""
    return frozenset(_SCORED.findall(code))


class Named(Struct, frozen=True, kw_only=True):
    """What a text names. ``form`` says that its form alone proves it: an address that is fetched, a scheme, a short name."""

    name: str
    source: Source = Source.HUB
    kind: AiModelKind = AiModelKind.MODEL
    form: bool = False
    revision: str | None = None
    service: str | None = None

    @property
    def published(self) -> bool:
        """Whether a publisher who is known for models owns it, or the name is that of a family."""
        owner, _, name = self.name.lower().partition("/")
        return (owner in OWNERS or FAMILY.search(name) is not None) and not _SERVED.match(self.name)


def reference_of(use: Named, line: int, *, sure: bool) -> Reference:
    return Reference(
        name=use.name,
        line=line,
        kind=use.kind,
        source=use.source,
        sure=sure,
        revision=use.revision,
        service=use.service,
    )


def named(text: str) -> Named | None:
    """Return the model or dataset that the whole of ``text`` names by its form; ``None`` for anything else."""
    if not 3 <= len(text) <= _LONGEST:
        return None
    return _by_scheme(text) or _by_short_name(text) or _by_id(text)


def _by_scheme(text: str) -> Named | None:
    if "://" not in text:
        return None
    if found := _SCHEME.fullmatch(text):
        kind = AiModelKind.DATASET if found[1] == "datasets/" else AiModelKind.MODEL
        return Named(name=found[2], kind=kind, form=True, revision=found[3]) if hub_id(found[2]) else None
    if found := _OLLAMA_SCHEME.fullmatch(text):
        return Named(name=found[1], source=Source.OLLAMA, form=True)
    if found := _DJL.match(text):
        return Named(name=found[1], form=True)
    if found := TF_HUB.match(text):
        return Named(name=f"{found[1] or found[2]}/{found[3]}", form=True)
    return address(text)


def address(text: str) -> Named | None:
    """Return what the address of a hub at the beginning of ``text`` names: fetched or served for sure, else perhaps a link."""
    bare = _BARE_ADDRESS.match(text)
    if bare and (name := canonical(bare[1])):
        return Named(name=name, form=True, revision=bare[2])
    found = ADDRESS.match(text)
    if found is None or found[3] == "blob" or hub_id(found[2]) is None or hub_id(f"https://hf.co/{found[2]}") is None:
        return None
    kind = AiModelKind.DATASET if found[1] else AiModelKind.MODEL
    is_served = _SERVING.match(text) is not None
    fetched = found[3] in ("resolve", "raw") or is_served
    return Named(
        name=found[2], kind=kind, form=fetched, revision=found[4], service="huggingface" if is_served else None
    )


def _by_short_name(text: str) -> Named | None:
    if _MLC.fullmatch(text):
        return Named(name=f"mlc-ai/{text}", form=True)
    if found := YOLO.fullmatch(text):
        return Named(name=ultralytics(found), form=True)
    if (found := _GGML_WHISPER.fullmatch(text)) and (name := whisper(found[1])):
        return Named(name=name, form=True)
    if found := SPACY.fullmatch(text):
        return Named(name=f"spacy/{found[1]}", form=True)
    if found := _COQUI.fullmatch(text):
        return Named(name=_XTTS.get(found[4]) or f"coqui/{'--'.join(found.groups())}", form=True)
    if found := _OLLAMA_HUB.fullmatch(text):
        return Named(name=found[1], form=True)
    if found := _OLLAMA.fullmatch(text):
        return Named(name=found[1], source=Source.OLLAMA, form=found[1] != "ollama")
    return None


def ultralytics(found: re.Match[str]) -> str:
    """Return the name on the Hub of the weights of YOLO that ``YOLO`` matched."""
    version = found[2]
    return f"Ultralytics/YOLO{'v' if int(version) <= 10 else ''}{version}"


def _by_id(text: str) -> Named | None:
    prefix = _PREFIX.match(text)
    rest = text[prefix.end() :] if prefix and text.count("/") >= (2 if text[prefix.end() - 1] == "/" else 1) else text
    found = _SUFFIX.fullmatch(rest)
    if found is None or _FILE.search(found[1]) or hub_id(found[1]) is None:
        return None
    service = host_of(prefix[1]) if prefix and rest is not text else None
    if found[1].endswith(_ON_VERTEX):
        return Named(name=found[1].removesuffix(_ON_VERTEX), service="google")
    return Named(name=found[1], revision=found[2], service=service)


def in_ollama(text: str) -> str | None:
    """Return ``text`` where it is the name, with or without a tag, of a model in Ollama's library."""
    found = _OLLAMA_NAME.fullmatch(text)
    return text if found and found[1] in OLLAMA_LIBRARY else None


def canonical(text: str) -> str | None:
    """Return the name of a model that the Hub still answers to without its owner; ``None`` for other words.

    Names that the register has without an owner stay as they are written.
    """
    if not _CANONICAL.fullmatch(text):
        return None
    owner = next((owner for stem, owner in _MOVED if text.startswith(stem)), None)
    return f"{owner}/{text}" if owner else text


def whisper(text: str) -> str | None:
    """Return the name on the Hub of the size of Whisper that ``text`` is."""
    return f"openai/whisper-{'large-v3-turbo' if text == 'turbo' else text}" if _WHISPER.fullmatch(text) else None

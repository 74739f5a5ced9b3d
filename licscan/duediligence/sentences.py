"""From a finished sentence back to its template and its values.

Findings carry their messages as text, so that every report shows the same words. An audit in another language, or
a blind one, needs the parts: the templates of the policies are known, and what stood in their places is read back.
A text that fits no template stays what it is, in the language in which it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from licscan.core.message import Kind, Message, Value, mark, verbatim

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

# What each placeholder of a policy's message holds. ``detail`` and ``limit`` are sentences of a check.
_KINDS: Mapping[str, Kind] = {
    "licence": Kind.LICENSE,
    "expression": Kind.LICENSE,
    "outbound": Kind.LICENSE,
    "choice": Kind.LICENSE,
    "subject": Kind.NAME,
    "paths": Kind.PATH,
    "version": Kind.VERSION,
    "text": Kind.TEXT,
    "declared": Kind.TEXT,
    "origin": Kind.TEXT,
}
_NAME_WORDS = 12  # of a licence's title
_VERBATIM = verbatim("").text
_SENTENCES = frozenset({"detail", "limit", "rule", "limits"})
_LISTS = frozenset({"copies", "standing"})  # sentences with semicolons between them
_FIGURES = frozenset({"count", "most"})  # digits alone: no text of a tree fits
_AFTER_A_NAME = "{terms} {standing}"

# What the checks of the policies say and ask, with a place for each value.
CHECK_SENTENCES = (
    mark("{limit}; the fact '{fact}', which decides it, is not declared"),
    mark("no text of {licence} stands with it or in a notice file of the project"),
    mark("only binaries of it are in the project, and no source or offer under {licence}"),
    mark("{licence} is found in its files, and its manifest does not declare it"),
    mark("this version was released on {date}, more than four years before the scan"),
    mark("it was built on {date}, more than four years before the scan"),
    mark("nothing in it was changed after {date}, more than four years before the scan"),
    mark("version {version} of it is under {licence}"),
    mark("by {terms}, where the model or what is made with it is passed on, {copies}"),
    mark("under {terms} {standing}"),
    mark("with more than {number} monthly active users a licence from {publisher} itself is needed"),
    mark("with more than {number} monthly active users {phrase} has to be shown to them"),
    mark("by {terms}, {limit}, counted in the calendar month before the model's release ({date})"),
    mark("by {terms}, {limit}, counted now"),
    mark("{terms} binds the product to an acceptable-use policy ({url}) and to the law"),
    mark("{terms} binds the product to an acceptable-use policy and to the law"),
    mark(
        "{terms} forbids use against the law of the countries where the product is offered, trade compliance included"
    ),
    mark("{terms} grants nothing in {places}"),
    mark("the model is meant for these languages: {languages}"),
    mark("by its card the model is meant for these languages: {languages}"),
    mark("from USD {number} on {effect} by {terms}"),
    mark("{terms} limits {limits}"),
    mark("{users} monthly active users are declared, and {limit}"),
    mark(
        "{users} monthly active users are declared for the calendar month before the model's release ({date}), and {limit}"
    ),
    mark(
        "How many monthly active users does the product have, with all else of the company and its affiliates that the licence "
        "counts? By {terms}, {limit}, counted in the calendar month before the model's release ({date}). Set 'monthly_active_users', or "
        "'monthly_active_users_at' as '<number>@{day}' for that day's figure."
    ),
    mark(
        "How many monthly active users does the product have, with all else of the company and its affiliates that the licence "
        "counts? By {terms}, {limit}, counted now. Set 'monthly_active_users'."
    ),
    mark(
        "What is the product used for? {terms} binds it to an acceptable-use policy ({url}) and to the law. Set 'uses' to a "
        "list of words."
    ),
    mark(
        "What is the product used for? {terms} binds it to an acceptable-use policy and to the law. Set 'uses' to a list of "
        "words."
    ),
    mark("{terms} forbids these uses: {declared}"),
    mark("{terms} may forbid these uses: {declared} (it names {limits})"),
    mark("{terms} binds the product to an acceptable-use policy ({url}): read it"),
    mark("{terms} binds the product to an acceptable-use policy: read it"),
    mark(
        "In which countries is the product offered? {terms} forbids use against the law there, trade compliance included. "
        "Set 'regions' to a list of ISO 3166 codes."
    ),
    mark("In which countries is the product offered? {terms} grants nothing in: {places}. Set 'regions'."),
    mark("{terms} grants nothing in {places}; declared are {declared}"),
    mark(
        "In which languages is the product used? The model is meant for: {languages}. Set 'languages' to ISO 639 codes."
    ),
    mark(
        "In which languages is the product used? By its card the model is meant for: {languages}. Set 'languages' to ISO 639 "
        "codes."
    ),
    mark("the model is meant for {languages}, and is used for {declared}"),
    mark("the model is meant for {languages}, and is used for {declared} (a limit of the model card)"),
    mark("{terms} forbids using the model or its output to improve other models"),
    mark("{terms} forbids using the model or its output to improve models that do not derive from the model"),
    mark(
        "{terms} forbids using the model or its output to improve large language models that do not derive from the model"
    ),
    mark("{terms} forbids using the model's output to train competing models"),
    mark("{terms} forbids using the model's output to train other models for commercial ends"),
    mark("{terms} wants models that are trained with the model or its output to take its name"),
    mark("{terms} wants models that are trained with the model or its output to say so"),
    mark(
        "Is the model, or what it puts out, used to train or improve another model? {limit}. Set 'trains_other_models' to "
        "true or false."
    ),
    mark("{terms} conflicts with the Open Source Definition: {criteria}"),
    mark("by {terms} {share} % is owed of the yearly revenue attributable to the model above USD {number}"),
    mark("By {terms} {share} % is owed of the yearly revenue attributable to the model above USD {number}"),
    mark("Is the model used commercially? If so, {limit}. Set 'commercial' to true or false."),
    mark(
        "How much does the product earn a year, in US dollars, that is attributable to the model? {limit}. Set "
        "'attributable_revenue_usd'."
    ),
    mark("USD {owed} a year is owed: {limit}, and USD {earned} is declared ({share} % of {over})"),
    mark("{terms}: commercial use is {permission}"),
    mark("{terms}: commercial use is {permission}, and needs the publisher's approval"),
    mark("Is the product commercial? {limit}. Set 'commercial'."),
    mark("Is the product commercial? {limit}. Set 'commercial' to true or false."),
    mark("{limit}, and the product is declared commercial"),
    mark("{limit}, and the product is declared hosted"),
    mark("{limit}, and third-party code is declared to be modified"),
    mark("{licence} forbids commercial use"),
    mark("{licence} allows research alone"),
    mark("{licence} may not be offered as a hosted service"),
    mark("changed versions of what is under {licence} may not be passed on"),
    mark("Was it changed? {limit}. Set 'modified' to true or false."),
    mark("How does the product reach its users? {limit}. Set 'distribution'."),
    mark(
        "How does the product reach its users? {terms} limits {limits}. Set 'distribution' to none, internal, saas, binary or "
        "source."
    ),
    mark("{service} serves it: read the contract with it, whose terms bind the product"),
    mark("{terms} limits {limits}, and the product is declared hosted"),
    mark("{terms} limits {limits}: follow its rules when the work goes out"),
    mark("how works are published and distributed"),
    mark("offering it as a hosted service"),
    mark("the terms of derived models, which have to stay the same"),
    mark("how works are published and distributed, offering it as a hosted service"),
    mark("how works are published and distributed, the terms of derived models, which have to stay the same"),
    mark(
        "how works are published and distributed, offering it as a hosted service, the terms of derived models, which have to "
        "stay the same"
    ),
    mark("{licence} limits selling it, or what lives from it"),
    mark("{licence} limits the purposes, platforms or products for which it may be used"),
    mark("{licence} limits the uses that it may be put to"),
    mark("{licence} limits its use by competitors of its publisher"),
    mark("{licence} limits its use until a date"),
    mark("{licence} limits its use in production"),
    mark("{licence} limits its use to evaluation"),
    mark("{licence} limits its use to the inside, and may not be passed on"),
    mark("{licence} limits the number of users of what uses it"),
    mark("{licence} limits the revenue of those who use it"),
    mark("{licence} limits what its output may be used for"),
    mark("{licence} limits the countries in which it may be used"),
    mark("Does the product show {phrase}? {terms} wants it shown, and this scan did not look for it."),
    mark("{terms} wants {phrase} shown"),
    mark("{terms} wants {phrase} shown, and no text of the project shows it"),
    mark("who passes the model on keeps a notice file with {phrase}, and none was found"),
    mark("{terms} has a rule for the names of derived models: {wording}"),
    mark("the terms of {licence} are not on record: read the licence"),
    mark(
        "What is the company's yearly revenue in US dollars? From USD {number} on {effect} by {terms}. Set 'annual_revenue_usd'."
    ),
    mark("USD {earned} a year is declared, and from USD {number} on {effect} by {terms}"),
    mark("Under which licence does the project go out? Set 'outbound' to its SPDX expression."),
    mark("How does the product reach its users? Set 'distribution' to none, internal, saas, binary or source."),
    mark("Is the product commercial? Set 'commercial' to true or false."),
    mark("How is the library linked? Set 'linking' to static or dynamic."),
    mark("Was the code changed? Set 'modified' to true or false."),
    mark("Declare the fact '{fact}'."),
)

# What evidence notes say of a place, and what tells the dates of components.
NOTES = (
    mark("the place where it stands or is named"),
    mark("its copyright notice"),
    mark("declared in {origin}"),
    mark("declared in {origin}, not understood"),
    mark("detected in {origin}"),
    mark("detected in {origin}, not understood"),
    mark("concluded in {origin}"),
    mark("read as the field {origin}: {licence}"),
    mark("declared in licscan's register of model licences"),
    mark("date: {record}"),
    mark("Composer's time of the release"),
    mark("commit time in the pseudo-version"),
    mark("timestamp of the conda package"),
    mark("apk's build time"),
    mark("changelog of the Debian package"),
    mark("the last commit that touched its folder"),
)

# What stands in places of those sentences, and why files were left out: words of ours, known to translators.
OTHER_WORDS = (
    # The duties and risks of model licences, as licscan.modellicense.descriptions has them.
    mark("a copy of the licence goes with every copy"),
    mark("changes are to be marked"),
    mark("credit is to be given"),
    mark("the forbidden uses are to be passed on to recipients"),
    mark("source is to be offered"),
    mark("those who use it over a network are to be offered its source"),
    mark("content is to be filtered or reviewed"),
    mark("models distilled from it count as derived"),
    mark("the user indemnifies the publisher"),
    mark("it ends for those who claim in court that it infringes their rights"),
    mark("the publisher may end it"),
    mark("the acceptable-use policy may change"),
    mark("the publisher may change the licence"),
    mark("its output is the publisher's"),
    mark("it may not be sublicensed"),
    mark("commercial use is to be told to the publisher"),
    mark("it may not be taken apart to see how it works"),
    mark("no patents are licensed"),
    mark("the publisher may restrict the use of the model from afar"),
    mark("forbidden"),
    mark("restricted"),
    mark("allowed"),
    mark("with conditions"),
    mark("a licence of its own is needed"),
    mark("the licence ends"),
    mark("further duties apply"),
    mark("5, no discrimination against persons or groups; 6, no discrimination against fields of endeavour"),
    mark("6, no discrimination against fields of endeavour"),
    mark("installed packages, read as components (--installed files looks into them)"),
    mark("version control"),
    mark("version control settings"),
    mark("excluded by --exclude or the configuration"),
    mark("cache"),
    mark("untracked and ignored by the tree's own .gitignore"),
    mark("symbolic link"),
    mark("broken symbolic link"),
    mark("gone while the tree was walked"),
    mark("named pipe"),
    mark("socket"),
    mark("device"),
    mark("special file"),
    mark("licscan's own policy, baseline or configuration"),
    mark("written by licscan on this machine, and the same since"),
    mark("left out by its name, as ScanCode does"),
)


_OF_CHECKS = (*CHECK_SENTENCES, *NOTES, *OTHER_WORDS)


class Sentences:
    """The templates that texts are read back with: those of the policy that judged, and ``inner``, those of the checks."""

    def __init__(self, templates: Iterable[str] = (), inner: Iterable[str] = _OF_CHECKS) -> None:
        own = tuple(dict.fromkeys(templates))
        checks = [text for text in inner if text not in own]
        # A policy's message holds a check's sentence, never the other way round; of several, the one with the most words of
        # its own is meant.
        ranked = [*sorted(own, key=_rank), *sorted(checks, key=_rank)]
        self._fixed = {template for template in ranked if not _PLACEHOLDER.search(template)}
        self._open = [
            (template, _PLACEHOLDER.split(template)[0], _PLACEHOLDER.split(template)[-1], _pattern(template))
            for template in ranked
            if _PLACEHOLDER.search(template)
        ]
        self._memory: dict[str, Message] = {}
        self._by_ends: dict[tuple[str, str], list[tuple[str, str, str, re.Pattern[str]]]] = {}

    def read(self, text: str) -> Message:
        """Return ``text`` as a phrase; ``verbatim`` where no template fits."""
        found = self._memory.get(text)
        if found is None:
            found = self._memory[text] = self._read(text)
        return found

    def _read(self, text: str) -> Message:
        if text in self._fixed:
            return Message(text)
        partly: Message | None = None
        for template, start, end, pattern in self._near(text[:1], text[-1:]):
            # Most templates are ruled out by their first or last words, which is quicker than a pattern.
            match = pattern.fullmatch(text) if text.startswith(start) and text.endswith(end) else None
            if match:
                found = Message(template, tuple(self._value(key, value) for key, value in match.groupdict().items()))
                if _is_understood(found):
                    return found
                # Its inner sentence is unknown: the words may be divided otherwise, or another template fit the whole.
                found = self._divided(template, text) or found
                if _is_understood(found):
                    return found
                partly = partly or found
        return partly or verbatim(text)

    def _near(self, first: str, last: str) -> list[tuple[str, str, str, re.Pattern[str]]]:
        """Return the templates, in their order, that a text with these first and last characters can be of."""
        if (first, last) not in self._by_ends:
            self._by_ends[first, last] = [
                each for each in self._open if each[1][:1] in ("", first) and each[2][-1:] in ("", last)
            ]
        return self._by_ends[first, last]

    def _divided(self, template: str, text: str) -> Message | None:
        """Read "under Llama 2 License the user ...": where a name is followed by a sentence, a space alone tells not where it ends."""
        for words in range(1, _NAME_WORDS + 1) if _AFTER_A_NAME in template else ():
            match = _pattern(template, words).fullmatch(text)
            if match:
                found = Message(template, tuple(self._value(key, value) for key, value in match.groupdict().items()))
                if _is_understood(found):
                    return found
        return None

    def _value(self, key: str, value: str) -> Value:
        if key in _LISTS:
            return Value(key, Kind.OURS, messages=tuple(self.read(part) for part in value.split("; ")), between="; ")
        if key in _SENTENCES:
            return Value(key, Kind.OURS, messages=(self.read(value),))
        return Value(key, _KINDS.get(key, Kind.OURS), value)


def _is_understood(phrase: Message) -> bool:
    return all(inner.text != _VERBATIM for value in phrase.values for inner in value.messages)


def _rank(template: str) -> tuple[bool, int, str]:
    """A sentence that begins with another comes first: the other's last value would swallow what follows it."""
    return not template.startswith("{limit}"), -len(_PLACEHOLDER.sub("", template)), template


@lru_cache(maxsize=1024)
def _pattern(template: str, name_words: int = 0) -> re.Pattern[str]:
    """Return what ``template`` matches; with ``name_words``, its ``{terms}`` are just as many words."""
    pieces: list[str] = []
    seen: set[str] = set()
    end = 0
    for place in _PLACEHOLDER.finditer(template):
        pieces.append(re.escape(template[end : place.start()]))
        key = place[1]
        anything = rf"(?:\S+ ){{{name_words - 1}}}\S+" if name_words and key == "terms" else ".+?"
        anything = r"-?[\d.,]+" if key in _FIGURES else anything
        pieces.append(f"(?P={key})" if key in seen else f"(?P<{key}>{anything})")
        seen.add(key)
        end = place.end()
    return re.compile("".join(pieces) + re.escape(template[end:]), re.DOTALL)

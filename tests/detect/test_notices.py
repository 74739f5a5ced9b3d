"""Sentences about licences in other languages than English."""

from __future__ import annotations

import pytest

from licscan.detect.notices import languages_of, notices_in

STATED = [
    ("本項目採用 MIT 授權條款釋出", "mit"),
    ("本软件遵循木兰宽松许可证第2版", "mulanpsl-2.0"),
    ("ライセンス: MIT", "mit"),
    ("라이선스: Apache 2.0", "apache-2.0"),
    ("Dieses Programm ist unter der GPLv3 lizenziert", "gpl-3.0"),
    (
        "Ce programme est distribué sous les termes de la licence GPL version 3 ou (à votre gré) toute version ultérieure.",
        "gpl-3.0-plus",
    ),
    ("Este software está bajo la licencia MIT", "mit"),
    ("Este programa é distribuído sob a licença Apache 2.0", "apache-2.0"),
    ("Questo programma è rilasciato sotto la licenza GPLv2 o successiva", "gpl-2.0-plus"),
    ("Распространяется под лицензией MIT", "mit"),
    (
        "# 本程序是自由软件：你可以依据自由软件基金会发布的 GNU 通用公共许可证第三版或\n# （由你选择）任何更新的版本，重新分发它。",
        "gpl-3.0-plus",
    ),
]
DENIED = [
    "该库与 GPL 许可证兼容",
    "このソフトウェアは GPL ライセンスではありません",
    "이 소프트웨어는 GPL 라이선스로 배포되지 않습니다.",
    "Anders als Programme unter der GPL-Lizenz kostet dieses Geld.",
    "Ce logiciel n'est pas distribué sous licence GPL.",
    "Este proyecto no está bajo la licencia GPL",
    "Este software não está sob a licença GPL",
    "Questo software non è distribuito con licenza GPL",
    "Программа не распространяется под лицензией GPL",
]
SILENT = ["MIT students wrote this program.", "Der Code von GPL-Programmen.", "许可证", "print('mit')"]


def read(text: str) -> tuple[str | None, int]:
    found = notices_in("a.txt", text, languages_of(text.encode()))
    return (found.expression, len(found.clues)) if found else (None, 0)


@pytest.mark.parametrize(("text", "key"), STATED)
def test_a_sentence_that_states_a_licence_names_it(text: str, key: str) -> None:
    assert read(text) == (key, 0)


@pytest.mark.parametrize("text", DENIED)
def test_a_sentence_that_denies_or_compares_states_nothing(text: str) -> None:
    assert read(text) == (None, 1)


@pytest.mark.parametrize("text", SILENT)
def test_what_speaks_of_no_licence_is_nothing(text: str) -> None:
    assert read(text) == (None, 0)

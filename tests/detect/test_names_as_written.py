"""Holders and statements keep the letters of their own, whatever the encoding of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.detect.copyrights import copyrights_of
from licscan.util.encoding import as_written

FRAME = "MIT License\n\n{}\n\nPermission is hereby granted, free of charge, to any person obtaining a copy.\n"


@pytest.mark.parametrize(
    ("encoding", "line", "statement", "holder"),
    [
        ("gb18030", "Copyright (c) 2021 示例科技有限公司", "Copyright (c) 2021 示例科技有限公司", "示例科技有限公司"),
        ("big5", "Copyright (c) 2020 範例電子股份有限公司", "Copyright (c) 2020 範例電子股份有限公司", "範例電子股份有限公司"),
        ("shift_jis", "Copyright (C) 2004 株式会社例示", "Copyright (C) 2004 株式会社例示", "株式会社例示"),
        ("euc_jp", "Copyright (C) 2004 株式会社エグザンプル", "Copyright (C) 2004 株式会社エグザンプル", "株式会社エグザンプル"),
        ("cp949", "(c) 2020 예제 주식회사. All rights reserved.", "(c) 2020 예제 주식회사", "예제 주식회사"),
        ("cp1251", "Copyright © 2018 Лаборатория Примера", "Copyright © 2018 Лаборатория Примера", "Лаборатория Примера"),
        ("latin-1", "Copyright 2019 José Ñandú <jose@example.org>", "Copyright 2019 José Ñandú <jose@example.org>", "José Ñandú"),
        ("utf-8", " * Copyright © 2015–2020 Łukasz Żółć", "Copyright © 2015–2020 Łukasz Żółć", "Łukasz Żółć"),
        ("utf-16", "Copyright (c) 2020 示例科技有限公司", "Copyright (c) 2020 示例科技有限公司", "示例科技有限公司"),
        ("utf-8", "Copyright (c) 2020 Jane Doe", "Copyright (c) 2020 Jane Doe", "Jane Doe"),
    ],
)  # fmt: skip
def test_a_name_is_what_stands_in_the_file(
    tmp_path: Path, encoding: str, line: str, statement: str, holder: str
) -> None:
    file = tmp_path / "LICENSE"
    file.write_bytes(FRAME.format(line).encode(encoding))
    found = copyrights_of(str(file))
    assert (found.statements, found.holders) == ((statement,), (holder,))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_is_decoded_in_its_own_encoding(encoding: str) -> None:
    text = FRAME.format("版权所有 (c) 2020 示例科技有限公司。保留所有权利。")
    assert as_written(text.encode(encoding)).removeprefix("\ufeff") == text


def test_bytes_of_no_encoding_at_all_are_still_a_text() -> None:
    assert "Copyright" in as_written(b"Copyright \xff\xfe\xfd\x80\x81 2020\n")

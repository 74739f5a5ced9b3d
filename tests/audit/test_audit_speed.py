"""A stored result of 5,000 components and 20,000 findings becomes page, workbook and document in 20 s and 1 GB."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from licscan.document import encode
from tests.audit.big import big

# In a process of its own, so that its memory is its own; processor time, since the machine may be busy with other things.
_SCRIPT = """
import io, resource, sys, time
from pathlib import Path
from licscan.audit import Judged, Order, derive
from licscan.document import decode
from licscan.locale import language
from licscan.report.audit import docx, html, xlsx
from licscan.report.audit.base import audit_input
from licscan.report.audit.words import Words

began = time.process_time()
stored = decode(Path(sys.argv[1]).read_bytes())
order = Order(generated_at="2026-01-02T03:04:05Z", tool_version="0", scancode_version="0")
document = derive([Judged(inventory=stored.inventory, audit=stored.audit)], order)
report = audit_input(document, Words(language("en"), order.terms))
for form in (html, xlsx, docx):
    stream = io.BytesIO()
    form.write(report, stream)
    assert stream.tell() > 10_000
print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_a_large_stored_result_renders_in_time_and_memory(tmp_path: Path) -> None:
    judged = big(5000, 20_000)
    path = tmp_path / "result.json"
    path.write_bytes(encode(judged.inventory, judged.audit))
    done = subprocess.run([sys.executable, "-c", _SCRIPT, str(path)], capture_output=True, text=True, check=True)
    seconds, megabytes = (float(number) for number in done.stdout.split())
    assert seconds < 20, f"{seconds:.1f} s"
    assert megabytes < 1024, f"{megabytes:.0f} MB"

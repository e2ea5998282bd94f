"""What the Python libraries do in the races of `benches/documents.rs`, as their documentation says it is done.

usage: pdf_tools.py merge-pikepdf|merge-pypdf OUT FILE...   all files into one
       pdf_tools.py mend-pikepdf OUT_FOLDER FILE...         each file that can be opened, saved anew
"""

import json
import sys
import time
from pathlib import Path


def merge_pikepdf(out, files):
    import pikepdf

    whole = pikepdf.Pdf.new()
    for file in files:
        with pikepdf.Pdf.open(file) as part:
            whole.pages.extend(part.pages)
    whole.save(out)


def merge_pypdf(out, files):
    import pypdf

    whole = pypdf.PdfWriter()
    for file in files:
        whole.append(file)
    whole.write(out)


def mend_pikepdf(out, files):
    import pikepdf

    slowest = 0.0
    for file in map(Path, files):
        started = time.monotonic()
        try:
            with pikepdf.Pdf.open(file) as pdf:
                pdf.save(Path(out) / file.name)
        except Exception:  # Whatever it is, this file is not mended.
            (Path(out) / file.name).unlink(missing_ok=True)
        slowest = max(slowest, time.monotonic() - started)
    (Path(out) / "slowest.json").write_text(json.dumps(slowest))


TOOLS = {"merge-pikepdf": merge_pikepdf, "merge-pypdf": merge_pypdf, "mend-pikepdf": mend_pikepdf}

if __name__ == "__main__":
    TOOLS[sys.argv[1]](sys.argv[2], sys.argv[3:])

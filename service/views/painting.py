"""Pictures as PNG on the command line, painted by a browser of this machine.

Pages paint their own PNG in the reader's browser (`visual/web/takeaway.js`); without a page the same is done
by a headless Chromium, where there is one. It is given one file and may load nothing else.
"""

import base64
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from service.views.networks import NotSetUpError

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SIZE: Final = re.compile(rb'viewBox="\S+ \S+ (\S+) (\S+)"')
_WIDEST: Final = 4000
_LEAST: Final = 480
_PATIENCE: Final = 60


def png(drawn: bytes, told: Sequence[str] = ()) -> bytes:
    """The SVG file `drawn` as PNG, with the lines `told` (what it is, how to cite it) in a strip below.

    At most 4,000 pixels wide or high. Raises `NotSetUpError` where no browser is on PATH, or none paints.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise NotSetUpError(
            f"PNG is painted by a browser, and none of {', '.join(BROWSERS)} is on PATH: use .svg, or the "
            "button PNG of the view's page"
        )
    found = _SIZE.search(drawn)
    wide, high = (float(size) for size in found.groups()) if found else (1000.0, 600.0)
    scale = min(2.0, _WIDEST / max(wide, high))
    width, height = max(round(wide * scale), _LEAST), round(high * scale)
    letters = max(13, width // 130)
    foot = len(told) * letters * 2 + letters if told else 0
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder) / "picture.html", Path(folder) / "picture.png"
        page.write_text(_page(drawn, told, width, height, letters), encoding="utf-8")
        command = [browser, "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        # Chromium refuses to run as root with its sandbox; what it shows here is our own file.
        command += ["--no-sandbox"] if os.geteuid() == 0 else []
        command += [f"--user-data-dir={folder}/profile", f"--window-size={width},{height + foot}"]
        command += [f"--screenshot={out}", page.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotSetUpError(f"{browser} could not paint the picture: {error}") from error
        if not out.is_file():
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise NotSetUpError(f"{browser} painted nothing: {said[-1] if said else 'it gave no reason'}")
        return out.read_bytes()


def _page(drawn: bytes, told: Sequence[str], width: int, height: int, letters: int) -> str:
    source = base64.b64encode(drawn).decode()
    return (
        '<!doctype html><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">"
        f"<style>body{{margin:0;background:#fff;font:{letters}px system-ui,sans-serif;color:#1c2024}}"
        "img{display:block;margin:auto}p{margin:.3em 1em;overflow-wrap:anywhere}</style>"
        f'<img width="{width}" height="{height}" src="data:image/svg+xml;base64,{source}">'
        + "".join(f"<p>{escape(line)}</p>" for line in told)
    )

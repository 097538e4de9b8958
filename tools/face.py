"""Draws the app's icons and the card of a shared link: python -m tools.face

From demos/ui/icons/icon.svg and docs/app.jpg, with Debian's chromium and playwright (tests/requirements.txt),
into demos/ui/icons/: icon-180.png for a phone's home screen, icon-192.png and icon-512.png for the manifest,
square to the edge since phones cut their own shape; card.jpg, 1200 x 630, shown beside a link.
"""

import base64
import io
import shutil
from pathlib import Path

import gradio
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ICONS = ROOT / "demos" / "ui" / "icons"
FONTS = Path(gradio.__file__).parent / "templates/frontend/static/fonts/IBMPlexSans"
ROUND = ' rx="14"'
WEIGHTS = {400: "Regular", 700: "Bold"}
SIZES = (180, 192, 512)
CARD = (1200, 630)
PAGE = """<style>{fonts}</style><body style="margin:0; display:grid; grid-template-columns:430px 770px;
 width:1200px; height:630px;
 background:#FBF8F2; color:#1B2A26; font-family:Plex">
<div style="display:flex; flex-direction:column;
 justify-content:center; padding-left:56px">
<div style="width:132px; height:132px">{icon}</div>
<b style="font-size:76px; line-height:1.3">Veredas</b>
<span style="font-size:27px; line-height:1.35; color:#5B6B66">IA generativa que se toca<br>
Generative AI you can touch</span>
</div>
<div style="align-self:center; width:738px; height:438px; border-radius:18px; border:2px solid #E6DFD3;
 background:{picture} center / cover"></div></body>"""


def data(file: Path, kind: str) -> str:
    return f"url(data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()})"


def main() -> None:
    icon = (ICONS / "icon.svg").read_text()
    faces = {
        weight: data(FONTS / f"IBMPlexSans-{name}.woff2", "font/woff2") for weight, name in WEIGHTS.items()
    }
    fonts = "".join(
        f"@font-face {{font-family:Plex; font-weight:{w}; src:{url}}}" for w, url in faces.items()
    )
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f'<body style="margin:0">{icon.replace(ROUND, "")}')
            page.locator("svg").screenshot(path=ICONS / f"icon-{size}.png")
        page = browser.new_page(viewport=dict(zip(("width", "height"), CARD, strict=True)))
        page.set_content(
            PAGE.format(icon=icon, picture=data(ROOT / "docs" / "app.jpg", "image/jpeg"), fonts=fonts)
        )
        page.evaluate("document.fonts.ready")
        card = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        card.save(ICONS / "card.jpg", quality=84, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()

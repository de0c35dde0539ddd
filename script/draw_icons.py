"""Draws the app's icons (static/jarokelo/icons/) from the pin of our logo: `.venv/bin/python -m script.draw_icons`.

Run by hand after the logo changes; the pictures are committed. Chromium draws, Pillow makes the files small.
"""

import io
import re
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "static" / "jarokelo"
PAPER, PAPRIKA = "#faf6ef", "#b23a12"


def pin(logo: str, *, light: bool) -> str:
    """The pin with its walker (32 × 38 units); `light` is for a paprika ground."""
    shapes = re.search(r"<g[^>]*>(.*?)</g>", logo, re.DOTALL)
    if shapes is None:
        raise ValueError("logo.svg has no group with the pin")
    drawing = shapes[1]
    if light:
        drawing = drawing.replace("#fffdf9", "\0").replace(PAPRIKA, "#fffdf9").replace("\0", PAPRIKA)
    return drawing


def picture(logo: str, kind: str) -> str:
    """An SVG of 100 × 100. Maskable ones are cut to any shape: what counts lies in the middle 80 %."""
    if kind == "any":
        ground, height, drawing = f'<rect width="100" height="100" rx="22" fill="{PAPER}"/>', 76, pin(logo, light=False)
    else:
        ground, height, drawing = f'<rect width="100" height="100" fill="{PAPRIKA}"/>', 58, pin(logo, light=True)
    scale = height / 38
    place = f"translate({50 - 16 * scale:.3f} {50 - height / 2:.3f}) scale({scale:.4f})"
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    return f'{head}{ground}<g transform="{place}">{drawing}</g></svg>'


def main() -> None:
    logo = (STATIC / "logo.svg").read_text()
    folder = STATIC / "icons"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for kind, size in [("any", 192), ("any", 512), ("maskable", 192), ("maskable", 512), ("apple", 180)]:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px}}</style>{picture(logo, kind)}")
            drawn = Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")
            drawn.quantize(64, Image.Quantize.FASTOCTREE).save(folder / f"{kind}-{size}.png", optimize=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()

"""A new sheet in a real browser: click to painted picture, against computing its sixteen faces alone; a drag.

Needs playwright and Debian's chromium, and the app running:
PYTHONPATH=. .venv/bin/python benchmarks/gan_sheet.py http://127.0.0.1:7860

Each click is followed by the same work in this process, on as many threads as the app uses (one), so that a
busy machine slows down both alike.
"""

import shutil
import statistics
import sys
import time
from collections.abc import Callable

import torch
from playwright.sync_api import sync_playwright

from generative import gan, pictures
from generative.gan import sheets
from generative.gan.sheets import Style
from generative.pictures import data_url, to_image

EVENTS, PSI = 20, 0.8  # the page's own psi
CLICK = """async (name) => {
  const sheet = document.querySelector('.gan-sheet');
  const button = [...document.querySelectorAll('button')].find((b) => b.textContent.trim() === name);
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const before = sheet.style.backgroundImage, start = performance.now();
  button.click();
  while (sheet.style.backgroundImage === before) await new Promise((done) => setTimeout(done, 1));
  await painted();
  return performance.now() - start;
}"""


DRAG = """async () => { // sheets shown in three seconds of a slider that never rests
  const slider = document.querySelector('.gan input[type=range]');
  const sheet = document.querySelector('.gan-sheet');
  let shown = 0;
  const watch = new MutationObserver(() => { shown += 1; });
  watch.observe(sheet, {attributes: true, attributeFilter: ['style']});
  for (let i = 0; i < 180; i++) {
    slider.value = 0.75 + 0.75 * Math.sin(i / 20);
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    await new Promise(requestAnimationFrame);
  }
  watch.disconnect();
  return shown;
}"""


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds, and what came of it."""
    start = time.perf_counter()
    result = work()
    return 1000 * (time.perf_counter() - start), result


def alone(seed: int) -> tuple[float, float]:
    """Milliseconds for sixteen faces, and for making one picture of them and a data URL of it."""
    faces, x = timed(lambda: gan.model.faces(gan.model.to_w(sheets.sheet_z(seed), PSI)))
    url, _ = timed(lambda: data_url(pictures.sheet([to_image(face) for face in x], 4, 128)))
    return faces, url


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860"
    torch.set_num_threads(1)
    sheets.sheet(0, "", Style(PSI))
    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(locale="en-US", reduced_motion="reduce").new_page()
        page.goto(f"{url}/?tab=gan_faces")
        page.wait_for_selector(".gan-sheet[data-ready=yes]", timeout=60_000)
        rows = []
        for i in range(EVENTS + 1):
            page.wait_for_timeout(1500)  # until D has said what it thinks of the last sheet
            rows.append((page.evaluate(CLICK, "Draw another sheet"), *alone(1000 + i)))
        start = time.perf_counter()
        shown = page.evaluate(DRAG)
        rate = shown / (time.perf_counter() - start)
        browser.close()
    event, faces, picture = (statistics.median(column) for column in zip(*rows[1:], strict=True))
    print(f"{EVENTS} clicks, medians: click to painted sheet {event:.0f} ms; sixteen faces {faces:.0f} ms")
    print(f"above the faces' compute: {event - faces:.0f} ms ({event / faces:.2f} times it)")
    print(f"of these, one picture as JPEG and base64: {picture:.0f} ms")
    print(f"in a drag of psi, {rate:.1f} sheets a second")


if __name__ == "__main__":
    main()

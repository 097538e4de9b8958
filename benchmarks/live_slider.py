"""A drag in a real browser: event to painted picture, pictures a second, the Python function alone.

Needs playwright and Debian's chromium, and the app running: python benchmarks/live_slider.py http://127.0.0.1:7860
"""

import shutil
import sys
import time

import torch
from playwright.sync_api import sync_playwright

from generative import vae

DRAG = """async (moves) => {
  const input = document.querySelector('.live input[type=range]');
  const img = document.querySelector('.live img');
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const lags = [];
  let frames = 0;
  const seen = new MutationObserver(() => { frames += 1; });
  for (let i = 0; i < 40; i++) { // one move at a time: event to painted pixels
    const before = img.src, start = performance.now();
    input.value = -2.5 + i * 0.12;
    input.dispatchEvent(new Event('input'));
    while (img.src === before) await new Promise((done) => setTimeout(done, 1));
    await img.decode().catch(() => null);
    await painted();
    lags.push(performance.now() - start);
  }
  seen.observe(img, {attributes: true, attributeFilter: ['src']});
  const start = performance.now();
  for (let i = 0; i < moves; i++) { // a drag: 60 events a second
    input.value = 2.5 * Math.sin(i / 15);
    input.dispatchEvent(new Event('input'));
    await new Promise((done) => setTimeout(done, 16));
  }
  return {lags, frames, seconds: (performance.now() - start) / 1000};
}"""


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860"
    torch.set_num_threads(1)
    values = [0.0] * 32
    for _ in range(10):
        vae.model.picture(values)
    start = time.perf_counter()
    for _ in range(50):
        vae.model.picture(values)
    alone = 20 * (time.perf_counter() - start)
    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(reduced_motion="reduce").new_page()
        page.goto(f"{url}/?tab=vae_faces")
        page.wait_for_selector(".live[data-ready=yes]", timeout=60_000)
        page.wait_for_timeout(1000)
        result = page.evaluate(DRAG, 180)
        browser.close()
    lags = sorted(result["lags"])
    p50, p95 = lags[len(lags) // 2], lags[int(len(lags) * 0.95)]
    print(f"the Python function alone: {alone:.1f} ms")
    print(
        f"event to painted picture: p50 {p50:.0f} ms, p95 {p95:.0f} ms; {p50 / alone:.1f} times the function"
    )
    print(f"in a drag: {result['frames'] / result['seconds']:.1f} pictures a second")


if __name__ == "__main__":
    main()

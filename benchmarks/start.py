"""Until the page answers: `python app.py` against `python -c "import gradio, torch"`, in turns.

python benchmarks/start.py [--runs 5]
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def seconds_to_import() -> float:
    """The floor: importing the two libraries that the page cannot do without."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import gradio, torch"], check=True, cwd=ROOT)
    return time.perf_counter() - start


def seconds_to_first_answer() -> float:
    """From starting `python app.py` to its first HTTP answer."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    environment = {**os.environ, "GRADIO_SERVER_PORT": str(port)}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - start < 120:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=5).read()
                return time.perf_counter() - start
            except OSError:
                time.sleep(0.02)
        raise SystemExit("the app did not answer within 120 s")
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    seconds_to_import(), seconds_to_first_answer()  # the first reads from disk
    pairs = [(seconds_to_import(), seconds_to_first_answer()) for _ in range(runs)]
    floor, answer = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"import gradio, torch: {floor:.2f} s; first answer: {answer:.2f} s; ratio {answer / floor:.2f}")


if __name__ == "__main__":
    main()

"""Real photos for the quiz, on the command line.

python -m generative.photos fetch    bring FairFace here, once, while there is a network
python -m generative.photos show     which photos are used now

It does not know what the photos show.
"""

import argparse
import sys

from generative.errors import GenerativeError
from generative.photos import sources


def main() -> None:
    """Read the command line: fetch real photos, or say which ones are used."""
    parser = argparse.ArgumentParser(description="Real photos for the quiz.")
    parser.add_argument("action", choices=["fetch", "show"], help="fetch FairFace, or show what is used")
    try:
        found = sources.fetch() if parser.parse_args().action == "fetch" else sources.source()
    except GenerativeError as error:
        sys.exit(str(error))
    print(f"{found.count} photos. {found.attribution['en']}")


if __name__ == "__main__":
    main()

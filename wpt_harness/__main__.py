"""python -m wpt_harness"""

import sys

if __name__ == "__main__":
    try:
        from wpt_harness.cli import main

        main()
    except KeyboardInterrupt:  # while it was still loading
        sys.exit(130)

"""python -m wpt_harness"""

from wpt_harness.cli import main

if __name__ == "__main__":
    main()

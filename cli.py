"""Start Gnomon from a checkout: `python cli.py --help` is `gnomon --help`."""

from forensics.verbs.main import main

if __name__ == "__main__":
    main()

"""`python -m litdex` is the `litdex` command."""

from litdex.cli.main import main

if __name__ == "__main__":
    main()

"""`python -m assistant` is `zhengce`."""

from assistant.cli import main

if __name__ == "__main__":
    main()

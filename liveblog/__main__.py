"""``python -m liveblog`` is ``liveblog``."""

from liveblog.cli import main

if __name__ == "__main__":
    main(prog_name="liveblog")

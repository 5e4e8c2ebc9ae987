"""`python -m zeroten` is the command `zeroten`."""

from zeroten.main import main

if __name__ == "__main__":
    main()

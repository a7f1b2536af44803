"""`python -m ui.password`: a password as a hash for the setting admin_password."""

from getpass import getpass

from ui.gate import hashed

__all__ = ["main"]


def main() -> None:
    """Ask for a password, print its hash."""
    print(hashed(getpass("管理页口令：")))


if __name__ == "__main__":
    main()

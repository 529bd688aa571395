"""``python -m opmodel.cli`` is ``opmodel``."""

from opmodel.cli import main

if __name__ == "__main__":
    main()

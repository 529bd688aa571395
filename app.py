"""The browser app: ``streamlit run app.py``.

Everything happens inside ``main()``: the worker processes of a study import this file too, and must find nothing to do.
"""

from __future__ import annotations


def main() -> None:
    """Draw the page that was asked for."""
    from opmodel.compilation import prepare_cache

    prepare_cache()
    from opmodel.views import login, site

    if login.admitted():
        site.main()


if __name__ == "__main__":
    main()

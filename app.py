"""The browser app: ``streamlit run app.py``.

Everything happens inside ``main()``: the worker processes of a study import this file too, and must find nothing to do.
"""

from __future__ import annotations


def main() -> None:
    """Draw the page that was asked for."""
    from opmodel.compilation import prepare_cache

    prepare_cache()
    import streamlit as st

    from opmodel.views import compare

    st.set_page_config(page_title="opmodel", layout="wide")
    pages = [st.Page(compare.page, title="Compare structures", url_path="compare", default=True)]
    st.navigation(pages).run()


if __name__ == "__main__":
    main()

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from fumehood.kernels import choices
from tests.kernels.conftest import Start
from tests.kernels.listening import reply_of, run

CHART = "alt.Chart(alt.Data(values=[{'n': 1}])).mark_point().encode(x='n:Q')"


async def types(start: Start, code: str) -> set[str]:
    kernel, listener = await start()
    said = await run(kernel, listener, code)
    assert reply_of(said)["status"] == "ok", reply_of(said)
    return {
        mime for m in said if m.msg_type in ("execute_result", "display_data") for mime in m.content["data"]
    }  # fmt: skip


async def printed(start: Start, code: str, cwd: Path | None = None) -> str:
    kernel, listener = await start(cwd=cwd)
    said = await run(kernel, listener, code)
    assert reply_of(said)["status"] == "ok", reply_of(said)
    return "".join(m.content["text"] for m in said if m.msg_type == "stream").strip()


async def test_a_chart_of_altair_comes_as_data_and_not_as_html_with_addresses(start: Start) -> None:
    shown = await types(start, f"import altair as alt; {CHART}")
    assert "application/vnd.vegalite.v6+json" in shown
    assert "text/html" not in shown


async def test_what_somebody_chose_is_shown_also_where_they_chose_the_default(start: Start) -> None:
    for own in ("html", "default"):
        shown = await types(start, f"import altair as alt; alt.renderers.enable({own!r}); {CHART}")
        assert "text/html" in shown


async def test_a_module_that_was_imported_with_a_choice_is_what_it_is_without(start: Start) -> None:
    code = """
import importlib.machinery, sys
import altair
print(type(altair.__spec__.loader) is type(altair.__loader__) is importlib.machinery.SourceFileLoader)
print(importlib.reload(altair).renderers.active)
"""
    assert await printed(start, code) == "True\nmimetype"


async def test_no_library_is_imported_before_the_user_does_so(start: Start) -> None:
    assert await printed(start, "import sys; print([n for n in ('altair', 'plotly') if n in sys.modules])") == "[]"


async def test_an_older_plotly_writes_no_library_into_the_notebook(start: Start, tmp_path: Path) -> None:
    package = tmp_path / "plotly" / "io"
    package.mkdir(parents=True)
    (tmp_path / "plotly" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("from plotly.io._renderers import renderers")
    (package / "_renderers.py").write_text(
        "class Renderers:\n    default = 'plotly_mimetype+notebook'\nrenderers = Renderers()\n"
    )
    code = "import plotly.io; print(plotly.io.renderers.default)"
    assert await printed(start, code, tmp_path) == "plotly_mimetype"


async def test_a_library_that_is_not_what_it_was_is_imported_all_the_same(start: Start, tmp_path: Path) -> None:
    (tmp_path / "altair.py").write_text("shown = 'as ever'")
    assert await printed(start, "import altair; print(altair.shown)", tmp_path) == "as ever"


async def test_a_library_that_fails_or_is_not_there_says_so_itself(start: Start, tmp_path: Path) -> None:
    (tmp_path / "altair.py").write_text("1 / 0")
    code = """
for name in ("altair", "plotly.io._renderers"):
    try:
        __import__(name)
    except (ZeroDivisionError, ModuleNotFoundError) as error:
        print(type(error).__name__)
"""
    assert await printed(start, code, tmp_path) == "ZeroDivisionError\nModuleNotFoundError"


def test_of_any_other_import_nothing_is_asked_but_its_name() -> None:
    class Name(str):
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(name)

        __hash__ = str.__hash__
        __eq__ = str.__eq__

    assert choices.Finder().find_spec(Name("json")) is None
    assert not any(isinstance(finder, choices.Finder) for finder in sys.meta_path)

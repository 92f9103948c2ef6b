"""Pages from templates: HTML made of frozen values and nothing else.

No HTTP and no store: what a page shows is handed in, what comes out is text. Everything is escaped
(`autoescape`), since labels come from data and may hold anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context as TemplateContext
from markupsafe import Markup

from ontology.namespaces import BASE, LICENCE
from visual import chart, reading
from visual.addresses import explore, local
from visual.carrying import carry
from visual.locator import located
from visual.words import LANGUAGES, Language, word

Theme = Literal["auto", "light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("auto", "light", "dark")

_TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Frame:
    """What every page is framed by: language, theme, its own address and the site's origin.

    `query` keeps the parameters of the address in order; `root` is the origin in which absolute links are
    written (`http://127.0.0.1:8000`), without a slash at the end. `as_of` is the day (ISO) up to which the
    page tells what was attested, empty for all; `kept` are parameters that the links of the page keep.
    """

    language: Language
    theme: Theme
    path: str
    query: tuple[tuple[str, str], ...] = ()
    root: str = ""
    as_of: str = ""
    kept: tuple[tuple[str, str], ...] = ()

    def here(self, **changes: str | None) -> str:
        """The address of this page with some parameters set, or left out where they are None."""
        kept = [(name, value) for name, value in self.query if name not in changes]
        kept += [(name, value) for name, value in changes.items() if value is not None]
        return self.path + (f"?{urlencode(kept)}" if kept else "")

    @property
    def alternates(self) -> list[tuple[Language, str]]:
        """Each language with the absolute address of this page in it."""
        return [(code, self.root + self.here(lang=code, theme=None)) for code in LANGUAGES]


class Templates:
    """The templates of the site, ready to render."""

    def __init__(self, folder: Path = _TEMPLATES) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.globals.update(
            t=_translate, languages=LANGUAGES, themes=THEMES, base=BASE, licence=LICENCE
        )
        self._environment.filters.update(
            local=local,
            chart=chart.draw,
            explore=explore,
            day=_day,
            days=_days,
            number=_number,
            size=_size,
            tally=_tally,
            located=_located,
            spaced=reading.spaced,
            json=_json,
        )

    def render(self, name: str, frame: Frame, **values: Any) -> str:
        """The page that template `name` makes of `values`, framed by `frame`.

        Raises `jinja2.UndefinedError` where the template needs a value that was not given.
        """
        return carry(self._environment.get_template(name).render(frame=frame, **values), frame.kept)

    def plain(self, name: str, **values: Any) -> str:
        """What template `name` makes of `values` alone, for files that are no pages."""
        return self._environment.get_template(name).render(**values)


@pass_context
def _translate(context: TemplateContext, key: str, **values: object) -> str:
    return word(key, context["frame"].language, **values)


@pass_context
def _day(context: TemplateContext, value: str, precision: str = "day") -> str:
    return reading.date(value, precision, context["frame"].language)


@pass_context
def _days(context: TemplateContext, text: str) -> str:
    """A sentence of data with its ISO days as a person reads them."""
    return reading.days(text, context["frame"].language)


@pass_context
def _located(context: TemplateContext, locator: str) -> str:
    return located(locator, context["frame"].language)


@pass_context
def _number(context: TemplateContext, value: float | str) -> str:
    return reading.number(str(value), context["frame"].language)


@pass_context
def _size(context: TemplateContext, value: int) -> str:
    return reading.size(value, context["frame"].language)


@pass_context
def _tally(context: TemplateContext, quantity: int, key: str) -> str:
    return reading.count(quantity, key, context["frame"].language)


def _json(value: Mapping[str, object]) -> Markup:
    """JSON that may stand inside a script element: `<`, `>` and `&` are written as escapes."""
    return reading.script_json(value)

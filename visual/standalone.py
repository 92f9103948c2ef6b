"""What an HTML file that opens with the network unplugged carries in itself: template, style and script."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_HERE: Final = Path(__file__).parent


def environment() -> Environment:
    """Our templates, without the words and filters that pages of the site have."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
    )


def read(name: str) -> str:
    """A file of ours in `visual/web/`."""
    return (_HERE / "web" / name).read_text(encoding="utf-8")


def style() -> Markup:
    """The style sheets of the site and of its pictures, for an HTML element."""
    text = read("site.css") + "\n" + read("pictures.css")
    return Markup(text.replace("</style", "<\\/style"))  # noqa: S704 - nothing is left that ends the element


def script(text: str) -> Markup:
    """Script for an HTML element; its pointer to a source map, which is another file, is left out."""
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("//# sourceMappingURL="))
    safe = kept.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    return Markup(safe)  # noqa: S704 - nothing is left that ends the element

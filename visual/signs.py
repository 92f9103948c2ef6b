"""The sign of a kind as a small SVG, for legends, lists and tables; the same shape as in the pictures."""

from functools import cache

from markupsafe import Markup

from visual import looks


@cache
def sign(kind: str) -> Markup:
    """An SVG element in the shape of `kind`, coloured by the style sheet; hidden from screen readers."""
    name = kind if kind in looks.LOOKS else "other"
    outline = looks.look(kind).outline
    shape = (
        '<polygon points="{}"/>'.format(" ".join(f"{x * 8:g},{y * 8:g}" for x, y in outline))
        if outline
        else '<circle r="8"/>'
    )
    return Markup(  # noqa: S704 - made of our own table only
        f'<svg class="sign {name}" viewBox="-10 -10 20 20" aria-hidden="true" focusable="false">{shape}</svg>'
    )

"""A small picture for tests, and names that try to be more than text."""

from visual.picture import Origin, Picture, compose
from visual.relations import Event, Relation, Thing, Tie

THING = "https://w3id.org/vndx/id/"
HOSTILE = (
    "<script>document.title='owned'</script>",
    '<a href="javascript:alert(1)">href</a>',
    "</script><img src=x onerror=\"document.title='owned'\">",
    "\u202eangười đảo\u202c",
    "Đ" * 10_000,
    "{{ 7 * 7 }} {% raw %}",
    "a\x00b\x0bc",
)
WORDS = {
    "metWith": Relation("gặp", "met with"),
    "recommendedTo": Relation("được đề xuất cho", "recommended to", "được đề xuất dùng", "was recommended"),
}


def iri(kind: str, slug: str) -> str:
    return f"{THING}{kind}/{slug}"


def thing(kind: str, slug: str, label: str | None = None) -> Thing:
    return Thing(iri(kind, slug), label or slug, f"{label or slug} (en)", kind)


def event(slug: str, date: str = "2021-01-04", quality: str = "") -> Event:
    return Event(iri("act", slug), f"việc {slug}", f"act {slug}", date, "day", "mức", "strength", quality)


def origin() -> Origin:
    return Origin("test", "Hình thử", "Test picture", "Về", "About", "/views/test", "2021-01-04", "ab12" * 16)


def picture(names: tuple[str, ...] = ("A", "B")) -> Picture:
    """Platforms with these labels, each recommended to one province twice in different strengths."""
    unit = thing("unit", "soc-trang", "Sóc Trăng")
    platforms = [thing("platform", f"p{number}", name) for number, name in enumerate(names)]
    ties = [
        Tie(platform.id, unit.id, "recommendedTo", (event(f"a{number}", quality="strength-example"),))
        for number, platform in enumerate(platforms)
    ]
    return compose(origin(), [unit, *platforms], ties, WORDS, columns=("platform",))

# ruff: noqa: E501 - Turtle reads better unbroken
"""The smallest record that holds one of everything and has no finding; tests change one thing in it.

The article is made up. Evidence is written as curators write it, by quoting the article.
"""

from pathlib import Path

from loaders.citing import cite
from loaders.evidence import digest
from ontology.namespaces import PREFIXES

SLUG = "mot-tinh-2020-03-02"
ARTICLE = (
    "Ngày 2/3/2020, Bộ trưởng An làm việc với Chủ tịch Bình của tỉnh Một.\n\n"
    "Bộ trưởng An khuyên tỉnh dùng Nền tảng A hoặc Nền tảng B.\n"
    "Ông hứa cử đoàn hỗ trợ trong quý II. Công ty C vận hành Nền tảng A.\n"
    "Tỉnh báo cáo 49,4% hộ có mạng; cả nước 60%. Mạng còn chậm.\n"
)

REGISTRY = f"""
person:an a vndx:Person ; rdfs:label "An"@vi , "An (en)"@en .
person:binh a vndx:Person ; rdfs:label "Bình"@vi , "Binh"@en ; skos:altLabel "ông Bình"@vi .
organization:bo a vndx:Organization ; rdfs:label "Bộ"@vi , "Ministry"@en ; skos:altLabel "Bộ TTTT"@vi ;
  vndx:organizationType concept:organization-type-ministry .
organization:cong-ty-c a vndx:Organization ; rdfs:label "Công ty C"@vi , "Company C"@en ;
  vndx:organizationType concept:organization-type-other ; vndx:note "Không rõ."@vi , "Not clear."@en .
post:bo-truong-bo a vndx:Post ; rdfs:label "Bộ trưởng"@vi , "Minister"@en ; vndx:organization organization:bo ;
  vndx:postType concept:post-type-minister ; vndx:singleSeat true .
post:chu-tich-mot a vndx:Post ; rdfs:label "Chủ tịch"@vi , "Chair"@en ; vndx:organization organization:bo ;
  vndx:postType concept:post-type-other ; vndx:note "Không rõ."@vi , "Not clear."@en .
platform:nen-tang-a a vndx:DigitalPlatform ; rdfs:label "Nền tảng A"@vi , "Platform A"@en ; vndx:named true .
platform:nen-tang-b a vndx:DigitalPlatform ; rdfs:label "Nền tảng B"@vi , "Platform B"@en ; vndx:named true .
indicator:ho-co-mang a vndx:Indicator ; rdfs:label "Hộ có mạng"@vi , "Households online"@en ;
  skos:definition "Phần trăm hộ có mạng."@vi , "Per cent of households online."@en .
document:luat a vndx:Document ; rdfs:label "Luật"@vi , "Law"@en ;
  vndx:periodStart "2021-01-01"^^xsd:date ; vndx:periodEnd "2025-12-31"^^xsd:date ; vndx:periodPrecision "year" .
source:{SLUG} a vndx:Source ; rdfs:label "Bài báo"@vi , "Article"@en ; vndx:fileName "{SLUG}.txt" ;
  vndx:length {len(ARTICLE)} ; vndx:sha256 "{digest(ARTICLE)}" ; vndx:date "2020-03-02"^^xsd:date ;
  vndx:datePrecision "day" .
"""
CONCEPTS = (
    "strength-recommended strength-example strength-keep-improving strength-pledged side-ministry side-locality"
    " side-not-stated mode-in-person participation-role:role-chair platform-role:role-operated-by"
    " platform-role:role-planned observation-kind:kind-measured observation-kind:kind-target"
    " measuring-unit:unit-percent unit-type-province sector-health measure-use-platform"
    " organization-type-ministry organization-type-other post-type-minister post-type-other"
    " claim-type-difficulty"
)
UNITS = """
unit:viet-nam a vndx:AdministrativeUnit ; rdfs:label "Việt Nam"@vi , "Viet Nam"@en ;
  vndx:unitType concept:unit-type-province .
unit:mot a vndx:AdministrativeUnit ; rdfs:label "tỉnh Một"@vi , "Mot Province"@en ; skos:altLabel "Một"@vi ;
  vndx:unitType concept:unit-type-province ; vndx:validUntil "2025-06-30"^^xsd:date .
unit:hai-2025 a vndx:AdministrativeUnit ; rdfs:label "tỉnh Hai"@vi , "Hai Province"@en ;
  vndx:unitType concept:unit-type-province ; vndx:validFrom "2025-07-01"^^xsd:date .
change:mot-hai a vndx:TerritorialChange ; rdfs:label "Một thành Hai"@vi , "Mot became Hai"@en ;
  vndx:date "2025-07-01"^^xsd:date ; vndx:datePrecision "day" ; vndx:before unit:mot ; vndx:after unit:hai-2025 ;
  vndx:legalBasis document:luat ; vndx:evidence evidence:luat-dieu-1 .
evidence:luat-dieu-1 a vndx:Evidence ; vndx:citedDocument document:luat ; vndx:locator "Điều 1" ;
  vndx:consultedAt <https://example.org/luat> ; vndx:consultedOn "2026-01-01"^^xsd:date .
"""
SOURCE = f"""
meeting:{SLUG} a vndx:Meeting ; rdfs:label "Buổi làm việc"@vi , "Working session"@en ;
  vndx:date "2020-03-02"^^xsd:date ; vndx:datePrecision "day" ; vndx:mode concept:mode-in-person ;
  vndx:party organization:bo , unit:mot ; vndx:evidence «Ngày 2/3/2020» .
participation:{SLUG}-an a vndx:Participation ; vndx:meeting meeting:{SLUG} ; vndx:person person:an ;
  vndx:post post:bo-truong-bo ; vndx:side concept:side-ministry ; vndx:role concept:role-chair ;
  vndx:evidence «Bộ trưởng An làm việc» .
participation:{SLUG}-binh a vndx:Participation ; vndx:meeting meeting:{SLUG} ; vndx:person person:binh ;
  vndx:post post:chu-tich-mot ; vndx:side concept:side-locality ; vndx:evidence «Chủ tịch Bình» .
tenure:{SLUG}-an-bo-truong a vndx:Tenure ; vndx:person person:an ; vndx:post post:bo-truong-bo ;
  vndx:attestedOn "2020-03-02"^^xsd:date ; vndx:evidence «1|Bộ trưởng An» .
act:{SLUG}-a a vndx:Recommendation ; rdfs:label "Dùng A"@vi , "Use A"@en ; vndx:speaker person:an ;
  vndx:onBehalfOf organization:bo ; vndx:addressee unit:mot ; vndx:sector concept:sector-health ;
  vndx:measure concept:measure-use-platform ; vndx:platform platform:nen-tang-a ;
  vndx:strength concept:strength-recommended ; vndx:alternativeTo act:{SLUG}-b ;
  vndx:meeting meeting:{SLUG} ; vndx:evidence «dùng Nền tảng A» .
act:{SLUG}-b a vndx:Recommendation ; rdfs:label "Dùng B"@vi , "Use B"@en ; vndx:speaker person:an ;
  vndx:addressee unit:mot ; vndx:sector concept:sector-health ; vndx:measure concept:measure-use-platform ;
  vndx:platform platform:nen-tang-b ; vndx:strength concept:strength-keep-improving ;
  vndx:alternativeTo act:{SLUG}-a ; vndx:meeting meeting:{SLUG} ; vndx:evidence «Nền tảng B» .
act:{SLUG}-ho-tro a vndx:Commitment ; rdfs:label "Cử đoàn"@vi , "Send a team"@en ; vndx:speaker person:an ;
  vndx:onBehalfOf organization:bo ; vndx:addressee unit:mot ; vndx:sector concept:sector-health ;
  vndx:measure concept:measure-use-platform ; vndx:strength concept:strength-pledged ;
  vndx:purpose "để hỗ trợ"@vi , "to help"@en ; vndx:from "2020-04-01"^^xsd:date ; vndx:fromPrecision "month" ;
  vndx:due "2020-06-30"^^xsd:date ; vndx:duePrecision "quarter" ;
  vndx:meeting meeting:{SLUG} ; vndx:evidence «cử đoàn hỗ trợ» .
statement:{SLUG}-a-van-hanh a vndx:PlatformStatement ; rdfs:label "C vận hành A"@vi , "C operates A"@en ;
  vndx:platform platform:nen-tang-a ; vndx:role concept:role-operated-by ; vndx:agent organization:cong-ty-c ;
  vndx:date "2020-03-02"^^xsd:date ; vndx:datePrecision "day" ; vndx:evidence «Công ty C vận hành Nền tảng A» .
statement:{SLUG}-mang-cham a vndx:Claim ; rdfs:label "Mạng chậm"@vi , "Slow network"@en ;
  vndx:claimType concept:claim-type-difficulty ; vndx:meeting meeting:{SLUG} ; vndx:about unit:mot ;
  vndx:evidence «Mạng còn chậm» .
observation:{SLUG}-ho a vndx:Observation ; rdfs:label "49,4% hộ"@vi , "49.4% of households"@en ;
  vndx:indicator indicator:ho-co-mang ; vndx:area unit:mot ; vndx:date "2020-01-01"^^xsd:date ;
  vndx:datePrecision "year" ; vndx:value 49.4 ; vndx:unit concept:unit-percent ; vndx:kind concept:kind-measured ;
  vndx:reportedBy person:binh ; vndx:reporterCarriedOver true ;
  vndx:comparedWith observation:{SLUG}-ca-nuoc ; vndx:meeting meeting:{SLUG} ; vndx:evidence «49,4% hộ có mạng» .
observation:{SLUG}-ca-nuoc a vndx:Observation ; rdfs:label "60% cả nước"@vi , "60% nationwide"@en ;
  vndx:indicator indicator:ho-co-mang ; vndx:area unit:viet-nam ; vndx:date "2020-01-01"^^xsd:date ;
  vndx:datePrecision "year" ; vndx:value 60.0 ; vndx:unit concept:unit-percent ;
  vndx:kind concept:kind-measured ; vndx:evidence «cả nước 60%» .
"""


def concepts() -> str:
    """The concepts that the record uses, each in its scheme."""
    blocks = {}
    for name in CONCEPTS.split():
        scheme, _, slug = name.rpartition(":")
        kind, typed, _ = slug.partition("-type-")
        scheme = scheme or (f"{kind}-type" if typed else slug.partition("-")[0])
        blocks[f"scheme-{scheme}"] = f"""
concept:scheme-{scheme} a skos:ConceptScheme ; rdfs:label "{scheme}"@vi , "{scheme} (en)"@en ."""
        blocks[slug] = f"""
concept:{slug} a skos:Concept ; rdfs:label "{slug}"@vi , "{slug} (en)"@en ;
  skos:definition "Là {slug}."@vi , "It is {slug}."@en ; skos:inScheme concept:scheme-{scheme} ."""
    return "".join(blocks.values())


def turtle(body: str) -> str:
    """`body` after all prefixes."""
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + body


def files() -> dict[str, str]:
    """The text of each file of the record, by its path in the data folder."""
    said, problems = cite(SOURCE, {SLUG: ARTICLE}, SLUG)
    assert not problems
    return {
        "registry/all.ttl": turtle(REGISTRY),
        "registry/concepts.ttl": turtle(concepts()),
        "units/all.ttl": turtle(UNITS),
        f"sources/{SLUG}.ttl": turtle(said),
    }


def write(folder: Path, texts: dict[str, str] | None = None) -> Path:
    """Write the record, or the given files, into `folder`; returns it."""
    for name, text in (texts or files()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def write_sources(folder: Path, article: str = ARTICLE) -> Path:
    """Write the article into `folder`; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{SLUG}.txt").write_bytes(article.encode("utf-8"))
    return folder

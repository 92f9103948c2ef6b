"""The service manifest (section 4.1): what there is and where, as OpenRefine reads it when it is added."""

from collections.abc import Mapping
from typing import Any, Final

from ontology.namespaces import THING, VOCABULARY
from service.reconciliation.types import DEFAULT
from visual.words import Language

WIDTH: Final = 420
HEIGHT: Final = 260
_NAME: Final = {
    "vi": "vndx: chuyển đổi số Việt Nam",
    "en": "vndx: Viet Nam's digital transformation",
}
_LIMIT: Final = {"vi": "Số giá trị nhiều nhất", "en": "Most values"}
_LIMIT_HELP: Final = {"vi": "0: tất cả", "en": "0: all of them"}
_LANGUAGE: Final = {"vi": "Ngôn ngữ của tên", "en": "Language of names"}
_CONTENT: Final = {"vi": "Nội dung", "en": "Content"}


def manifest(
    root: str, language: Language, type_names: Mapping[str, str], *, named: bool, version: str
) -> dict[str, Any]:
    """The manifest of the service at `root`. With `named`, the addresses in it name the language too."""
    own = root + "/reconcile"
    ending = f"lang={language}" if named else ""
    return {
        "versions": ["0.2"],
        "name": _NAME[language],
        "identifierSpace": THING,
        "schemaSpace": VOCABULARY,
        "documentation": root + "/dataset",
        "serviceVersion": version,
        "logo": root + "/static/icon.svg",
        "view": {"url": root + "/id/{{id}}" + (f"?{ending}" if ending else "")},
        "defaultTypes": [{"id": type_.id, "name": type_names.get(type_.id, type_.id)} for type_ in DEFAULT],
        "preview": {
            "url": own + "/preview?id={{id}}" + (f"&{ending}" if ending else ""),
            "width": WIDTH,
            "height": HEIGHT,
        },
        "suggest": {
            what: {
                "service_url": own,
                "service_path": f"/suggest/{what}" + (f"?{ending}" if ending else ""),
                "flyout_service_url": own,
                "flyout_service_path": f"/flyout/{what}?id=${{id}}" + (f"&{ending}" if ending else ""),
            }
            for what in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {
                "service_url": own,
                "service_path": "/properties" + (f"?{ending}" if ending else ""),
            },
            "property_settings": _settings(language),
        },
    }


def _settings(language: Language) -> list[dict[str, Any]]:
    """What can be set for each property that a column is extended with."""
    return [
        {
            "name": "limit",
            "type": "number",
            "default": 0,
            "label": _LIMIT[language],
            "help_text": _LIMIT_HELP[language],
        },
        {
            "name": "language",
            "type": "select",
            "default": language,
            "label": _LANGUAGE[language],
            "help_text": _LANGUAGE[language],
            "choices": [{"value": "vi", "name": "tiếng Việt"}, {"value": "en", "name": "English"}],
        },
        {
            "name": "content",
            "type": "select",
            "default": "name",
            "label": _CONTENT[language],
            "help_text": {"vi": "Tên hay định danh của sự vật", "en": "Names of things, or identifiers"}[
                language
            ],
            "choices": [
                {"value": "name", "name": {"vi": "Tên", "en": "Name"}[language]},
                {"value": "id", "name": {"vi": "Định danh", "en": "Identifier"}[language]},
            ],
        },
    ]

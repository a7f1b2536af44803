"""The platforms' flat XML, read without entities and document types."""

from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from assistant.service.problems import Problem
from assistant.service.texts import clean

__all__ = ["read_fields", "write_fields"]


def read_fields(body: bytes) -> dict[str, str]:
    """The texts of the root's children by name; raises Problem 400 for what is no plain XML."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        raise Problem(400, "请求体不是平台发来的 XML。", "invalid_xml") from error
    return {child.tag: clean(child.text or "") for child in root}


def write_fields(fields: Mapping[str, str | int]) -> str:
    """One `<xml>` element; texts stand in CDATA, numbers as they are."""
    return "<xml>" + "".join(f"<{name}>{_text(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def _text(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return "<![CDATA[" + clean(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"

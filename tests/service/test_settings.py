"""Settings: environment before file, unknown ones are errors, and every one is documented."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.service.channels.settings import ChannelSettings
from assistant.service.settings import ServiceSettings
from assistant.settings import FileSettings, Settings, load
from corpus.errors import InvalidInput
from ui.settings import PageSettings

DOC = Path(__file__).parents[2] / "docs" / "settings.md"
KINDS: list[type[FileSettings]] = [Settings, ServiceSettings, ChannelSettings, PageSettings]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "zhengce.toml"
    monkeypatch.setenv("ZHENGCE_CONFIG", str(path))
    return path


def rows(kind: type[FileSettings]) -> list[str]:
    """The rows that the table of these settings must have."""
    made = []
    for name, field in kind.model_fields.items():
        variable = f"{kind.model_config.get('env_prefix', '')}{name}".upper()
        if field.validation_alias is not None:
            variable = "PROMETHEUS_MULTIPROC_DIR"
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        shown = {"home": "`.zhengce`"}.get(name) or ("不设" if default in (None, "", ()) else f"`{default}`")
        if isinstance(default, bool):
            shown = f"`{str(default).lower()}`"
        made.append(f"| `{name}` | `{variable}` | {shown} | {field.description} |")
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_documented_as_it_is(kind: type[FileSettings]) -> None:
    table = [line for line in DOC.read_text("utf-8").split("\n") if line.startswith("| `")]
    assert [row for row in rows(kind) if row not in table] == []


def test_nothing_is_documented_that_is_no_setting() -> None:
    table = {line for line in DOC.read_text("utf-8").split("\n") if line.startswith("| `")}
    assert table - {row for kind in KINDS for row in rows(kind)} == set()


def test_the_environment_goes_before_the_file_and_what_is_given_before_both(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('dense_backend = "exact"\n[service]\nport = 9000\nthreads = 3\n', "utf-8")
    monkeypatch.setenv("ZHENGCE_SERVICE_PORT", "9001")
    assert load(Settings).dense_backend == "exact"
    service = load(ServiceSettings, host="localhost")
    assert (service.port, service.threads, service.host) == (9001, 3, "localhost")
    assert load(ServiceSettings, port=9002).port == 9002


def test_keys_are_parted_by_commas_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGCE_SERVICE_API_KEYS", "first-secret, second-secret")
    service = load(ServiceSettings)
    assert [key.get_secret_value() for key in service.api_keys] == ["first-secret", "second-secret"]
    assert "secret'" not in repr(service)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("prot = 1", "prot"),
        ("[service]\nprot = 1", "prot"),
        ("service = 1", "service"),
        ('[service]\nport = "x"', "port"),
        ("[service]\nport = 70000", "port"),
        ('[service]\napi_keys = ["hidden"]', "api_keys"),
        ("x =", "TOML"),
    ],
)
@pytest.mark.parametrize("kind", [ServiceSettings, Settings])
def test_a_mistake_in_the_file_is_named(config: Path, text: str, word: str, kind: type[FileSettings]) -> None:
    config.write_text(text, "utf-8")
    concerns = kind is ServiceSettings if "service" in text else kind is Settings or word == "TOML"
    if not concerns:
        load(kind)
        return
    with pytest.raises(InvalidInput) as error:
        load(kind)
    assert word in str(error.value)
    assert "hidden" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"MP_APP_ID": "wx", "MP_TOKEN": "hidden", "MP_AES_KEY": "hidden"}, "mp_aes_key"),
        ({"MP_TOKEN": "hidden"}, "mp_app_id"),
        ({"MP_SECRET": "hidden"}, "mp_token"),
        ({"WORK_TOKEN": "hidden", "WORK_CORP_ID": "ww"}, "work_aes_key、work_agent_id"),
        ({"BOT_TOKEN": "hidden"}, "bot_aes_key"),
        ({"PUBLIC_URL": "zhengce.example.cn"}, "public_url"),
        ({"REPLY_SECONDS": "6"}, "reply_seconds"),
    ],
)
def test_a_mistake_about_a_channel_is_named_without_secrets(
    given: dict[str, str], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"ZHENGCE_WECHAT_{name}", value)
    with pytest.raises(InvalidInput) as error:
        load(ChannelSettings)
    assert word in str(error.value)
    assert "hidden" not in str(error.value)

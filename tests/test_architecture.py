"""The house keeps its own rules: layers, exported names, one tree of exceptions."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from importlinter.cli import lint_imports

import corpus.errors
from corpus.errors import UserError, ZhengceError

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpus", "indexer", "assistant", "evals", "ui")
# ValueError: what a validator raises, pydantic's caller turns into ours. TypeError: a mistake of the programmer.
RAISED_BESIDES_OURS = {"ValueError", "TypeError"}
# Their functions are commands, reached through `main`, and routes, reached through `router`; the shapes of nested
# JSON are reached through the bodies that are exported.
REACHED_OTHERWISE = ("assistant.cli", "assistant.service.routes", "assistant.service.models")
# What only the HTTP edge knows: missing keys, limits, ids that are not there.
RAISED_BY_THE_SERVICE = {"Problem"}


def files() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(part for part in parts if part != "__init__"), path


FILES = {name: path for name, path in files() if path.name != "__main__.py"}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def says_something(name: str) -> bool:
    """Whether a file holds more than a docstring."""
    return any(not isinstance(node, ast.Expr) for node in tree(name).body)


MODULES = [name for name in FILES if says_something(name)]


def load(name: str) -> ModuleType:
    return importlib.import_module(name)


def order(name: str) -> tuple[int, str]:
    """CONSTANTS, then Classes, then functions, as ruff sorts them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def test_imports_point_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("name", MODULES)
def test_exported_names_are_declared_sorted_and_exist(name: str) -> None:
    module = load(name)
    assert module.__all__ == sorted(set(module.__all__), key=order)
    assert [export for export in module.__all__ if not hasattr(module, export)] == []


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith(REACHED_OTHERWISE)])
def test_every_public_class_and_function_is_exported(name: str) -> None:
    defined = {
        node.name
        for node in tree(name).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    }
    assert defined - set(load(name).__all__) == set()


@pytest.mark.parametrize("name", MODULES)
def test_only_exported_names_are_imported_from_our_modules(name: str) -> None:
    wrong = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES
        for alias in node.names
        if f"{node.module}.{alias.name}" not in FILES and alias.name not in load(node.module).__all__
    ]
    assert wrong == []


def exceptions() -> list[type]:
    return [
        value
        for _, value in inspect.getmembers(corpus.errors, inspect.isclass)
        if value.__module__ == corpus.errors.__name__
    ]


def test_every_exception_descends_from_the_root_and_stands_in_the_drawn_tree() -> None:
    drawn = corpus.errors.__doc__ or ""
    for error in exceptions():
        assert issubclass(error, ZhengceError)
        assert error.__name__ in drawn
        assert error.__doc__
    assert sorted(error.__name__ for error in exceptions()) == corpus.errors.__all__


def test_the_drawn_tree_is_the_tree_of_the_classes() -> None:
    above: list[str] = []
    for line in (corpus.errors.__doc__ or "").split("\n"):
        word = line.replace("├── ", "    ").replace("└── ", "    ").replace("│", " ")
        name = word.split()[0] if word.split() else ""
        if not hasattr(corpus.errors, name):
            continue
        depth = (len(word) - len(word.lstrip())) // 4 - 1
        above[depth:] = [name]
        parents = [base.__name__ for base in getattr(corpus.errors, name).__bases__]
        assert parents == ([above[depth - 1]] if depth else ["Exception"])
    assert above


def test_a_users_mistakes_are_apart_from_our_own() -> None:
    mistakes = {error.__name__ for error in exceptions() if issubclass(error, UserError)}
    assert mistakes == {
        "UserError",
        "UnknownDocument",
        "UnknownUnit",
        "UnknownRule",
        "InvalidInput",
        "FileRefused",
    }


@pytest.mark.parametrize("name", MODULES)
def test_only_our_own_exceptions_are_raised(name: str) -> None:
    raised = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Raise) and node.exc is not None:
            target = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            raised.add(ast.unparse(target))
    local = {node.name for node in ast.walk(tree(name)) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    bound = {node.name for node in ast.walk(tree(name)) if isinstance(node, ast.ExceptHandler) and node.name}
    allowed = RAISED_BESIDES_OURS | (
        RAISED_BY_THE_SERVICE if name.startswith("assistant.service.") else set()
    )
    assert raised - set(corpus.errors.__all__) - allowed - local - bound == set()


@pytest.mark.parametrize("name", MODULES)
def test_what_is_caught_wholesale_is_raised_again_as_ours(name: str) -> None:
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
        ):
            last = node.body[-1]
            assert isinstance(last, ast.Raise)
            assert isinstance(last.exc, ast.Call)
            assert ast.unparse(last.exc.func) in corpus.errors.__all__

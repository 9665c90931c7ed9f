"""The API's description that the page's types are made from is that of the server."""

import json

import pytest

import make_openapi


def test_the_committed_description_is_that_of_the_server() -> None:
    assert make_openapi.FILE.read_text(encoding="utf-8") == make_openapi.openapi_text(), "run `make api` and commit"


def test_every_route_of_the_api_is_described_in_whole() -> None:
    described = json.loads(make_openapi.openapi_text())
    assert described["paths"]
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            assert path.startswith("/api/")
            assert told["summary"] and told["description"] and told["x-access"]["roles"]
            assert set(told["responses"]) >= {"401", "403"} and set(told["responses"]) & {"200", "201", "202"}
            assert method not in ("post", "patch") or told["requestBody"]["required"]
            assert all(p["description"] for p in told["parameters"]) if "parameters" in told else True
            for status in set(told["responses"]) - {"200", "201", "202", "304"}:
                assert list(told["responses"][status]["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("word", ["unit", "UTC", "MW"])
def test_units_and_times_stand_in_the_description(word: str) -> None:
    assert word in make_openapi.openapi_text()

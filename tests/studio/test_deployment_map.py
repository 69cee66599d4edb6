"""The files of a draft by process, and what a search finds in them."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.process import definitions
from engine.shipped import ROOT
from engine.studio.deployment_map import DeploymentMap, map_files
from engine.studio.file_search import MOST_FOUND, search_files

FILES = definitions.read_deployment_folder(ROOT)


@pytest.fixture(scope="module")
def mapped() -> DeploymentMap:
    return map_files(FILES)


def test_each_file_has_a_caption_and_the_processes_that_use_it(mapped: DeploymentMap) -> None:
    files = {str(one.path): one for one in mapped.files}
    assert files["workflows/resolution.bpmn"].caption == "Giải quyết tại địa phương"
    assert (files["forms/verify.json"].caption, files["forms/verify.json"].diagrams) == (
        "Xác minh",
        (PurePosixPath("workflows/resolution.bpmn"),),
    )
    assert files["workflows/mail/verify_late.txt"].caption == "Đã hết thời gian xác minh"
    assert len(files["workflows/mail/take_up.txt"].diagrams) > 1
    assert files["workflows/tests/department_coordinated.yaml"].diagrams == (
        PurePosixPath("workflows/department_resolution.bpmn"),
    )
    assert len(files) == len(FILES)


def test_elements_lead_to_the_files_that_they_name(mapped: DeploymentMap) -> None:
    links = {(link.use.element, str(link.target)) for link in mapped.links}
    assert ("verify", "forms/verify.json") in links
    assert ("notify_verify_late", "workflows/mail/verify_late.txt") in links
    assert any(target == "workflows/routing.dmn" for _element, target in links)
    assert any(target == "workflows/resolution.bpmn" for _element, target in links)


def test_files_that_cannot_be_read_are_listed_and_lead_nowhere() -> None:
    broken = {PurePosixPath("workflows/x.bpmn"): b"<", PurePosixPath("forms/y.json"): b"{"}
    assert [one.caption for one in map_files(broken).files] == ["y", "x"]
    assert search_files(broken, "x") == []


@pytest.mark.parametrize(
    ("words", "path", "element"),
    [
        ("nhac xac minh", "workflows/resolution.bpmn", "notify_verify_late"),
        ("working_hours(take_up_hours)", "workflows/resolution.bpmn", ""),
        ("Nhật ký liên hệ", "forms/verify.json", "components[0]"),
        ("chưa nhận việc", "workflows/mail/take_up.txt", ""),
        ("75.SGDDT", "workflows/routing.dmn", "routing_education_department"),
    ],
)
def test_captions_texts_and_ids_are_searched_whatever_their_marks(words: str, path: str, element: str) -> None:
    places = [place for place in search_files(FILES, words) if str(place.path) == path]
    assert places
    assert not element or element in {place.element for place in places}


def test_a_search_for_nothing_finds_nothing_and_for_all_not_too_much() -> None:
    assert search_files(FILES, "  ") == []
    assert len(search_files(FILES, "e")) == MOST_FOUND

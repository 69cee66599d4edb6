"""What reports the same thing is offered as such, and a shared formula of politeness is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from sqlalchemy import Engine, select

from engine.cases import callers, intake, word_weights
from engine.cases.similarity import SIMILARITY_THRESHOLD, WordWeights, text_terms
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import WordCount
from tests.kit import hotline
from tests.kit.hotline import NEW, NOW, PLACE

POLITE = "Đề nghị các cấp chính quyền quan tâm xem xét giải quyết sớm việc"
# Texts of one row are about one matter, as different citizens tell it.
MATTERS = [
    ["Ổ gà to ở ngã ba", "Ngã ba có ổ gà rất to, xe máy dễ ngã", "O ga to o nga ba"],
    [f"{POLITE} chó thả rông ở khu phố này", "Chó thả rông đầy khu phố, sợ cắn trẻ con"],
    [f"{POLITE} quán karaoke gây ồn sau nửa đêm", "Karaoke hát ồn ào tới sau nửa đêm không ngủ được"],
    ["Đèn đường hỏng cả tháng nay ở hẻm 12", "Hẻm 12 đèn đường không sáng, tối om"],
    ["Trạm y tế đóng cửa giờ hành chính.", "Trạm y tế phường đóng cửa trong giờ làm việc"],
    ["Bãi rác tự phát bốc mùi hôi thối cạnh chợ", "Rác đổ thành đống cạnh chợ, mùi hôi thối nồng nặc"],
    ["Nước máy đục, có mùi tanh mấy hôm nay", "Nước máy chảy ra màu vàng đục, mùi tanh"],
    ["Xe ben chở đất chạy quá tốc độ làm bụi mù đường", "Xe tải chở đất cát chạy nhanh, bụi mù mịt cả đường"],
    ["Công trình nhà bên cạnh xây lấn chiếm vỉa hè", "Hộ bên cạnh xây nhà lấn vỉa hè"],
    ["Trường thu tiền đầu năm quá cao không có biên lai", "Nhà trường thu nhiều khoản đầu năm học, không biên lai"],
    ["Cây xanh ngã đổ chắn ngang đường sau mưa", "Mưa lớn cây đổ chắn ngang đường, xe không qua được"],
    ["Cống thoát nước bị tắc, mưa là ngập", "Mưa xuống là ngập vì cống thoát nước tắc"],
    ["Mất điện liên tục ban đêm", "Ban đêm điện bị cúp liên tục, mất điện hoài"],
    ["Thủ tục làm giấy khai sinh bị trễ hẹn", "Hẹn trả giấy khai sinh trễ nhiều lần"],
    ["Kính đề nghị cơ quan chức năng kiểm tra, xử lý tình trạng đốt rơm rạ gây khói", "Đốt rơm rạ khói mù mịt"],
    [
        "Kính đề nghị cơ quan chức năng kiểm tra, xử lý tình trạng hàng rong trước cổng trường",
        "Hàng rong trước cổng trường",
    ],
    ["Kính mong lãnh đạo quan tâm hỗ trợ hộ nghèo sửa nhà dột", "Nhà dột nát, xin hỗ trợ hộ nghèo sửa nhà"],
]


def test_precision_and_recall_on_texts_of_one_matter_told_differently() -> None:
    """Figures in docs/performance.md; before there are any reports to learn from."""
    weights = WordWeights({}, 0)
    texts = [(matter, text_terms(text)) for matter, same in enumerate(MATTERS) for text in same]
    offered = {True: 0, False: 0}
    for (one, terms), (other, other_terms) in combinations(texts, 2):
        offered[one == other] += weights.similarity(terms, other_terms) >= SIMILARITY_THRESHOLD
    pairs = sum(len(list(combinations(same, 2))) for same in MATTERS)
    assert offered[True] / pairs > 0.9
    assert offered[True] / (offered[True] + offered[False]) > 0.9


@pytest.fixture
def typed(tx: Transaction) -> Transaction:
    """A commune with an open case of each matter, in the words of the first citizen."""
    definition = hotline.deployed(tx)
    for same in MATTERS:
        intake.file_report(tx, replace(NEW, content=same[0]), definition, hotline.WHO, hotline.WORLD)
    return tx


def alike(tx: Transaction, content: str) -> list[str]:
    return [row.content for row in callers.list_similar_cases(tx, PLACE, content, NOW + timedelta(hours=1))]


def test_the_same_pothole_twice_is_recognised_and_a_polite_phrase_alone_is_not(typed: Transaction) -> None:
    assert alike(typed, "Ổ gà to ở ngã ba") == ["Ổ gà to ở ngã ba"]
    assert alike(typed, f"{POLITE} quán karaoke gây ồn sau nửa đêm") == [MATTERS[2][0]]
    assert alike(typed, f"{POLITE} này") == alike(typed, "Xin cảm ơn quý cơ quan, rất mong được quan tâm") == []
    assert alike(typed, "karaoke hát ồn ào sau nửa đêm")[:1] == [MATTERS[2][0]]
    assert alike(typed, "rác") == []


def test_what_many_reports_share_is_learnt_and_says_nothing_any_more(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        definition = hotline.deployed(tx)
        for number in range(60):
            content = f"Alo tổng đài ơi nghe tui nói nè vụ {chr(97 + number % 26) * 3} {number}"
            intake.file_report(tx, replace(NEW, content=content), definition, hotline.WHO, hotline.WORLD)
    same_manner = "alo tổng đài ơi nghe tui nói nè vụ đường ngập"
    with transaction(engine_db) as tx:
        assert alike(tx, same_manner)
    assert word_weights.learn_daily(engine_db, NOW) is not None
    assert word_weights.learn_daily(engine_db, NOW + timedelta(hours=2)) is None
    with transaction(engine_db) as tx:
        assert alike(tx, same_manner) == []
        kept = {row.word: row.reports for row in tx.read.execute(select(table_of(WordCount)))}
    assert kept[""] == kept["tong dai"] == 60
    assert min(kept.values()) >= word_weights.LEAST_REPORTS
    assert not {"hong", "dao", "nguyen", "huu", "nghia"} & kept.keys()
    assert word_weights.learn_daily(engine_db, NOW + timedelta(days=1)) == len(kept) - 1

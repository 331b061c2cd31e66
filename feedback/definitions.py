"""What every figure means, in words that a citizen and an auditor can both follow. No figure without one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from feedback.kpi_models import Figure

INDEX = "index"


@dataclass(frozen=True)
class Definition:
    """``counted`` of ``among``; ``not_counted`` says what stays out, ``source`` where the rows come from.

    ``left_out``: what those have in common that could not be judged.
    """

    id: str
    name: str
    unit: str
    counted: str
    among: str
    not_counted: str
    source: str
    left_out: str = "không có ngày hẹn"


_DOSSIERS = "Sự kiện hồ sơ do phần mềm một cửa gửi sang"
_PAYMENTS = "Sự kiện đã nộp phí, lệ phí do phần mềm một cửa gửi sang, có ghi cách nộp"
_SURVEY = "Phiếu hỏi sau khi nhận kết quả"

DEFINITIONS: dict[str, Definition] = {
    one.id: one
    for one in (
        Definition(
            INDEX,
            "Chỉ số hài lòng",
            "%",
            "Người trả lời mức 4 (Hài lòng) hoặc 5 (Rất hài lòng) ở câu hỏi chung",
            "người được mời ngẫu nhiên và đã trả lời; hồ sơ tính vào nửa tháng mà nó kết thúc",
            "Mức 3 (Bình thường) không tính là hài lòng. Người im lặng không được đoán thay: "
            "có hai mức chặn, nếu mọi người im lặng đều không hài lòng, và nếu đều hài lòng. "
            "Phiếu ở bàn tự chấm, mã QR tại quầy, sao trên Zalo là số đo khác, không cộng vào. "
            "Việc buồn không mời.",
            _SURVEY,
        ),
        Definition(
            Figure.ON_TIME,
            "Giải quyết đúng hẹn",
            "%",
            "Hồ sơ có kết quả vào đúng hoặc trước ngày in trên giấy hẹn",
            "hồ sơ đã có kết quả trong kỳ và có ngày hẹn",
            "Ngày hẹn lại không làm hồ sơ thành đúng hẹn. Hồ sơ rút, không tiếp nhận thì không tính; "
            "hồ sơ không có ngày hẹn được đếm riêng.",
            _DOSSIERS,
        ),
        Definition(
            Figure.LAND_ON_TIME,
            "Giấy chứng nhận đất đai đúng hẹn",
            "%",
            "Hồ sơ lĩnh vực đất đai về giấy chứng nhận có kết quả đúng hoặc trước ngày hẹn",
            "hồ sơ loại này đã có kết quả trong kỳ và có ngày hẹn",
            "Khâu đo đạc, thuế ở cơ quan khác vẫn nằm trong số này; báo cáo của đơn vị tách riêng "
            "lĩnh vực đất đai.",
            _DOSSIERS,
        ),
        Definition(
            Figure.ONLINE,
            "Hồ sơ nộp qua mạng",
            "%",
            "Hồ sơ nộp qua mạng",
            "hồ sơ tiếp nhận trong kỳ có ghi cách nộp",
            "Hồ sơ không ghi cách nộp.",
            _DOSSIERS,
        ),
        Definition(
            Figure.ONLINE_PAYMENT,
            "Nộp phí, lệ phí trực tuyến",
            "%",
            "Hồ sơ nộp phí, lệ phí trên nền tảng thanh toán trực tuyến",
            "hồ sơ đã nộp phí, lệ phí trong kỳ và biết nộp bằng cách nào",
            "Chuyển khoản, quẹt thẻ tại quầy không phải là trực tuyến. Hồ sơ không rõ cách nộp đếm riêng. "
            "Hồ sơ nộp nhiều lần tính theo lần sau cùng.",
            _PAYMENTS,
            left_out="không rõ cách nộp",
        ),
        Definition(
            Figure.CASHLESS,
            "Nộp phí, lệ phí không dùng tiền mặt",
            "%",
            "Hồ sơ nộp phí, lệ phí trực tuyến, bằng chuyển khoản hoặc quẹt thẻ",
            "hồ sơ đã nộp phí, lệ phí trong kỳ và biết nộp bằng cách nào",
            "Hồ sơ không rõ cách nộp được đếm riêng. Hồ sơ nộp nhiều lần tính theo lần sau cùng.",
            _PAYMENTS,
            left_out="không rõ cách nộp",
        ),
        Definition(
            Figure.POST,
            "Trả kết quả qua bưu chính",
            "%",
            "Hồ sơ trả kết quả qua bưu chính",
            "hồ sơ đã trả kết quả trong kỳ",
            "Kết quả chỉ có bản điện tử vẫn ở trong mẫu số.",
            _DOSSIERS,
        ),
        Definition(
            Figure.REFLECTIONS_ON_TIME,
            "Phản ánh, kiến nghị trả lời đúng hạn",
            "%",
            "Phản ánh, kiến nghị đã trả lời vào hoặc trước ngày hạn",
            "phản ánh, kiến nghị có hạn trả lời trong kỳ",
            "Khiếu nại theo Luật Khiếu nại đi đường riêng, không tính ở đây.",
            "Sổ phản ánh, kiến nghị",
        ),
        Definition(
            Figure.WAITING_MINUTES,
            "Thời gian chờ tại quầy",
            "phút",
            "Tổng số phút chờ mà người dân cho biết, từ lúc lấy số đến lúc được gọi",
            "người trả lời phiếu thời gian chờ",
            "Người không trả lời. Trong ngoặc là khoảng tin cậy 95 %; dưới 30 người thì chưa kết luận.",
            "Phiếu thời gian chờ",
        ),
        Definition(
            Figure.D766_PROCEDURES,
            "Tỷ lệ theo Quyết định 766 (không phải khảo sát)",
            "%",
            "Hồ sơ không quá hạn và không bị phản ánh",
            "hồ sơ đã có kết quả trong kỳ",
            "Ai không nói gì được tính là hài lòng, nên tỷ lệ này gần 100 dù người dân nghĩ sao. "
            "Không so được với chỉ số hài lòng và không cộng với nó. Người chấm không hài lòng trên phiếu "
            "không trừ ra được, vì không ai biết phiếu là của hồ sơ nào.",
            _DOSSIERS + "; sổ phản ánh, kiến nghị",
        ),
    )
}
FACTOR_NAMES: dict[str, str] = {
    "access": "Tiếp cận dịch vụ",
    "procedures": "Thủ tục",
    "staff": "Người phục vụ",
    "results": "Kết quả",
    "reflections": "Tiếp nhận góp ý, phản ánh",
}
FACTORS_NOTE = (
    "Chỉ hỏi người muốn nói thêm sau câu hỏi chung, nên số phiếu ít hơn và không so trực tiếp với chỉ số. "
    "Mỗi yếu tố giữ kín dưới 5 phiếu, dưới 30 phiếu chỉ nêu số đếm."
)
_NOT_TOLD = "Phần mềm một cửa chưa cho biết người dân đã nộp tiền bằng cách nào, nên chưa có số."
_WHY_NOT = {Figure.ONLINE_PAYMENT: _NOT_TOLD, Figure.CASHLESS: _NOT_TOLD}


def without_data(known: Collection[Figure]) -> dict[str, str]:
    """Figures that are asked of units and of which nothing is known: their names, and why."""
    return {DEFINITIONS[figure].name: why for figure, why in _WHY_NOT.items() if figure not in known}


COLUMNS: tuple[tuple[str, str, str], ...] = (
    (
        "measure",
        "chữ",
        "Số đo: index (chỉ số hài lòng); factor_… (một trong năm yếu tố SIPAS, của người trả lời thêm); "
        "complaint-answered (sau khi phản ánh được trả lời), sipas-long (phiếu dài), after-chat (trợ lý); "
        "hoặc tên của một tỷ lệ khác, xem định nghĩa",
    ),
    ("from", "ngày", "Ngày đầu được đếm"),
    ("to", "ngày", "Ngày cuối được đếm"),
    ("city", "chữ", "Thành phố trước đây: quy-nhon, long-khanh; trống là đơn vị khác"),
    ("unit", "chữ", "Đơn vị; trống là cả thành phố"),
    (
        "shown",
        "chữ",
        "hidden: dưới 5 phiếu; counts: dưới 30, chỉ số đếm; estimate: có tỷ lệ; all: đếm hết",
    ),
    ("n", "số", "Số phiếu, hoặc số hồ sơ ở mẫu số"),
    ("part", "số", "Số người hài lòng, hoặc số hồ sơ ở tử số"),
    ("left_out", "số", "Số hồ sơ không xét được: không có ngày hẹn, hoặc không rõ cách nộp tiền"),
    ("value", "%", "Tỷ lệ; với thời gian chờ là phút"),
    ("lower", "%", "Cận dưới của khoảng tin cậy 95 % (Wilson); trống với số đếm hết"),
    ("upper", "%", "Cận trên"),
    ("invited", "số", "Số hồ sơ được mời ngẫu nhiên"),
    ("delivered", "số", "Số tin mời có báo đã tới máy"),
    ("response_rate", "%", "Tỷ lệ trả lời"),
    ("if_silent_unhappy", "%", "Chỉ số nếu mọi người im lặng đều không hài lòng"),
    ("if_silent_happy", "%", "Chỉ số nếu mọi người im lặng đều hài lòng"),
    ("flagged", "số", "Số phiếu có dấu hiệu bất thường"),
    ("value_unflagged", "%", "Chỉ số khi bỏ các phiếu đó"),
    ("value_weighted", "%", "Chỉ số theo cơ cấu lĩnh vực và cách nộp của hồ sơ đã trả"),
    ("value_12_months", "%", "Chỉ số gộp 12 tháng đến cuối kỳ"),
    ("n_12_months", "số", "Số phiếu của 12 tháng đó"),
    ("target", "%", "Chỉ tiêu"),
    ("target_source", "chữ", "Năm và văn bản của chỉ tiêu"),
    ("verdict", "chữ", "đạt, không đạt, chưa đủ bằng chứng"),
    ("answers_needed", "số", "Cần bao nhiêu phiếu để kết luận đạt, nếu tỷ lệ giữ nguyên"),
)
"""Columns of the open table: name, kind, meaning. The data dictionary is made of these."""

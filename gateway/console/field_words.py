"""What staff call the fields and choices of every kind of content, in the words of the counter."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from core.calendar_year import CalendarDay, CalendarYear, OfficePeriod
from core.law_days import LawDay, LawDays
from feedback.targets import Source, TargetEntry, TargetFile
from knowledge.curated import GoldenQuestion, NearMiss
from knowledge.legal import LegalFile, RegisteredDocument
from knowledge.places import Place
from notifications.wording import WordingFile
from notifications.zbs import ZbsForm, ZbsParameter, ZbsRow

# What staff call things. A field without words here is kept as it is and not shown.
WORDS: Mapping[str, tuple[str, str]] = {
    "plain_name": ("Tên dễ hiểu", "Cách người dân gọi việc này"),
    "option_label": ("Nhãn khi hỏi lại", "Ngắn, để phân biệt với việc gần giống; nhiều nhất 60 ký tự"),
    "title": ("Tên", ""),
    "name": ("Tên", ""),
    "summary": ("Việc này là gì", "Một câu"),
    "text": ("Câu trả lời", "Nhiều nhất 700 ký tự; mỗi dòng một ý; gạch đầu dòng bằng dấu -"),
    "who": ("Ai được làm", "Mỗi dòng một ý"),
    "where": ("Nộp ở đâu", "Mỗi dòng một nơi"),
    "methods": ("Cách nộp, thời hạn, lệ phí", ""),
    "channels": ("Nộp bằng cách nào", ""),
    "durations": ("Thời hạn", ""),
    "fees": ("Lệ phí", ""),
    "value": ("Số", ""),
    "unit": ("Đơn vị thời gian", ""),
    "when": ("Trường hợp", "Để trống nếu luôn luôn"),
    "kind": ("Loại", ""),
    "amount": ("Số tiền (đồng)", "Chỉ ghi số, ví dụ 8000"),
    "per": ("Tính theo", "Ví dụ: bản, trang, trường hợp"),
    "until": ("Áp dụng đến hết ngày", ""),
    "basis": ("Căn cứ", "Số văn bản; bắt buộc khi có số tiền hoặc thời hạn"),
    "note": ("Ghi chú", ""),
    "papers": ("Giấy tờ", ""),
    "formal_name": ("Tên trong văn bản", ""),
    "originals": ("Số bản chính", ""),
    "copies": ("Số bản sao", ""),
    "show_only": ("Chỉ cho xem rồi nhận lại", ""),
    "connected": ("Khỏi nộp khi dữ liệu đã kết nối", "Viết thành câu cho người dân"),
    "form_name": ("Mẫu số", ""),
    "steps": ("Các bước", "Mỗi dòng một bước"),
    "conditions": ("Điều kiện", "Mỗi dòng một ý"),
    "exemptions": ("Miễn, giảm", "Mỗi dòng một đối tượng"),
    "results": ("Nhận về gì", "Mỗi dòng một thứ"),
    "legal": ("Văn bản căn cứ", ""),
    "number": ("Số văn bản", ""),
    "sample_form": ("Mẫu điền sẵn", "Địa chỉ trang hoặc tệp, bắt đầu bằng https://"),
    "same_day_after_15h": ("Nộp sau 15 giờ thì có vào ngày làm việc sau", ""),
    "sad": ("Việc buồn: chia buồn, không mời góp ý", ""),
    "updated": ("Ngày cập nhật", ""),
    "aliases": ("Cách gọi của người dân", "Mỗi dòng một cách; không dấu cũng được"),
    "golden": ("Câu hỏi mẫu", "Những câu phải tìm ra mục này"),
    "near_misses": ("Câu dễ nhầm", "Nghe giống việc này nhưng là việc khác: không được trả lời bằng mục này"),
    "concepts": ("Nhóm chữ", ""),
    "concept": ("Chữ trong văn bản", ""),
    "says": ("Người dân nói", "Mỗi dòng một cách"),
    "phrases": ("Cách gọi theo thủ tục", ""),
    "procedure": ("Mã thủ tục", "Ví dụ 1.001193"),
    "hours": ("Có nêu giờ làm việc (phải khớp lịch)", ""),
}

CHOICES: Mapping[str, str] = {
    "counter": "Tại quầy", "online": "Qua mạng", "post": "Qua bưu điện",
    "known": "Có mức thu", "free": "Không thu", "varies": "Tỉnh quyết định, tùy nơi",
    "unknown": "Chưa có số liệu",
    "same_day": "trong ngày", "hour": "giờ", "working_hour": "giờ làm việc", "working_day": "ngày làm việc",
    "day": "ngày", "month": "tháng", "year": "năm",
    "procedures_satisfaction": "Hài lòng về giải quyết thủ tục", "sipas": "Hài lòng theo SIPAS",
    "land_construction_satisfaction": "Hài lòng về đất đai, xây dựng",
    "complaint_satisfaction": "Hài lòng về trả lời phản ánh",
    "health_education_satisfaction": "Hài lòng về y tế, giáo dục",
    "on_time": "Giải quyết đúng hạn", "land_certificates_on_time": "Cấp giấy đất đúng hạn",
    "online_share": "Nộp qua mạng",
    "online_share_of_online_procedures": "Nộp qua mạng (thủ tục nộp được qua mạng)",
    "online_payment_share": "Nộp tiền qua mạng", "cashless_share": "Nộp tiền không dùng tiền mặt",
    "post_return_share": "Trả kết quả qua bưu điện", "waiting_minutes": "Thời gian chờ ở quầy",
    "papers_not_asked_again": "Không đòi lại giấy tờ đã có", "sample_files": "Thủ tục có mẫu điền sẵn",
    "electronic_results": "Kết quả điện tử", "reflections_on_time": "Trả lời phản ánh đúng hạn",
    "city": "cả thành phố cũ", "each_unit": "từng cơ quan, đơn vị", "wards": "từng phường, xã",
    "phone": "điện thoại (15)", "address": "địa chỉ (200)", "code": "mã (30)", "label": "nhãn (30)",
    "status": "trạng thái (30)", "contact": "liên hệ (50)", "title": "danh xưng (5)",
    "product": "tên việc (200)",
    "time": "thời gian (20)", "link": "đường dẫn (200)", "name": "tên (30)", "amount": "số lượng (20)",
    ">=": "ít nhất", ">": "hơn", "<=": "nhiều nhất", "percent": "phần trăm", "minutes": "phút",
}  # fmt: skip

# Where one name stands for different things in different documents.
_OF_SHAPE: Mapping[type[BaseModel], Mapping[str, tuple[str, str]]] = {
    CalendarYear: {
        "confirmed": ("Đã có thông báo chính thức của năm này", ""),
        "source": ("Căn cứ", "Số và ngày của văn bản về nghỉ lễ, hoán đổi ngày làm việc"),
        "office_hours": ("Giờ làm việc", "Lần lượt từ sáng tới chiều"),
        "off": (
            "Ngày nghỉ riêng của năm",
            "Ngày lễ theo luật máy đã biết; chỉ ghi ngày quyết định thêm",
        ),
        "on": ("Ngày làm bù", "Thứ Bảy, Chủ nhật hoặc ngày lễ mà cơ quan vẫn làm việc"),
    },
    CalendarDay: {"date": ("Ngày", ""), "why": ("Vì sao", "Ví dụ: hoán đổi với thứ Bảy 10/01/2026")},
    OfficePeriod: {"opens": ("Mở cửa", ""), "closes": ("Đóng cửa", "")},
    TargetFile: {"source": ("Văn bản giao chỉ tiêu", ""), "targets": ("Chỉ tiêu", "")},
    Source: {
        "document": ("Số văn bản", ""),
        "issuer": ("Nơi ban hành", "Ví dụ: UBND tỉnh Gia Lai"),
        "issued": ("Ngày ban hành", "Năm, hoặc năm-tháng, hoặc năm-tháng-ngày: 2026-11-24"),
        "verified_on": ("Đã đối chiếu văn bản gốc ngày", ""),
    },
    WordingFile: {
        "title": ("Tiêu đề", "Của thư và trang tin"),
        "body": ("Lời", "Chỗ trống viết trong hai dấu ngoặc, ví dụ {{ dossier_code }}"),
        "short": ("Lời ngắn", "Chỉ cho SMS: dùng khi lời trên dài quá một tin"),
        "basis": ("Căn cứ", "Văn bản đòi hỏi tin này"),
        "zbs": ("Tin mẫu đăng ký với Zalo", ""),
    },
    ZbsForm: {
        "title": ("Tiêu đề tin mẫu", "9 đến 65 ký tự"),
        "paragraphs": ("Các đoạn", "Mỗi dòng một đoạn, 9 đến 400 ký tự; tham số ghi trong dấu < >"),
        "rows": ("Bảng", "2 đến 8 dòng"),
        "button": ("Chữ trên nút", "5 đến 30 ký tự"),
        "parameters": ("Tham số", ""),
    },
    ZbsRow: {"label": ("Nhãn", "3 đến 36 ký tự"), "parameter": ("Tham số", "Tên, không có dấu < >")},
    ZbsParameter: {
        "name": ("Tên tham số", "Chữ thường không dấu, gạch dưới"),
        "kind": ("Loại", "Quyết định độ dài nhiều nhất"),
        "value": ("Điền bằng", "Ví dụ {{ dossier_code }}"),
    },
    Place: {
        "name": ("Tên", ""),
        "kind": ("Loại", "phường, xã hay đặc khu"),
        "old_names": ("Tên xã, phường cũ", "Mỗi dòng một tên"),
        "aliases": ("Cách gọi khác của các tên ấy", "Mỗi dòng một cách; không dấu cũng được"),
        "address": ("Địa chỉ", "Nơi người dân tới nộp hồ sơ"),
        "phone": ("Điện thoại", "Số mà người dân gọi được trong giờ làm việc"),
        "office_hours": (
            "Giờ làm việc riêng",
            "Chỉ ghi khi khác lịch chung; sáng một hàng, chiều một hàng. Xóa hết các ô là theo lịch chung",
        ),
        "note": ("Dặn thêm người dân", "Được đọc cho mọi người hỏi nơi này; để trống nếu không có"),
    },
    GoldenQuestion: {"text": ("Câu hỏi", "Như người dân nói; xóa hết chữ là bỏ câu này")},
    NearMiss: {
        "text": ("Câu hỏi", "Như người dân nói; xóa hết chữ là bỏ câu này"),
        "code": ("Mã của thủ tục đúng", "Ví dụ 1.001193; để trống nếu việc ấy không có ở đây"),
    },
    LegalFile: {"documents": ("Văn bản", "Văn bản mới ghi vào ô trống cuối cùng")},
    RegisteredDocument: {
        "number": ("Số văn bản", "Ví dụ 64/2025/TT-BTC"),
        "title": ("Tên ngắn", ""),
        "signed": ("Ngày ký", ""),
        "in_force_from": ("Có hiệu lực từ ngày", ""),
        "ends_on": ("Ngày cuối còn hiệu lực", "Qua ngày này, thủ tục dựa vào nó thành cần xem lại"),
        "replaced_by": ("Thay bằng", "Số văn bản mới; khi đó phải ghi ngày cuối"),
        "replaces": ("Thay cho", "Mỗi dòng một số văn bản"),
        "amended_by": ("Sửa bởi", "Mỗi dòng một số văn bản"),
        "note": ("Ghi chú", ""),
        "verified": ("Đã đối chiếu văn bản gốc", ""),
    },
    LawDays: {"title": ("Tên", ""), "terms": ("Thời hạn", "")},
    LawDay: {
        "what": ("Việc", ""),
        "days": ("Số ngày", "Chỉ ghi số; loại ngày do luật định, xem bản đọc bên cạnh"),
        "document": ("Văn bản", ""),
        "article": ("Điều, khoản", ""),
        "verified": ("Đã đối chiếu văn bản gốc", ""),
    },
    TargetEntry: {
        "measure": ("Đo gì", ""),
        "denominator": ("Tính trên", "Ví dụ: hồ sơ đã giải quyết"),
        "scope": ("Áp cho", ""),
        "since": ("Từ năm", ""),
        "until": ("Đến hết năm", "Để trống nếu văn bản không nói"),
        "comparator": ("Phải đạt", ""),
        "value": ("Mức", "Chỉ ghi số, ví dụ 94 hoặc 94.5"),
        "unit": ("Đơn vị đo", ""),
        "place": ("Ở đâu trong văn bản", ""),
        "note": ("Ghi chú", ""),
    },
}


def words_of(shape: type[BaseModel], name: str) -> tuple[str, str] | None:
    """Label and hint of a field; none where the field is kept as it is and not shown."""
    own = _OF_SHAPE.get(shape)
    return own.get(name) if own is not None else WORDS.get(name)

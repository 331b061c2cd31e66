"""Made-up exports in the two formats, for tests that need whole files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

METHODS = "Hình thức nộpThời gianPhí, lệ phíMô tả"
PAPERS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
LEGAL = "Tên văn bản pháp lýMã văn bản"


def national(code: str, name: str = "Soi đèn biển", **cells: str) -> dict[str, Any]:
    """One record of the national format about lamps; ``cells`` overwrite its fields."""
    return {
        "ma_thu_tuc": code,
        "detail_url": "https://example.vn/thu-tuc/" + code,
        "ten_thu_tuc": name,
        "so_quyet_dinh": "7/QĐ-BXD",
        "cap_thuc_hien": "Cấp xã",
        "loai_thu_tuc": "Loại khác",
        "linh_vuc": "Đèn",
        "doi_tuong_thuc_hien": "Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)",
        "thu_tuc_lien_quan": "Không có thông tin",
        "trinh_tu_thuc_hien": "Bước 1: Mang đèn đến quầy.\nBước 2: Nhận thẻ đèn.",
        "cach_thuc_thuc_hien": METHODS + "Trực tuyến3 Ngày làm việcMiễn phíTrực tiếp3 Ngày làm việcMiễn phí",
        "thanh_phan_ho_so": "--" + PAPERS + "Tờ khai soi đèn1 bản chính",
        "can_cu_phap_ly": LEGAL + "Luật Đèn5/2030/QH15",
        "co_quan_thuc_hien": "Không có thông tin",
        "yeu_cau_dieu_kien": "Không có thông tin",
        "ket_qua_xu_ly": "Thẻ đènMã: KQ.G99.000001Từ khóaKhông có thông tinMô tảKhông có thông tin",
        "_bo": "bo-den",
        **cells,
    }


def defence(code: str, name: str = "Gác đèn đảo") -> dict[str, Any]:
    """One record of the defence format."""
    return {
        "thu_tuc_id": code,
        "source_file": "ChiTiet.doc",
        "metadata": {
            "mã_thủ_tục": code,
            "tên_thủ_tục": name,
            "số_quyết_định": "Quyết định số 12 /QĐ-BQP",
            "cấp_thực_hiện": "Cấp Tỉnh, Cấp Xã",
            "loại_thủ_tục": "Loại khác",
            "lĩnh_vực": "Đèn đảo",
        },
        "content": {
            "trình_tự_thực_hiện": "Bước 1. Nhận đèn. Bước 2. Ra đảo.",
            "cách_thức_thực_hiện": "",
            "đối_tượng_thực_hiện": "Công dân Việt Nam",
            "cơ_quan_thực_hiện": "Ban đèn",
            "cơ_quan_có_thẩm_quyền": "Không có thông tin",
            "địa_chỉ_tiếp_nhận_hs": "Không có thông tin",
            "kết_quả_thực_hiện": "Giấy gác đèn., Sổ gác đèn",
            "yêu_cầu_điều_kiện_thực_hiện": "Không",
            "từ_khóa": "Không có thông tin",
            "mô_tả": "Không có thông tin",
        },
        "tables": {
            "hinh_thuc_nop": [
                {
                    "hinh_thuc": "Trực tiếp",
                    "thoi_han_giai_quyet": "02 Giờ",
                    "phi_le_phi": "Phí : 8000 Đồng",
                    "mo_ta": "",
                },
                {
                    "hinh_thuc": "Dịch vụ bưu chính",
                    "thoi_han_giai_quyet": "9 Ngày",
                    "phi_le_phi": "Phí : 0 Đồng",
                    "mo_ta": "",
                },
            ],
            "thanh_phan_ho_so": [
                {
                    "ten_giay_to": "Đơn gác đèn",
                    "so_luong": "MauDon.docx\nMauDon.docx",
                    "ghi_chu": "Bản chính: 1\nBản sao: 2",
                }
            ],
            "can_cu_phap_ly": [
                {"so_ky_hieu": "số 5/2030/QH15", "trich_yeu": "Luật Đèn", "ngay_ban_hanh": "01-02-2030"},
                {
                    "so_ky_hieu": "12",
                    "trich_yeu": "Quyết định số 12/2031/QĐ-TTg ngày 24/3/2031 về đèn đảo",
                    "ngay_ban_hanh": "24-03-2031",
                },
            ],
        },
    }


def write(path: Path, records: list[Any]) -> Path:
    """Write records as JSON lines (gzipped when the name says so); strings are written as they are."""
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records]
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path

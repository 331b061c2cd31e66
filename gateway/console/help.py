"""Help where one stands: what each page is for and how its work is done, for who sees it for the first time.

Kept by the address of the job, so that a page without help is found by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Help:
    """``what``: one sentence; ``steps``: what to do, in order, with the words of the buttons."""

    what: str
    steps: tuple[str, ...]


HELP: Mapping[str, Help] = {
    "/console": Help(
        "Mọi việc của vai trò anh/chị, và việc nào đang có người chờ.",
        (
            "Ô có số là việc đang chờ. Bấm vào ô để làm.",
            "Thiếu một việc lẽ ra phải có: hỏi người quản trị xem vai trò còn hạn không.",
        ),
    ),
    "/console/dau-gio": Help(
        "Đọc trong năm phút đầu giờ: hồ sơ trễ, văn bản chờ ký, người đang chờ, người dân nói gì.",
        (
            "Ký trước: mở từng văn bản xin lỗi ở mục Chờ ký.",
            "Mỗi hồ sơ trễ có nguyên nhân và người phải gọi cho dân: giao ngay.",
            "Nên sửa trước: việc mà sửa một lần thì nhiều người đỡ vướng nhất.",
        ),
    ),
    "/console/tro-chuyen": Help(
        "Người dân xin nói chuyện với cán bộ.",
        (
            "Mở dòng chờ lâu nhất, đọc tóm tắt bên phải, rồi bấm Nhận cuộc trò chuyện này: từ lúc đó máy im.",
            "Trả lời, hoặc gửi một câu có sẵn. Người dân thấy tên anh/chị.",
            "Xong thì Trả lại cho trợ lý. Không phải việc của mình thì Chuyển đơn vị khác, kèm ghi chú.",
        ),
    ),
    "/console/duyet-tra-loi": Help(
        "Câu trợ lý soạn trên những chủ đề phải có người xem trước khi tới người dân.",
        (
            "Đọc câu hỏi và câu trợ lý soạn, sửa nếu cần, rồi gửi.",
            "Phụ trách thêm hoặc bỏ chủ đề ở cuối trang.",
        ),
    ),
    "/console/quay": Help(
        "Làm với người đang đứng ở quầy: danh sách giấy tờ, và phiếu bổ sung đủ trong một lần.",
        (
            "Gõ lời người dân nói, không cần dấu; chọn đúng việc; In khổ A4 hoặc In phiếu 80 mm.",
            "Thiếu giấy: Soạn phiếu yêu cầu bổ sung, đánh dấu mọi thứ còn thiếu, ghi lý do, tải về ký.",
            "Tên người nộp chỉ nằm trong tờ phiếu, máy không giữ.",
        ),
    ),
    "/console/hen-gio": Help(
        "Người hẹn trong ngày, và giờ nào quầy nhận hẹn.",
        (
            "Người đến thì bấm Đã đến, gọi vào quầy thì bấm Gọi vào: thời gian chờ tính từ hai nút này.",
            "Không đến thì bấm Không đến. Bấm nhầm thì có nút lùi lại.",
            "Mở giờ nhận hẹn ở cuối trang thì người dân mới thấy trang hẹn.",
        ),
    ),
    "/console/phan-anh": Help(
        "Phản ánh, kiến nghị, khiếu nại gửi cho đơn vị; hạn do luật định, máy tính.",
        (
            "Mở việc, Xếp loại lĩnh vực và ghi việc liên quan tới ai: người ấy sẽ không thấy.",
            "Không thuộc mình thì Chuyển cơ quan khác trong hạn. Thuộc mình thì Trả lời.",
            "Là tố cáo thì bấm Chỉ nơi nhận tố cáo: lời kể không giữ lại ở đây.",
        ),
    ),
    "/console/viec-y-kien": Help(
        "Ý kiến cho thấy có chuyện cần sửa ngay: nhắc đến tiền, mất giấy tờ, thái độ, hoặc muốn được gọi.",
        (
            "Việc quá giờ nằm trên cùng. Gọi xong bấm ghi nhận đã gọi.",
            "Khép lại thì chọn kết quả và viết lời người dân sẽ đọc.",
            "Ý kiến về hồ sơ do chính anh/chị làm thì không hiện ở đây.",
        ),
    ),
    "/console/ho-so": Help(
        "Một hồ sơ từ đầu đến nay: mọi sự kiện, mọi tin, mọi biên nhận.",
        (
            "Gõ mã hồ sơ trên giấy hẹn.",
            "Họ tên, điện thoại đang ẩn: ghi lý do rồi xem; lý do vào nhật ký.",
            "Người dân nói không nhận được tin: xem tin ấy dừng ở đâu, Gửi lại kèm lý do.",
        ),
    ),
    "/console/sap-tre": Help(
        "Hồ sơ sắp hoặc đã quá ngày hẹn, vì sao, ai gọi cho dân.",
        (
            "Lập văn bản xin lỗi từ hồ sơ; ghi lý do thật và ngày hẹn mới (phải là ngày làm việc).",
            "Lãnh đạo ký, phụ trách cấp số rồi Gửi: người dân được báo trước ngày hẹn cũ.",
        ),
    ),
    "/console/viec-bao-tin": Help(
        "Người không kênh nào tới được: phải gọi hoặc gửi giấy trước ngày ghi ở đây.",
        ("Gọi hoặc gửi, rồi ghi đã báo bằng cách nào.",),
    ),
    "/console/du-lieu-ca-nhan": Help(
        "Người dân xin xem, sửa, rút đồng ý hoặc xóa dữ liệu của mình; hạn do luật định.",
        (
            "Xác minh đúng người trước, rồi ghi yêu cầu.",
            "Trả lời trong hạn đầu, làm xong trong hạn sau; cả hai ngày ghi ở từng dòng.",
            "Xóa cần hai người: người ghi không tự xóa.",
        ),
    ),
    "/console/nhan-tin": Help(
        "Người dân nói ở quầy hoặc qua điện thoại: muốn nhận tin gì, qua đường nào.",
        (
            "Gõ số điện thoại hoặc địa chỉ thư, xem họ đã nói gì, rồi bấm đúng điều họ nói.",
            "Tin về hồ sơ của chính họ thì luật buộc phải báo: chỉ từ chối được từng kênh.",
        ),
    ),
    "/console/mau-tin": Help(
        "Lời của từng loại tin trên từng kênh, điền bằng ví dụ dài, và nhà mạng, Zalo đã duyệt chưa.",
        (
            "Mở một loại tin để xem lời và chỗ chưa ổn.",
            "Nhà mạng hay Zalo duyệt lời nào thì ghi lại ở đây; đổi lời là phải đăng ký lại.",
        ),
    ),
    "/console/dot-tin": Help(
        "Gửi một tin cho nhiều người từ một tệp.",
        (
            "Chọn tệp, bấm Chỉ kiểm tra: mọi dòng được xem trước, thấy số người và số tiền.",
            "Lưu rồi vẫn chưa gửi gì. Gửi thử cho mình, rồi mới Gửi.",
            "Sai thì Tạm dừng ngay; người chưa đồng ý thì không nhận.",
        ),
    ),
    "/console/phieu-giay": Help(
        "Nhập phiếu ý kiến giấy, in mã QR để người dân tự trả lời tại quầy.",
        ("Nhập đúng như phiếu ghi; một hồ sơ một phiếu.", "Mã QR in ra dán ở quầy, ai cũng quét được."),
    ),
    "/console/cham-diem": Help(
        "Đơn vị tự chấm một hồ sơ theo chín chỉ số.",
        ("Gõ mã hồ sơ đã trả kết quả.", "Chấm đủ chín chỉ số rồi Ghi điểm."),
    ),
    "/console/y-kien": Help(
        "Người dân hài lòng tới đâu, kèm khoảng tin cậy và số phiếu; so với chỉ tiêu có năm và nguồn.",
        (
            "Dưới 5 phiếu không hiện gì, dưới 30 phiếu chỉ hiện số đếm: để không lộ ai trả lời gì.",
            "“Chưa đủ bằng chứng” nghĩa là chưa kết luận được, không phải là không đạt.",
            "Báo cáo để nộp: tải dạng Word, Excel hoặc PDF.",
        ),
    ),
    "/console/chua-tra-loi": Help(
        "Câu người dân hỏi mà máy chưa trả lời được, gom theo nghĩa.",
        (
            "Mở nhóm hỏi nhiều nhất, chọn câu ấy hỏi về thủ tục nào.",
            "Soạn bản nháp và hỏi lại các câu cũ: máy cho thấy bản nháp có giúp được không.",
            "Mở bản nháp, gửi duyệt. Duyệt xong, người đang giữ mã được báo.",
        ),
    ),
    "/console/noi-dung": Help(
        "Mọi điều người dân được trả lời; sửa ở đây, duyệt xong vài giây là có.",
        (
            "Tìm theo tên hoặc mã, mở ra, sửa ô, ghi vì sao, Lưu bản nháp.",
            "Xem thẻ bên phải, Hỏi thử, rồi Thử câu hỏi mẫu và gửi duyệt; hỏi lâu thì đóng trang cũng được.",
            "Lệ phí, thời hạn, giấy tờ, căn cứ phải do người khác duyệt. Nghi sai thì Tạm dừng ngay.",
            "Mỗi lần đăng là một bản: Dùng lại bản này để quay về.",
        ),
    ),
    "/console/van-ban": Help(
        "Văn bản căn cứ: còn hiệu lực không, thay bằng gì, thủ tục nào dựa vào.",
        (
            "Văn bản mới hoặc hết hiệu lực: Thêm, sửa văn bản, ghi ngày, gửi duyệt.",
            "Qua ngày cuối, thủ tục dựa vào nó thành cần xem lại và người phụ trách có việc.",
        ),
    ),
    "/console/can-xem-lai": Help(
        "Những mục nội dung cần có người nhìn lại, và vì sao.",
        (
            "Làm mục đầu trước: căn cứ đã hết hiệu lực.",
            "Mở mục, sửa hoặc xác nhận, cập nhật ngày, gửi duyệt.",
        ),
    ),
    "/console/kenh": Help(
        "Kênh nào đang gửi được, kênh nào tắt và vì sao, tháng này đã tốn bao nhiêu.",
        ("Dòng nào tắt thì làm theo lời ghi ở dòng ấy.", "Quyền gửi qua Zalo sắp hết thì Cấp quyền lại."),
    ),
    "/console/tai-khoan": Help(
        "Ai vào được đây, giữ vai trò gì ở đơn vị nào, đến bao giờ.",
        (
            "Mở tài khoản mới ở cuối trang; mật khẩu lần đầu chỉ hiện một lần.",
            "Đi vắng: Giao thêm vai trò cho người thay, chọn Làm thay ai và ghi ngày thôi.",
            "Nghỉ việc: Khóa. Mọi phiên đang mở đóng ngay.",
        ),
    ),
    "/console/nhat-ky": Help(
        "Ai đã làm gì, xem gì, lúc nào, vì sao. Không ai sửa hay xóa được.",
        (
            "Lọc theo người, theo việc (ví dụ personal_data.read: xem họ tên), theo ngày.",
            "Dòng refused: có người thử mở trang không được giao.",
        ),
    ),
    "/console/mat-khau": Help(
        "Đổi mật khẩu của chính anh/chị; xem mình đang đăng nhập ở đâu.",
        (
            "Từ 12 ký tự; một câu ngắn dễ nhớ tốt hơn một từ khó. Mật khẩu được cấp chỉ dùng trong bảy ngày.",
            "Đổi xong thì mọi nơi khác đang đăng nhập bị đăng xuất. Xem và đăng xuất từng nơi ở cuối trang.",
            "Quên thì nhờ người quản trị cấp lại.",
        ),
    ),
}


def help_for(path: str) -> Help | None:
    """Of the job to which a page belongs: the longest address that it begins with."""
    path = path.replace("/console/xin-loi", "/console/sap-tre", 1)  # the letters of apology
    fitting = [at for at in HELP if path == at or (at != "/console" and path.startswith(f"{at}/"))]
    return HELP[max(fitting, key=len)] if fitting else None

"""The survey page's own words in both languages; questions and levels come from the questionnaire."""

from __future__ import annotations

LANGUAGES = ("vi", "en")

_VI = {
    "title": "Góp ý sau khi nhận kết quả",
    "switch": "English",
    "greeting": "Kính gửi ông/bà.",
    "handed_over": "{day}, ông/bà đã nhận kết quả tại {unit}.",
    "handed_over_undated": "Ông/bà đã nhận kết quả tại {unit}.",
    "send": "Gửi",
    "recorded": "Đã ghi câu trả lời của ông/bà",
    "thanks": "Cảm ơn ông/bà đã góp ý",
    "done": "Đã ghi đủ. Ông/bà có thể đóng trang này.",
    "change": "Sửa câu trả lời",
    "change_until": "Sửa được đến {until}.",
    "more": "Muốn nói rõ hơn? Phần này không bắt buộc",
    "more_hint": "Câu nào không muốn trả lời thì bỏ trống.",
    "send_more": "Gửi thêm ý kiến",
    "stop": "Không nhận khảo sát nữa",
    "stop_hint": "Thông báo về hồ sơ vẫn gửi như thường.",
    "invalid": "Câu trả lời chưa gửi được. Ông/bà chọn lại một trong các mức dưới đây.",
    "limit": "Nhiều nhất {limit} ký tự.",
    "ask_us": "Việc cần trả lời thì gửi phản ánh, hoặc hỏi trong khung trò chuyện.",
    "chat": "Mở trò chuyện",
    "unknown_title": "Không thấy phiếu góp ý này",
    "unknown": "Đường dẫn có thể bị thiếu vài chữ. Ông/bà mở lại tin nhắn đã nhận, bấm thẳng vào đường dẫn.",
    "expired_title": "Phiếu này đã hết hạn",
    "expired": "Phiếu chỉ nhận câu trả lời trong thời hạn ghi ở tin nhắn. "
    "Ông/bà vẫn góp ý được: gửi phản ánh trong khung trò chuyện.",
    "closed_title": "Phiếu này đã trả lời xong",
    "closed": "Câu trả lời của ông/bà đã được ghi và qua thời gian sửa. "
    "Còn điều muốn nói thì gửi phản ánh trong khung trò chuyện.",
    "stopped_title": "Dạ, từ nay không gửi khảo sát cho ông/bà nữa",
    "stopped": "Thông báo về hồ sơ vẫn gửi như thường.",
    "phone": "Muốn phụ trách đơn vị gọi lại thì ghi số điện thoại (không bắt buộc)",
    "phone_hint": "Chỉ phụ trách đơn vị thấy số này, người đã làm hồ sơ thì không. "
    "Xong việc 30 ngày thì xóa số.",
    "working_title": "Ý kiến của ông/bà đang được xem xét",
    "working": "Phụ trách đơn vị đang tìm hiểu và sẽ gọi lại. Mở lại đường dẫn này để xem kết quả.",
    "told_title": "Trả lời của phụ trách đơn vị",
    "helped_question": "Việc này đã ổn chưa?",
    "helped_yes": "Đã ổn",
    "helped_no": "Chưa ổn",
    "helped_title": "Đã ghi câu trả lời của ông/bà",
    "helped": "Cảm ơn ông/bà. Nếu chưa ổn, ông/bà có thể gửi phản ánh trong khung trò chuyện: "
    "phản ánh có mã theo dõi và ngày trả lời.",
}
_EN = {
    "title": "Your opinion after collecting the result",
    "switch": "Tiếng Việt",
    "greeting": "Dear Sir or Madam,",
    "handed_over": "On {day} you collected your result at {unit}.",
    "handed_over_undated": "You collected your result at {unit}.",
    "send": "Send",
    "recorded": "Your answer has been saved",
    "thanks": "Thank you for your opinion",
    "done": "Everything is saved. You may close this page.",
    "change": "Change my answer",
    "change_until": "You can change it until {until}.",
    "more": "Would you like to tell us more? This part is optional",
    "more_hint": "Leave out any question you would rather not answer.",
    "send_more": "Send these answers",
    "stop": "Do not send me surveys",
    "stop_hint": "Notices about your file will still be sent.",
    "invalid": "That answer could not be saved. Please choose one of the levels below.",
    "limit": "At most {limit} characters.",
    "ask_us": "If you need a reply, please file a complaint or ask in the chat.",
    "chat": "Open the chat",
    "unknown_title": "This survey was not found",
    "unknown": "Part of the link may be missing. Please open it again from the message you received.",
    "expired_title": "This survey has closed",
    "expired": "Answers were accepted until the date given in the message. "
    "You can still tell us what you think in the chat.",
    "closed_title": "This survey has been answered",
    "closed": "Your answer is saved and can no longer be changed. "
    "If there is anything else, please write to us in the chat.",
    "stopped_title": "We will not send you surveys any more",
    "stopped": "Notices about your file will still be sent.",
    "phone": "If you would like the head of the office to call you, leave a phone number (optional)",
    "phone_hint": "Only the head of the office sees it, not whoever handled your file. "
    "It is erased 30 days after the matter is closed.",
    "working_title": "Your remarks are being looked into",
    "working": "The head of the office will call you back. Open this link again to see the result.",
    "told_title": "The reply of the head of the office",
    "helped_question": "Has this been put right?",
    "helped_yes": "Yes",
    "helped_no": "Not yet",
    "helped_title": "Your answer has been saved",
    "helped": "Thank you. If it is not right yet, you can file a complaint in the chat; "
    "it gets a code and a date for the reply.",
}
WORDS = {"vi": _VI, "en": _EN}

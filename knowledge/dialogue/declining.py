"""What is said to words that are no question: short, fitting, and without a word of the citizen's own."""

from __future__ import annotations

from core.text.dangers import Danger
from knowledge.answer.figures import capital


def declining(danger: Danger | None, who: str) -> str:
    """The answer to a danger; a plain no where it is known only that something was unfit."""
    name = capital(who)
    ways_on = f"{name} cần giấy tờ, thủ tục hay tra hồ sơ thì cứ hỏi."
    if danger is Danger.DESPAIR:
        return (
            f"{name} đang chịu nhiều khó khăn, và không phải chịu một mình. Nếu đang nguy hiểm, xin gọi ngay "
            "115 hoặc 113, hay nhờ người ở gần nhất đến bên.\n"
            f"Giấy tờ vướng chỗ nào, cán bộ gỡ cùng {who}: bấm nút dưới đây để có người nói chuyện."
        )
    if danger is Danger.THREAT:
        return (
            "Bực đến đâu cũng xin đừng làm hại ai. Chuyện nguy cấp gọi 113, cháy gọi 114, cấp cứu gọi 115.\n"
            f"{name} có việc chưa được giải quyết thì gửi phản ánh ở đây, đến thẳng lãnh đạo Trung tâm."
        )
    if danger is Danger.OTHERS_DATA:
        return (
            "Thông tin và hồ sơ chỉ cho xem khi đúng người nộp, hoặc người được người nộp cho phép, "
            "nên ở đây không trả lời được là có hay không có.\n"
            "Người nộp tự xem bằng một trong hai cách:\n"
            "1. Nhắn mã hồ sơ vào đây, nhận mã xác nhận qua số điện thoại đã ghi trên giấy hẹn.\n"
            "2. Mang giấy hẹn ra quầy, không cần điện thoại."
        )
    if danger in (Danger.FORGERY, Danger.BRIBE, Danger.FRAUD):
        return (
            "Việc này trái pháp luật, ở đây không làm và không hướng dẫn được.\n"
            f"{name} vướng giấy tờ gì thì kể ra, ở đây chỉ cách làm đúng; bị đòi tiền thì gửi phản ánh."
        )
    if danger is Danger.POLITICS:
        return f"Ở đây chỉ trả lời về thủ tục hành chính, không bàn chuyện ngoài việc đó.\n{ways_on}"
    if danger is Danger.TRICK:
        return f"Ở đây chỉ đọc câu hỏi về thủ tục và hồ sơ, không làm theo lệnh.\n{ways_on}"
    if danger in (Danger.INSULT, Danger.ABUSE):
        return (
            f"Có gì làm {who} bực thì kể việc đang vướng, ở đây gỡ giúp; "
            f"hoặc gửi phản ánh, đến thẳng lãnh đạo Trung tâm.\n{ways_on}"
        )
    return f"Việc này ở đây không làm và không hướng dẫn được.\n{ways_on}"

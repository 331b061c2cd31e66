"""The words by which people ask for each side of a procedure, as patterns over folded, written-out words.

Only strong cues: a wrong cue answers a question nobody asked, a missing one is still caught by the intent
classifier. A pattern matches whole words. Notation: ``%WHAT%`` and the like are the fragments below.
"""

from __future__ import annotations

_FRAGMENTS: dict[str, str] = {
    # gì, nào; "chi" only where it cannot be "chị"
    "%WHAT%": r"(?:gi|nao|may|sao|chi(?=$| (?:rua|ri|vay|a|he|hen|khong|ra|theo)\b))",
    "%WHICH%": r"(?:gi|nao|chi(?=$| (?:rua|ri|vay|a|he|hen|khong|ra|theo)\b))",
    "%TIME%": r"(?:ngay|bua|hom|tuan|thang|tieng|buoi|gio lam)",
    "%SOME%": r"(?:nhung |cac |may |them |du |loai |cai |mot so |theo |kem |san |toi |minh |phai )*",
    "%OFFICE%": (
        r"(?:phuong|xa|uy ban|cong an|tinh|huyen|quan|thanh pho|trung tam|bo phan|mot cua|van phong|so|phong"
        r"|chi cuc)"
    ),
    "%ANYONE%": (
        r"(?:vo|chong|me|bo|ba|cha|con|ong|chau|anh|chi|em|cau|chu|di|co|bac|ban|anh em|ho hang|hang xom"
        r"|nguoi nha|nguoi than|nguoi khac|luat su|dich vu|nhan vien|ke toan)"
        r"(?: (?:gai|trai|ruot|be|dau|re))?"
    ),
    # without "con" (còn), "em" and "co" (có), which stand in most sentences
    "%KIN%": (
        r"(?:vo|chong|me|cha|con (?:gai|trai|chau|dau|re)|anh (?:trai|ruot|em)|chi (?:gai|dau)"
        r"|em (?:gai|trai)|nguoi nha|nguoi than|nguoi khac|ban be|hang xom|ho hang)"
    ),
    "%MAY_I%": r"(?:duoc |co duoc |chiu )(?:khong|chu|ha|phai khong)",
    "%END%": r"(?: (?:vay|the|a|nhi|ha|he|hen|em|anh|chi|ban|ad|ta|day|nua|roi|la|dung))*$",
    "%GAP%": r"(?: \w+)",
    "%WHEN%": r"(?:khi nao|bao gio|chung nao|hom nao|ngay nao|luc nao|hoi nao|bua nao)",
    "%FORM%": r"(?:mau don|to khai|bieu mau|don mau|phieu khai|ban khai|mau)",
    # words between a form and "ở đâu" that would make it a question about the place of filing
    "%NOT_FILING%": r"(?: (?!nop|ra|den|len|gui|va)\w+)",
    "%NOT_ONLINE%": r"(?: (?!qua|tren|online|truc)\w+)",
    # words between "được" and "bao nhiêu" that would make it a question about a fee or a fine
    "%NOT_PAYING%": r"(?: (?!het|mat|ton|dong|phi|nop|mien|giam|trong|phat|tien)\w+)",
}

# Look like a cue and are part of a procedure's name, or of something else.
_NOT_CUES: tuple[str, ...] = (
    r"(?:hoc|vien|an|buu|cuoc) phi",
    r"khai (?:nop )?(?:le )?phi",
    r"(?:le )?phi (?:truoc ba|mon bai|bao ve moi truong)",
    r"(?:ho tro|tro cap|thanh toan|hoan tra|hoan|tien) (?:tien |mot phan |cac )?chi phi",
    r"(?:mien|giam|tro giup phap ly|kham|cap phat) (?:giam )?(?:le )?phi(?! (?:khong|ha|phai|dung|a\b))",
    r"(?:giay|hop dong|van ban|chung thuc|cong chung|lam|huy|cham dut) uy quyen",
    r"(?:to khai|khai bao|khai) (?:hai quan|thue)",
    r"mau (?:dau|chu ky|nuoc|vat|mau)",
    r"(?:ban|buon ban|kinh doanh|day hoc|hoc|mua|tro choi|lua dao|quang cao)(?: (?:hang|sam|thuoc))?"
    r" (?:online|truc tuyen|qua mang|tren mang)",
    r"(?:dich vu )?tro choi \w+ (?:tren|qua) mang|mang xa hoi",
    r"(?:tai khoan|dang nhap|mat khau|kich hoat|cai|cai dat|dang ky) (?:cong )?(?:dich vu cong|vneid)"
    r"(?: quoc gia)?",
    r"(?:hop thu|duong day|cuoc goi|so) dien thoai",
    r"(?:rang|bat) buoc gi",
    r"(?:doi|sua|sai|nham|cap nhat|dieu chinh|thay doi) dia chi",
    # "khai tử tại nhà" is what the officer does who comes along
    r"khai (?:sinh|tu) (?:luu dong )?(?:tai|o) nha(?! (?:co )?(?:duoc|qua|tren))",
)

_CUES: dict[str, tuple[str, ...]] = {
    "documents": (
        r"(?<!chua co )(?<!khong co )(?<!khong )giay to (?:%WHAT%(?! het)|can|ra sao|(?:thi |nhu )?the nao"
        r"|bao gom|gom)",
        r"giay to (?:thi sao|kem theo|nop)|(?:loai |thu )?giay %WHICH%",
        r"(?:can|phai|nen) %SOME%(?:mang |dem |nop |co |lam |chuan bi |xuat trinh |trinh )?%SOME%"
        r"(?:gi|chi|giay to|giay gi|giay nao|ho so)(?! (?:truoc|tiep|dau|khong|o dau|dau))",
        r"chuan bi(?:$| (?:gi|chi|nhung|cac|giay|ho so|sao|the nao|cai|truoc|them|san|ra sao))",
        r"(?:mang|dem|cam|nop|xuat trinh|photo|bo sung|kem|trinh|trinh ra) %SOME%"
        r"(?:%WHICH%|giay|ho so gi|ban (?:sao|goc|chinh))(?! (?:o dau|dau|truoc|tiep))",
        r"ho so %SOME%(?:gom|bao gom|can|co (?:gi|nhung gi)|(?:gi|nao)(?: vay)?$|nhung gi|the nao|ra sao)",
        r"thanh phan ho so|bo ho so|(?:may|bao nhieu) (?:bo|ban)(?: ho so)?",
        r"ban (?:sao|goc|chinh|photo) hay (?:la )?(?:ban )?(?:sao|goc|chinh|photo)",
        r"can (?:phai )?(?:mang|dem|nop|photo|cong chung|chung thuc|so|giay|ban|xac nhan)%GAP%{0,5} khong",
        r"thieu (?:giay|to)|co (?:giay|so|can cuoc|ho chieu)%GAP%{0,3} (?:la )?du (?:chua|khong)",
    ),
    "fee": (
        r"(?:le|chi) phi|muc (?:thu|phi|gia)|gia ca|bieu phi|tien nong|ton kem",
        # "xin trợ giúp pháp lý miễn phí" names the help, "có miễn phí không" asks for its price
        r"(?:co|duoc|la|lam) mien phi%GAP%{0,3} khong|^mien phi$",
        r"mien phi (?:khong|ha|hay|phai khong|dung khong|a$)",
        r"phi(?= (?:la|thi|bao|nhieu|the nao|sao|may|co|lam|nop|dich vu|tham dinh)\b)",
        r"(?:co|dong|nop|thu|mat|tra|ton|va|het|tien|hoi|con|cac|khoan) phi",
        r"(?<!phat )(?<!co )(?:(?:mat|ton|het|dong|nop|tra|thu|hao|gia|lay) )?(?:bao nhieu|may|nhieu) "
        r"(?:tien|dong(?! (?:ho|vat|bao|y|dau|moc))|ngan|nghin|tram|trieu|xu|k$)",
        r"(?:mat|ton|het|dong|gia|tinh|phi)(?: la| het| khoang| chung)? (?:bao )?nhieu"
        r"(?! (?:%TIME%|thoi gian|lau|gio|ban|bo|nam|phut|buoc))",
        r"(?<!thoai la )(?<!thoai )(?<!so )(?<!phat )bao nhieu%END%",
        r"(?:co )?(?:mat|ton|thu|dong|tra|nop|lay) (?:tien|phi|dong)%GAP%{0,2} khong",
    ),
    "duration": (
        r"(?:may|bao nhieu|nhieu) %TIME%(?! tuoi)|(?:may|bao nhieu) gio (?:co|xong|lay|dong ho|sau)",
        r"bao lau|(?<!co )mau khong|(?:lau|nhanh|som)(?: lam| ha)? khong|mat thoi gian|bao nhieu thoi gian",
        r"%WHEN%(?: thi| moi| la| toi| em| minh| con| se)* (?:co|xong|lay|nhan|tra|ra|di lay)",
        r"%WHEN%(?: thi| moi| la| toi| em| minh| con| se)* duoc (?:lay|nhan|tra|cap|giay)",
        r"(?:lay|co|xong|tra|nhan)(?: \w+)? (?:lien|ngay|luon|trong ngay)%GAP%{0,2} khong",
        r"trong ngay|lay lien",
        r"thoi (?:gian|han) (?:giai quyet|xu ly|lam|cho|tra|bao|thi|cap|thuc hien|hoan|la|nhan|cho doi|lay)",
    ),
    "place": (
        r"(?:o|ra|di|nop|lam|len|qua|ve|tai|ngo|xin|lay|gap|nhan|hoi|gui)"
        r"(?: (?:giay|ho so|don|la|thi|den|toi|no))* (?:dau|mo)(?! (?:tien|roi|duoc$|phai))",
        r"(?:(?:nop|lam|di|xin|ra|phai|nen|can|mang|dem)%GAP%{0,3} |^)(?:den|toi) dau(?! roi)",
        r"(?:thi|phai|la|nen|can|gio) (?:den|toi|vo|qua|ghe) dau(?! roi)"
        r"|(?:den|toi|qua|vo|ghe) dau (?:de )?(?:mua|nop|lam|xin|dang ky|hoi|khai|lay|nhan|thi)\b",
        r"(?<!co )(?<!khong )(?<!duoc )(?:cho|noi) (?:nop|lam|nhan ho so)(?=$| (?:o|la|thi|va|nua)\b)",
        r"(?:cho|noi) (?:nao|mo)|dia chi|dia diem|(?:phuong|xa|tinh|so|phong|quay|don vi|co quan|cap) nao",
        r"quay (?:so )?may|phong (?:so )?may|noi (?:nop|tiep nhan|lam|giai quyet)",
        r"(?:ra|len|den|toi|qua|o|tai|nop) %OFFICE%%GAP%{0,4} (?:hay|hoac|ha|phai khong|dung khong|a$)",
        r"(?:ra|len|den|toi|qua|o|tai|nop) %OFFICE%%NOT_ONLINE%{0,4} (?:co )?(?:duoc|lam|nop)(?: \w+)? khong",
        r"%OFFICE%(?: (?:minh|nay|toi|em|co))* (?:lam|nhan|giai quyet|xu ly)"
        r"(?: (?:duoc|cai|giay|ho so|viec|nay|do))* khong",
        r"(?:nop|dua|gui|giao|trinh|xin phep|xin|bao)(?: (?:giay|don|ho so|phep|to khai))? (?:cho )?ai%END%",
        r"ai (?:giai quyet|cap|xet|duyet|quyet dinh|lo vu nay|lo viec nay)|tham quyen",
    ),
    "online": (
        r"online|onlai|truc tuyen",
        r"(?:qua|tren|bang) (?:mang|app|ung dung|zalo|web|trang web|dien thoai|may tinh|internet|cong)",
        r"(?:nop|lam|khai|dang ky|gui|tren|qua|bang|vao)%GAP%{0,2} (?:vneid|dich vu cong)",
        r"(?:ngoi|o|tai) nha (?:\w+ ){0,2}(?:lam|nop|dang ky|duoc)(?: \w+)? (?:duoc )?khong",
        r"(?:nop|lam|dang ky|khai)%GAP%{0,2} (?:tai nha|o nha|tu xa)",
        r"(?:nop|gui)%GAP%{0,3} (?:buu dien|buu chinh)|(?:qua|bang) (?:duong )?(?:buu dien|buu chinh)",
        r"(?:khoi|khong can|khong phai|khong) (?:phai |can )?(?:ra|len|den|toi|di)(?: tan noi| %OFFICE%)?"
        r"(?: %MAY_I%)?(?= |$)(?! (?:lai|noi|duoc thi))",
    ),
    "steps": (
        r"(?:cac|nhung|may|bao nhieu|tung|nhieu) buoc|trinh tu|quy trinh",
        r"buoc (?:tiep|dau|mot|1|ke|2|hai|gi|nao|sau|thu)",
        r"lam (?:cai )?(?:gi|chi) (?:truoc|tiep|dau tien)|(?:dau tien|truoc tien|truoc het)%GAP%{0,2} lam",
        r"(?:nop|lam|co|dang ky|khai)%GAP%{0,3} xong (?:roi )?(?:thi )?(?:lam|phai|den|toi|con|can|sao|tiep)",
        r"bat dau tu|thu tu (?:nao|cac|lam|the nao)",
        # what comes then: "rồi sao nữa", "xong rồi tới gì", "sau đó thì sao", "làm sao tiếp"
        r"^(?:(?:roi|xong|vay|the|sau|do|thi) )*(?:lam |toi |den )?(?:sao|gi) (?:nua|tiep)%END%",
        r"^(?:roi|xong|xong roi|sau do|sau roi|tiep theo|tiep do|ke tiep)(?: (?:thi|la|toi|den|phai|lam))*"
        r" (?:sao|gi|the nao)(?: (?:nua|tiep))?%END%",
    ),
    "conditions": (
        # "giấy chứng nhận đủ điều kiện" is the name of a paper, "không đủ điều kiện" tells a case
        r"(?<!giay du )(?<!nhan du )(?<!khong du )(?<!chua du )dieu kien",
        r"(?:phai|can|buoc) co (?:bang(?: cap)?|chung chi|nghe|von|tay nghe|trinh do) (?:gi|nao|may)",
        r"phai (?:dong|nop|chiu) thue%GAP%{0,4} (?:khong|ha)",
        r"(?:nguoi|ho|nha|xe|dien) nao (?:thi |moi |thi moi )?duoc",
        r"it nhat (?:may|bao nhieu) (?:nguoi|thanh vien)",
        r"ai (?:thi |moi )?duoc (?:huong|nhan|mien|giam|dong|mua|vay|ho tro|xet|tro cap)",
        r"(?:bao nhieu|may|du) tuoi|truong hop nao|tieu chuan|tieu chi|rang buoc|han che gi",
        r"yeu cau (?:gi|nhung gi|the nao|ra sao)|co bi (?:phat|cam|tu choi)|phat (?:bao nhieu|may)(?: tien)?",
        r"(?:co )?duoc phep%GAP%{0,6} khong|bat buoc%GAP%{0,6} khong",
        r"(?:the nao|nhu the nao|lam sao) (?:thi |moi )(?:duoc|du)",
    ),
    "legal_basis": (
        r"can cu (?:phap|vao|luat|theo|nao|gi|o dau|la|dau|quy|tren|thi)|(?:can cu|luat)(?:$| khong)",
        r"(?:co so|quy dinh) phap (?:ly|luat)|van ban phap luat",
        r"(?:luat|nghi dinh|thong tu|van ban|(?<!ra )(?<!duoc )(?<!nhan )(?<!cap )quyet dinh|nghi quyet"
        r"|phap lenh|dieu|khoan luat|bo luat)"
        r" (?:nao|gi|may|so may|so bao nhieu)",
        r"quy dinh (?:nao|gi|o dau|cho nao|tai|trong|cua phap|phap luat|moi|hien hanh|the nao|ra sao)",
        r"(?:luat|phap luat)(?: \w+)? quy dinh(?: cho nao| o dau| sao| the nao)?",
        r"(?:ghi|quy dinh|noi) (?:trong |o )(?:luat|van ban|nghi dinh)",
    ),
    "form": (
        r"(?:mau|bieu mau) (?:don|to khai|giay|phieu|van ban|so may|so nao|nao|gi|sao|the nao)",
        r"%FORM%(?: \w+)? (?:do )?ten (?:la )?%WHAT%",
        r"to khai|don mau|bieu mau|phieu khai|ban khai",
        r"(?:co|theo|file|tai|cai|gui|xin) (?:file )?mau(?: san)?(?: khong)?",
        r"%FORM%%NOT_FILING%{0,9}? (?:tai|lay|xin|in|kiem|tim|mua|down|ky|dien|ghi|o)(?: ve| duoc)?"
        r"(?: o)? (?:dau|mo|cho nao)",
        r"(?:tai|xin|lay|down|mua|kiem|tim|cho|in)%GAP%{0,2} %FORM%"
        r"(?:%NOT_FILING%{0,4}? (?:o )?(?:dau|mo|cho nao))?",
        r"don(?: (?!vi)\w+){0,3} (?:viet|ghi|dien|lam) (?:the nao|sao|nhu|kieu|gi)",
        r"(?:viet|dien|ghi) (?:don|mau)(?: khai)?",
    ),
    "result": (
        r"ket qua (?:la|gom)(?: (?:cai gi|giay gi|gi))?(?! (?:o|bao|khi|tai|chung))",
        r"ket qua (?:ra sao|the nao|gi|cuoi|giai quyet la)(?! (?:o|bao|khi|tai|chung))",
        r"(?<!cung )(?<!bang )(?:nhan|lay|cam|tra|cap|phat|dua)(?: duoc| ve| cho| lai| minh| to)*"
        r" (?:giay gi|cai gi|gi|nhung gi|giay to gi|loai giay)(?! (?:thay|chung minh))",
        r"(?:ra|nhan|cap|duoc)(?: duoc| cho| ve)* quyet dinh (?:gi|nao)",
        r"xong (?:thi |roi )?(?:duoc|co|nhan|ho cap|cap)(?: duoc)? (?:gi|giay|cai)(?: gi| to gi)?",
        r"(?:co )?(?:gia tri|hieu luc|thoi han su dung|han su dung|han dung|co (?:thoi )?han|dung duoc"
        r"|dung trong|xai duoc|su dung duoc)%GAP%{0,3}?"
        r" (?:bao lau|(?:may|bao nhieu) (?:ngay|thang|nam)|khong)",
        r"thoi han(?: la)? (?:may|bao nhieu) nam|thoi han cua giay%GAP%{0,2} bao lau",
        r"bao lau (?:thi )?(?:het han|phai (?:lam lai|doi|gia han))",
        r"duoc cap (?:gi|giay gi|may|bao nhieu|cai gi)(?: ban)?|duoc (?:nhan|huong|cap) (?:gi|nhung gi)",
        r"(?:duoc|lanh|linh|huong|tro cap|ho tro)%NOT_PAYING%{0,4}(?: tien(?: \w+){0,2})? (?:bao nhieu|may)"
        r"(?! (?:%TIME%|lau|tuoi|nam))(?: tien| tram| trieu| dong)?",
        r"(?:duoc|lanh|huong) (?:lanh |huong )?(?:may|bao nhieu) (?:thang|nam)",
        r"muc (?:huong|ho tro|tro cap)(?: la| duoc)*(?: bao nhieu)?|so tien (?:huong|ho tro|tro cap)",
    ),
    "who": (
        r"ai (?:thi |moi |se )*(?:di|duoc|co the|lam|nop|phai|dung ten|dung don|ky|co quyen|la nguoi|dung ra"
        r"|moi|can|co mat)(?: dung (?:ten|don|ra))?",
        r"(?:doi tuong|nhung ai|nguoi) nao|nhung ai|nho %ANYONE%",
        r"(?:di|lam|nop|ky|khai|dang ky|nhan|lay|xin|dung ra) thay",
        # "làm giúp tôi" asks the assistant for a favour, "nộp giúp được không" asks who may file
        r"(?:di|nop|ky|khai|nhan|lay) (?:giup|ho)"
        r"(?! (?:toi|em|minh|con|bac|khau|so|chieu|tich|kinh|ngheo|can|gia|tro|ten)\b)",
        r"(?:lam|dang ky) (?:giup|ho)(?! (?:khau|kinh|so|chieu|ngheo|can))(?: \w+){0,2} duoc(?: \w+)? khong",
        r"uy quyen|thay mat|nguoi dai dien|dich than|chinh chu",
        r"(?:co mat|vang mat)(?! (?:tien|phi|dong|gi|bao|may|lau|thoi|cong|khong it))",
        r"(?:di mot minh|di cung|cung di|deu phai|ca hai|hai vo chong|hai nguoi)%GAP%{0,6}"
        r" (?:khong|di|co mat|phai di|hay|moi)",
        r"%KIN%(?: (?:toi|em|minh|con))? (?:di|nop|ky|lay|nhan)%GAP%{0,3} %MAY_I%",
    ),
    "overview": (
        r"thong tin (?:chi tiet|day du|tong quan|chung)|tong quan|noi chung|tat tan tat|tu a den z",
    ),
}


def _expanded(pattern: str) -> str:
    for name, fragment in _FRAGMENTS.items():
        pattern = pattern.replace(name, fragment)
    return rf"\b(?:{pattern})\b"


#: Matches what must not be read as a cue.
NOT_CUES: str = "|".join(_expanded(pattern) for pattern in _NOT_CUES)

#: Facet name and pattern, one row for each pattern.
CUES: tuple[tuple[str, str], ...] = tuple(
    (facet, _expanded(pattern)) for facet, patterns in _CUES.items() for pattern in patterns
)

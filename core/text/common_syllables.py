"""Syllables that citizens and procedures use, folded, most used first: what a slip was meant to be.

Counted over the shipped content and the examples of the assistant. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

_MOST_USED_FIRST = (
    "co giay khong so ho lam nhan cho duoc dang bao ky xin cong can tu khai ban nguoi nop thi to lai "
    "toi nha cap dat doi chung do dau nao con di dinh cua xa qua quan bo gi may dong thu mat thue "
    "nuoc dung phai ngay gia tien sinh noi xe ve an sao dien hoi phuong ngoai cu bi chua dan tru tai "
    "the thong tra trong chinh du hoac phi tam tro da phep moi mang tinh chi nam de ket hop muon "
    "chuyen ra roi hon nhieu ly ghi vu danh xac theo bien ma bang mo nghi su ca chu han cuoc doanh "
    "mau hang ten tren viec la luat lan thuc mot tich hanh nay quyet nhap van don em hiem hai truoc "
    "ai viet va thay voi le dich khac khau sua nuoi quoc khi kinh giai san cai ba quy vien tuc tin "
    "trinh gui hay thuong dieu lay sang mua minh dai vao het thoi day xay quyen gio tau loi muc lau "
    "uy phap nhung luc chong chieu xong me trung vo phong lieu cha thanh ngheo giam hoa sai phan "
    "huong duong ben ty xuat lap kien vay nghiep ke nho mien giao truong anh cac tac buoc te hen sach "
    "chuc khoan thuoc che tiep them thang cung tui cam lanh thua phuc sau khoi xem len than giup lich "
    "hoc den chay dia tham sat nghia tre toan tuoi kiem dua canh binh chap phieu quay hom nua nhat "
    "tuyen be tang buu truc gap huu yeu song biet benh goi cau huy trich luong vi cach trang cuoi doc "
    "hong neu lao true sung ong gioi kho ghe bac bat tach nghe thoai thai hieu long bay tay goc on "
    "chao that cham cao rung diem thac nhu thieu phat tat kem no si khao hoan gium vang thuy duyet "
    "xoa ngu tranh nguyen lien nai luu sap duoi dem tung mai cay khach nong tri khieu chau ha ngan "
    "hoat von tap choi dao phu in ton xet he xuong my kieu kham lo pham gian trai ro rieng cat thiet "
    "nhanh bua pho tieu tiem boi xu hien nhau khuyet gop xom chuan que toa chat tiet tao lon liet "
    "doan chia muoi chien tot chan cang hu tuan ngung coi nan tho cuu gom luon suc nang nhon oi vat "
    "nien khu vung dut khoa thon tram vet nhiem gan lua chet gieng rut lac rach linh man go nham "
    "hoach loai keu ta hoai tuat bot tieng thoat xang dam chon heo trat sanh tan tem ruot lang tim "
    "ung giu kia rang bieu thuyen uong vuon ninh khen tet ruou bam phe cuc xung thuan rac bai chiu "
    "hinh tuong soat trach dot toc ap nghien nhuong met vua chup nganh ranh keo khanh tuy mieng kich "
    "ga kip bon tran lop tom om via ruong kenh nhom thuat gay vuc giong thau buoi nen khoe quen moc "
    "khan ao sa thap troi dac tong rot thien cot lu buon ay buc bu banh nhe bia rat thich gai duc "
    "deu rua uu dap phien nghiem thoa ngoi vai bong huan nguon boc hach phao thao huyen uoc nat nu "
    "xanh khoang chuong rap nau it gon hat hoang luot khang trom neo trua mac dep se quang sot nhien "
    "vuong re bau nhac loan suat hiep nhiet hem muong rong lot mam trieu ngap chiem mong pha bop "
    "cuong xai phim lui cup ngam trien xua vui nguy tha loa mu niem som vong giua non treo khung hy "
    "at xep coc buyt lenh meo ngon bom mung nap khuyen cuon manh lut tron chip yet mon soi mem giet "
    "lat gianh xuan by chiec loc quet nhay ngai sim ua nguong son giap xuyen dui kha bung bui trau "
    "gach rao nhua giat chang ni luyen ngang uot khop ich phoi cui bach chich nga mi cuop khon ngua "
    "chut uc ec trot xau cum kim quat suot giac mit ruoi soan hung diec nghin bup hi cut nhang ruom "
    "ri chem ne ngo not soc chuoi xuc luan chim hum truyen oan chot nhuan ac nhin nit giuong rau "
    "chin oc mom vinh thung truy hoanh mui nghet khuya nut hut mach tue xo am ran ti chai xam mao xi "
    "thit khuon ven min trao tuoc chep ram lom mun nghieng nhet giau rom nhuom khap bun dum ruoc luom "
    "suy luoc nhuc vac ham hue bieng khoc khe quot lach lung sep quach quit tuyet um nuong tua gao "
    "sieu phun hun vuot ghep hau ray trac gieo lech na gin tia ut kin "
)

#: Syllable and its rank, 0 for the most used.
RANK: dict[str, int] = {syllable: rank for rank, syllable in enumerate(_MOST_USED_FIRST.split())}

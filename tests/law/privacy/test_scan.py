"""Personal data in text: what is found, what is left alone, and what is put in its place. All data are invented."""

from __future__ import annotations

import pytest

from assistant.law.privacy.kinds import PersonalKind
from assistant.law.privacy.numbers import id_check_holds
from assistant.law.privacy.scan import certain_data, find_personal_data, mask, mask_certain, mask_identity

NAME, ID, BORN, PHONE, ADDRESS = (
    PersonalKind.NAME,
    PersonalKind.ID_NUMBER,
    PersonalKind.BIRTHDAY,
    PersonalKind.PHONE,
    PersonalKind.ADDRESS,
)
PLATE, ACCOUNT, NET, EMAIL, COMPANY = (
    PersonalKind.PLATE,
    PersonalKind.ACCOUNT,
    PersonalKind.NET_NAME,
    PersonalKind.EMAIL,
    PersonalKind.COMPANY,
)

FOUND = [
    ("当事人：张伟明，男，汉族", NAME, "张伟明"),
    ("法定代表人：欧阳修文", NAME, "欧阳修文"),
    ("法定代表人（负责人）：陈小红，职务：经理", NAME, "陈小红"),
    ("被询问人：于洋　性别：男", NAME, "于洋"),
    ("执法人员石敬（证件编号：33070012）、温岚（证件编号：33070015）出示证件", NAME, "石敬"),
    ("执法人员石敬（证件编号：33070012）、温岚（证件编号：33070015）出示证件", NAME, "温岚"),
    ("姓名：张　三　性别：女", NAME, "张　三"),
    ("姓名 李雪梅 性别 女", NAME, "李雪梅"),
    ("值班经理王立新在检查笔录上签字", NAME, "王立新"),
    ("投诉人周晓燕称其于3月购买了旅游产品", NAME, "周晓燕"),
    ("联系人：何必，电话见附页", NAME, "何必"),
    ("王小明先生到窗口咨询", NAME, "王小明"),
    ("游客李芳女士受伤", NAME, "李芳"),
    ("赵国强的身份证由前台登记", NAME, "赵国强"),
    ("经核对，林小华，女，初中二年级学生", NAME, "林小华"),
    ("原告：司马青", NAME, "司马青"),
    ("证人：阿卜杜拉·买买提", NAME, "阿卜杜拉·买买提"),
    ("导游员徐静未佩戴导游证", NAME, "徐静"),
    ("审判员 钱 进\n审判员：冯远", NAME, "冯远"),
    ("委托代理人：魏然、沈青，均系律师", NAME, "沈青"),
    ("王小明经营的茶楼没有许可证", NAME, "王小明"),
    ("那张伟明再次兜售怎么罚", NAME, "张伟明"),
    ("请问李芳在酒后殴打店员，由赵国强代签", NAME, "赵国强"),
    ("身份证号码：33010619900307201X", ID, "33010619900307201X"),
    ("身份证号：330106 19900307 2013", ID, "330106 19900307 2013"),
    ("持33010619900307201x住宿", ID, "33010619900307201x"),
    ("身份证号３３０１０６１９９００３０７２０１Ｘ", ID, "３３０１０６１９９００３０７２０１Ｘ"),
    ("身份证号码330106900307201", ID, "330106900307201"),
    ("护照号：E12345678", ID, "E12345678"),
    ("联系电话13857100000", PHONE, "13857100000"),
    ("手机 138 5710 0000，勿扰", PHONE, "138 5710 0000"),
    ("致电+86 138-5710-0000", PHONE, "+86 138-5710-0000"),
    ("电话：0571-88880000", PHONE, "0571-88880000"),
    ("传真057188880000", PHONE, "057188880000"),
    ("（电话88880000）", PHONE, "88880000"),
    ("电话（0579）82340000转办公室", PHONE, "（0579）82340000"),
    ("住址：青屏县北大街3号2幢501室", ADDRESS, "青屏县北大街3号2幢501室"),
    ("在浙江省金华市婺城区双溪西路620号二楼检查", ADDRESS, "浙江省金华市婺城区双溪西路620号二楼"),
    ("家住青屏县柳溪镇上河村12号", ADDRESS, "青屏县柳溪镇上河村12号"),
    ("位于青屏县人民路2号", ADDRESS, "青屏县人民路2号"),
    ("户籍地：青屏县柳溪镇下河村", ADDRESS, "青屏县柳溪镇下河村"),
    ("乘坐浙G12345大型客车", PLATE, "浙G12345"),
    ("车牌号为浙A·D12345", PLATE, "浙A·D12345"),
    ("车辆粤Z1234港", PLATE, "粤Z1234港"),
    ("开户行账号：1202 0253 0990 0123 456", ACCOUNT, "1202 0253 0990 0123 456"),
    ("账户：33001676035050000001", ACCOUNT, "33001676035050000001"),
    ("付至6222021234567890128", ACCOUNT, "6222021234567890128"),
    ("邮箱：zhang.wei@example.com。", EMAIL, "zhang.wei@example.com"),
    ("发送到a_b-1@mail.example.com.cn即可", EMAIL, "a_b-1@mail.example.com.cn"),
    ("微信号：laozhang_88", NET, "laozhang_88"),
    ("QQ：123456789", NET, "123456789"),
    ("李强，男，1990年3月7日出生", BORN, "1990年3月7日"),
    ("出生日期：1990-03-07", BORN, "1990-03-07"),
]

#: Text that looks like personal data and is none.
LEFT = [
    "青文罚字〔2025〕第40号",
    "（2025）浙0702行初12号",
    "根据《娱乐场所管理条例》第四十八条第三项",
    "国务院令第458号",
    "2025年3月12日20时30分",
    "19900307",
    "罚款20000元（大写：贰万元整）",
    "合同价款13857100000元以下的项目另行规定",
    "统一社会信用代码：91330000MA0000000X",
    "统一社会信用代码：123307004711234567",
    "许可证编号：330702160001",
    "网络文化经营许可证编号：13857100000",
    "执法证号33070012、33070015",
    "L-ZJ-00123",
    "浙ICP备12345678号",
    "浙B2-20201234",
    "拨打12345、12318或者110",
    "客服热线400-123-4567",
    "330106199013452013",
    "当事人对此没有异议",
    "当事人陈述、申辩",
    "当事人应自收到本决定书之日起",
    "当事人高度重视，已整改",
    "当事人：卓某",
    "被询问人：李某某，男",
    "张先生到窗口咨询",
    "，张先生曾经来过",
    "不得许诺出租",
    "任何单位不得出租",
    "文物经营单位",
    "负责人签字：",
    "法定代表人、主要负责人应当参加培训",
    "执法人员向当事人出示证件",
    "人民路派出所民警到场",
    "在206包厢内",
    "第3号令、第12号公告",
    "消费者权益保护委员会",
    "原告、被告双方均到庭",
    "经营者的住所",
    "浙江省高级人民法院",
    "项目经理、施工员到场",
    "证据1：照片6张；证据2：笔录3份",
    "价格138 000元，里程18公里",
    "该营业场所面积1380平方米",
]


@pytest.mark.parametrize(("text", "kind", "words"), FOUND)
def test_personal_data_is_found(text: str, kind: PersonalKind, words: str) -> None:
    assert (kind, words) in [(d.kind, d.text) for d in find_personal_data(text)]


@pytest.mark.parametrize("text", LEFT)
def test_what_is_no_personal_data_is_left_alone(text: str) -> None:
    assert [(d.kind, d.text) for d in find_personal_data(text)] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("当事人：青屏县响泉歌舞娱乐有限公司；", "青屏县响泉歌舞娱乐有限公司"),
        ("执法人员对青屏县小满书屋有限公司进行检查", "青屏县小满书屋有限公司"),
        ("与湖州万象数字科技有限公司订立合同", "湖州万象数字科技有限公司"),
        ("举报称向阳旅行社强迫购物", "向阳旅行社"),
        ("出示证件（33070015）后对响泉歌舞厅检查", "响泉歌舞厅"),
    ],
)
def test_firms_are_found_on_request_only(text: str, words: str) -> None:
    assert words in [d.text for d in find_personal_data(text, companies=True) if d.kind is COMPANY]
    assert not [d for d in find_personal_data(text) if d.kind is COMPANY]


@pytest.mark.parametrize(
    "text", ["该公司没有许可证", "某公司已停业", "组团旅行社应当投保", "有限公司", "甲公司与乙公司", "接到举报称该公司停业"]
)
def test_words_for_any_firm_name_none(text: str) -> None:
    assert not find_personal_data(text, companies=True)


def test_a_person_keeps_one_pseudonym_and_two_are_told_apart() -> None:
    text = "当事人：张伟明。证人：张芳。张伟明称张芳在场。法定代表人：李立。"
    assert mask(text, find_personal_data(text)) == "当事人：张某甲。证人：张某乙。张某甲称张某乙在场。法定代表人：李某。"


def test_numbers_and_addresses_keep_only_their_region() -> None:
    text = "张伟明，男，身份证33010619900307201X，电话13857100000，邮箱zw@example.com，车牌浙G12345，住址：青屏县北大街3号。"
    masked = mask(text, find_personal_data(text))
    assert masked == "张某，男，身份证330***************，电话138********，邮箱***@example.com，车牌浙G*****，住址：青屏县***。"
    assert not find_personal_data(masked)


def test_the_audit_trail_hides_only_what_is_certain() -> None:
    text = "法定代表人：陈小红，电话13857100000，住址：青屏县北大街3号"
    assert mask_certain(text) == "法定代表人：陈小红，电话138********，住址：青屏县北大街3号"
    assert {d.kind for d in certain_data(text)} == {PHONE}


def test_identity_numbers_alone_can_be_hidden() -> None:
    assert mask_identity("身份证33010619900307201X，电话13857100000") == "身份证330***************，电话13857100000"


def test_a_piece_of_another_text_is_not_masked() -> None:
    found = find_personal_data("联系电话13857100000")
    with pytest.raises(ValueError, match="电话号码"):
        mask("别的文字别的文字别的文字", found)


def test_only_chosen_pieces_are_replaced() -> None:
    text = "当事人：张伟明，电话13857100000"
    chosen = [d for d in find_personal_data(text) if d.kind is not NAME]
    assert mask(text, chosen) == "当事人：张伟明，电话138********"


def test_check_character_of_an_identity_number() -> None:
    assert id_check_holds("11010519491231002X") and not id_check_holds("110105194912310021")

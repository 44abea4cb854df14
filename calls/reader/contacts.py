"""Whom to ask: names with phones, mailboxes and addresses."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from calls.reader.notes import Notes
from calls.reader.text import Line, Sentence

_PHONE = re.compile(
    r"(?<![\d.@A-Za-z])(?:\(?0\d{2,3}\)?[-— ]?\d{7,8}|1[3-9]\d{9}|0000-\d{4} \d{4}|0\d{2,3}-\d{4} \d{4}|0000-\d{7,11}|400-?\d{3}-?\d{4}|\d{3,4}[-—]\d{7,8}|\d{7,8})"
    r"(?:\s*(?:转|-)\s*\d{1,5}(?!\d))?(?![\d@])"
)
_EMAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LABELS = re.compile(
    r"联\s*系\s*人(?:及(?:联系)?(?:电话|方式))?|联系(?:电话|方式)|咨询电话|电\s*话|业务咨询|政策咨询|技术支持|咨询|联络人|联系老师|办公电话|项目[^，。：]{0,4}[：:]"
)
_SECTION = re.compile(r"联系(?:方式|人)|咨询(?:方式|电话)?|联络|联系人及电话")
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑"
    "薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾"
    "路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊惠甄曲家封芮"
    "储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠"
    "蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满"
    "弘匡国文寇广禄阙东欧利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公付买小"
)  # fmt: skip
_NAME = rf"(?:[{_SURNAMES}][\u4e00-\u9fff]{{1,3}}|[{_SURNAMES}] {{1,3}}[\u4e00-\u9fff]|[\u4e00-\u9fff]{{1,2}}(?:老师|同志|先生|女士|主任|部长))"
_CALLED = re.compile(rf"(?<=联系)[{_SURNAMES}](?:老师|同志|先生|女士|主任|部长)")
_AFTER_LABEL = re.compile(
    r"联\s*系\s*人(?:及(?:联系)?(?:电话|方式))?[：:]\s*|联络人[：:]\s*|联系老师[：:]\s*"
)
_NOT_NAME = re.compile(
    r"^(?:项目|申报|联系|电话|地址|邮箱|邮编|系统|平台|技术|政策|科普|办公|学会|学术|组织|人才|传真|时间|通讯|通信|咨询|邮寄|电子|方式|网址|材料|管理|人事|单位|报送|企业|信箱|期刊|调研|市科协|省科协|县科协|区科协|科协|略|姓名)"
    r"|(?:部|处|科|室|局|厅|会|中心|办|台|持|询)$"
)


def read_contacts(notes: Notes) -> None:
    """Find persons with their phones, mailboxes and addresses."""
    lines = notes.doc.lines
    for place, line in enumerate(lines):
        if line.is_row:
            continue
        following = lines[place + 1] if place + 1 < len(lines) else None
        _people(notes, line, following)
    _mailboxes(notes)
    _addresses(notes)


def _at(line: Line) -> Sentence:
    return Sentence(line.start, line.text, line)


def _people(notes: Notes, line: Line, following: Line | None) -> None:
    text = line.text
    phones = list(_PHONE.finditer(text))
    parted = re.match(
        r".{0,16}?联系人[：:](?P<names>[^；;：:]{2,20})[；;](?:联系)?电话[：:](?P<phones>[^；;]+)",
        text,
    )
    if parted and len(_PHONE.findall(parted["phones"])) == len(_names(parted["names"])) > 1:
        _pair(notes, line, _names(parted["names"]), _PHONE.findall(parted["phones"]))
        return
    labelled = _LABELS.search(text) or (_SECTION.search(" ".join(line.titles)) and phones)
    if not labelled:
        return
    if not phones:
        names = _names(text)
        if names and following and re.match(r"\s*(?:联系)?电\s*话|联系方式|手机", following.text):
            numbers = _PHONE.findall(following.text)
            _pair(notes, line, names, [phone.strip() for phone in numbers])
        elif names and _AFTER_LABEL.search(text):
            _pair(notes, line, names, [])
        return
    if re.match(r"\s*(?:联系)?电\s*话|手机", text) and notes.of("contact"):
        last = notes.of("contact")[-1]
        known = str(last.values.get("phone", ""))
        if known and any(known.endswith(p.group().strip()) for p in phones):
            return
    _in_line(notes, line, phones)


def _in_line(notes: Notes, line: Line, phones: list[re.Match[str]]) -> None:
    """Give each phone of a line the name that stands nearest before it, else the one after it."""
    text = line.text
    names = [(m, m.group().replace(" ", "")) for m in _name_matches(text)]
    used: set[int] = set()
    previous = 0
    group: list[tuple[str, str]] = []
    for phone in phones:
        before = [
            n
            for n, (m, _name) in enumerate(names)
            if previous <= m.start() < phone.start() and n not in used
        ]
        number = re.sub(r"\s+", "", phone.group()).replace("—", "-")
        number = _with_area(number, group)
        name = ""
        if len(phones) == 1 and _AFTER_LABEL.search(text):
            group += [(names[place][1], number) for place in before[:-1]]
        if before:
            used.add(before[-1])
            name = names[before[-1]][1]
        else:
            after = [
                n for n, (m, _name) in enumerate(names)
                if n not in used and phone.end() <= m.start() <= phone.end() + 9
            ]  # fmt: skip
            if after and len(phones) == 1:
                used.add(after[0])
                name = names[after[0]][1]
            elif group and re.fullmatch(r"[、，,；/ ]*", text[previous : phone.start()]):
                continue
        group.append((name, number))
        previous = phone.end()
    for name, number in group:
        why = "" if name else _("No name stands at this phone.")
        notes.add("contact", _at(line), why=why, name=name, phone=number)


def _pair(notes: Notes, line: Line, names: list[str], phones: list[str]) -> None:
    tidy: list[str] = []
    for phone in phones:
        tidy.append(_with_area(re.sub(r"\s+", "", phone), [("", one) for one in tidy]))
    for place, name in enumerate(names):
        phone = tidy[place] if place < len(tidy) else tidy[0] if tidy else ""
        notes.add("contact", _at(line), name=name, phone=phone)


def _with_area(number: str, before: list[tuple[str, str]]) -> str:
    """Give a bare number the area code of the one before it: 0431-12345678、12345679."""
    if (
        before
        and re.fullmatch(r"\d{7,8}", number)
        and (area := re.match(r"0\d{2,3}-", before[-1][1]))
    ):
        return f"{area.group()}{number}"
    return number


def _name_matches(text: str) -> list[re.Match[str]]:
    found = []
    start = 0
    label = _AFTER_LABEL.search(text)
    if label:
        start = label.end()
    pattern = re.compile(rf"(?<![\u4e00-\u9fff]){_NAME}(?![\u4e00-\u9fff])")
    begin = 0
    for match in (*pattern.finditer(text, begin), *_CALLED.finditer(text)):
        word = match.group()
        if _NOT_NAME.search(word) or (label and match.start() < label.start() and start):
            continue
        found.append(match)
    return found


def _names(text: str) -> list[str]:
    return [match.group().replace(" ", "") for match in _name_matches(text)]


def _mailboxes(notes: Notes) -> None:
    for sentence in notes.doc.sentences:
        for mailbox in _EMAIL.findall(sentence.text):
            if not any(one.values["text"] == mailbox for one in notes.of("email")):
                notes.add("email", sentence, text=mailbox)


_ADDRESS = re.compile(
    r"(?:(?:联系|通[讯信]|邮寄|寄送|报送|办公|收件|申报|受理|送达)?地\s*址|(?<![\u4e00-\u9fff])地点|申报地点|报送地点|受理地点)[：:]\s*(?P<where>[^；。，\n]{6,60})"
)


def _addresses(notes: Notes) -> None:
    for line in notes.doc.lines:
        match = _ADDRESS.search(line.text)
        if not match or re.search(r"网址|http|www", match["where"]):
            continue
        where = re.split(
            r"\s*[（(]?邮\s*(?:政)?编(?:码)?|\s+(?:联系|电话|邮箱|收件人)", match["where"]
        )[0]
        where = re.sub(r"[（(]\d{6}[）)]?$", "", where).strip(" （(")
        if len(where) >= 5 and "略" not in where:
            notes.add("address", _at(line), text=where)
            return

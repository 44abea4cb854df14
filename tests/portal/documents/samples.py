"""Realistic payloads of every kind, with long texts, rare names and full tables."""

from __future__ import annotations

from typing import Any

from portal.documents.payloads import DocumentKind

LONG = (
    "会议面向先进制造与光电信息产业，连续三届每届参会二百人以上，形成的调研建议两项被采纳。本届围绕量子光学与精密测量设置"
    "四个专题，邀请省内外专家报告，并安排与企业的技术对接；会前组成专家组，开展产业发展调研和座谈研讨，形成调研报告1份、"
    "专家建议2条。预计参会人数260人，其中企业代表不少于80人，展示面积约500㎡。\n"
    "会议由学术召集人周堃䶮教授主持，设“光学前沿”“智能制造”“材料与器件”“青年学者”4个专题，每个专题安排主旨报告2—3个、"
    "交流报告8—10个。会后两周内整理学术观点综述，报送主管部门，并在学会网站公开。\n"
)
OPINION = (
    "经审核，申报材料内容真实、完整，符合申报条件，未涉及国家秘密，同意申报。本单位将为项目实施提供必要的场地、"
    "人员和经费保障，并按期提交结项材料。"
)


def signature(**changed: Any) -> dict[str, Any]:
    """A signature block signed by hand, with a seal, unless said otherwise."""
    block = {
        "label": "申报单位意见",
        "statement": OPINION,
        "signer_role": "负责人（签字）",
        "signer_name": "",
        "unit": "示例省光学学会",
        "date": "",
        "seal": True,
    }
    return {**block, **changed}


def application_form() -> dict[str, Any]:
    return {
        "issuer": "吉林省科学技术协会",
        "call": "2026年度吉林省科协国内外学术交流项目",
        "cover": [
            {"label": "项目名称", "value": "第十三届吉林省科协年会“光电信息与智能制造”分会场"},
            {"label": "项目类别", "value": "吉林省科协年会分会场"},
            {"label": "项目负责人", "value": "周堃䶮"},
        ],
        "date": "2026-04-09",
        "instructions": [
            "本申报书由申报单位在线填写，经负责人签批后冻结，每页页脚印有编号、版本和摘要。",
            "涉及国家秘密的内容不得填写，请按通知要求另行报送。",
        ],
        "sections": [
            {
                "title": "基本情况",
                "rows": [
                    {
                        "label": "项目名称",
                        "kind": "text",
                        "value": "“光电信息与智能制造”分会场",
                        "open": True,
                    },
                    {
                        "label": "申报单位",
                        "kind": "text",
                        "value": "示例省光学学会",
                        "half": True,
                    },
                    {
                        "label": "统一社会信用代码",
                        "kind": "text",
                        "value": "51220000MJD0000000",
                        "half": True,
                    },
                    {"label": "开始日期", "kind": "text", "value": "2026年8月20日", "half": True},
                    {"label": "结束日期", "kind": "text", "value": "2026年8月22日", "half": True},
                    {
                        "label": "参会人数",
                        "kind": "text",
                        "value": "260人",
                        "half": True,
                        "open": True,
                    },
                    {"label": "申请经费", "kind": "text", "value": "3万元", "half": True},
                    {
                        "label": "活动形式",
                        "kind": "choice",
                        "value": [
                            {"label": "主题报告会", "chosen": True},
                            {"label": "专题讲座", "chosen": False},
                            {"label": "论坛", "chosen": True},
                            {"label": "研讨会", "chosen": False},
                            {"label": "其他", "chosen": False},
                        ],
                    },
                    {
                        "label": "联合申报单位",
                        "kind": "text",
                        "value": "示例市科学技术协会、示例大学科学技术协会、示例光机研究所企业科协",
                    },
                ],
            },
            {
                "title": "活动方案",
                "rows": [
                    {"label": "活动目的和意义", "kind": "long", "value": LONG},
                    {"label": "活动内容与组织实施方案", "kind": "long", "value": LONG * 5},
                    {"label": "预期成果", "kind": "long", "value": "形成调研报告1份。"},
                ],
            },
            {
                "title": "组织人员",
                "rows": [
                    {
                        "label": "主要人员",
                        "kind": "people",
                        "columns": [
                            {"title": "姓名", "weight": 3},
                            {"title": "单位", "weight": 6},
                            {"title": "职务、职称", "weight": 4},
                            {"title": "分工", "weight": 4},
                        ],
                        "value": [
                            ["周堃䶮", "示例省光学学会", "理事长、教授", "学术召集人"],
                            ["王祎", "示例大学物理学院", "副教授", "专题一召集"],
                            ["阿依古丽·买买提", "示例光机研究所", "研究员", "专题二召集"],
                            *[
                                [f"李{n}明", "示例师范大学", "讲师", "会务"]
                                for n in "一二三四五六七八"
                            ],
                        ],
                    }
                ],
            },
            {
                "title": "经费预算",
                "rows": [
                    {
                        "label": "支出预算",
                        "kind": "budget",
                        "open": True,
                        "value": [
                            {
                                "item": "会场租赁",
                                "amount": "12000.00",
                                "basis": "主会场1天6000元，分会场2个各3000元",
                            },
                            {"item": "专家劳务", "amount": "9600.00", "basis": "8人×1200元"},
                            {"item": "资料印刷", "amount": "4800.50", "basis": "论文集160册"},
                            {"item": "其他", "amount": "3599.50", "basis": "音视频、交通"},
                        ],
                        "total": "30000.00",
                        "currency_unit": "元",
                    }
                ],
            },
            {
                "title": "附件",
                "rows": [
                    {
                        "label": "附件清单",
                        "kind": "files",
                        "value": [
                            {
                                "name": "会议通知（第一轮）.pdf",
                                "size": "1.2 MB",
                                "sha256": "9f3c71aa0b52d8e6" * 4,
                            },
                            {
                                "name": "学会年检合格证明.jpg",
                                "size": "640 KB",
                                "sha256": "00c7a91be4d25f38" * 4,
                            },
                        ],
                    }
                ],
            },
        ],
        "opinions": [
            signature(),
            signature(label="联合申报单位意见", statement="", unit="示例市科学技术协会"),
        ],
    }


FORM_NOTES = [
    "学术会议应是拟于2026年1月1日至2026年12月31日，在全市范围内，面向科技领域召开的会议，包括机制性会议和单次会议。",
    "机制性会议为截至2025年12月31日已连续举办两届以上，且2026年1月1日至2026年12月31日计划召开的会议。",
    "单次会议为贯彻执行相关决策部署，解决重大科学或技术问题，以及完成其他临时性重大任务等发起举办，且在2026年1月1日至2026年12月31日内计划召开的高质量学术会议。",
    "培训班、教学研讨会、各类庆典、周年纪念活动、表彰大会等不在本次重要学术会议推荐范围之内。",
    "软课题重点以“五大发展理念”为指导，围绕民生、经济、科技等社会发展问题，开展对策研究。",
]


def recommendation_packet() -> dict[str, Any]:
    sign = signature(
        label="主要负责人\n签名（盖章）",
        statement="",
        signer_role="理事长（签字）",
        unit="示例市光学学会",
    )
    names = [
        ("第四届长三角光学前沿学术会议", "学术会议（机制性）"),
        ("嘉兴市双创载体提质增效的路径与对策研究", "软课题"),
        ("数字经济背景下乡村科普能力提升研究", "软课题"),
    ]
    return {
        "issuer": "嘉兴市科学技术协会",
        "call": "2026年度重要学术会议和软课题征集",
        "plan": [
            {"title": "推荐原则", "rows": [{"label": "推荐原则", "kind": "long", "value": LONG}]},
            {"title": "推荐标准", "rows": [{"label": "推荐标准", "kind": "long", "value": LONG}]},
            {"title": "推荐流程", "rows": [{"label": "推荐流程", "kind": "long", "value": LONG}]},
            {
                "title": "联系人",
                "rows": [
                    {"label": "联系人", "kind": "text", "value": "王祎", "half": True},
                    {"label": "联系电话", "kind": "text", "value": "0000-8200001", "half": True},
                ],
            },
        ],
        "columns": [
            {"title": "名称", "weight": 8},
            {"title": "类别", "weight": 4},
            {"title": "负责人", "weight": 3},
        ],
        "entries": [[name, kind, "周堃䶮"] for name, kind in names],
        "signature": {**sign, "label": ""},
        "forms": [
            {
                "title": "2026年度重要学术会议、软课题推荐表",
                "rows": [
                    {"label": "学术会议\n软课题名称", "kind": "text", "value": name},
                    {
                        "label": "推荐理由",
                        "kind": "long",
                        "value": LONG * (6 if number == 1 else 1),
                    },
                ],
                "signature": sign,
                "notes": FORM_NOTES,
            }
            for number, (name, _) in enumerate(names)
        ],
    }


def receipt() -> dict[str, Any]:
    return {
        "issuer": "吉林省科学技术协会",
        "call": "2026年度吉林省科协国内外学术交流项目申报",
        "received_at": "2026-04-22T15:59:58+00:00",
        "content_sha256": "9f3c71aa0b52d8e6" * 4,
        "facts": [
            {"label": "回执编号", "value": "R2026-8F3K-2M7Q"},
            {"label": "提交人", "value": "王祎"},
        ],
        "columns": [
            {"title": "申报编号", "weight": 4},
            {"title": "项目名称", "weight": 7},
            {"title": "类别", "weight": 4},
        ],
        "entries": [["JL-2026-7K4M2Q", "“光电信息与智能制造”分会场", "年会分会场"]],
        "statement": "你单位报送的下列申报材料已于截止时间前收到。请保存好本回执，并在规定日期前寄送纸质材料。",
        "contact": "如有疑问，请联系学会学术部，电话0000-8500001。",
    }


def result_list() -> dict[str, Any]:
    columns = [{"title": "项目名称", "weight": 8}, {"title": "承担单位", "weight": 6}]
    return {
        "issuer": "吉林省科学技术协会",
        "call": "2026年度吉林省科协国内外学术交流项目",
        "intro": "根据《关于组织开展2026年度吉林省科协国内外学术交流项目申报工作的通知》要求，经形式审查、研究认定，"
        "下列项目入选2026年度吉林省科协国内外学术交流项目，现予公布。请各承担单位按期实施，项目完成后及时报送材料。",
        "groups": [
            {
                "title": title,
                "columns": columns,
                "entries": [
                    [f"第{n}届“光电信息与智能制造”学术研讨会", "示例省光学学会"]
                    for n in range(1, count + 1)
                ],
            }
            for title, count in (
                ("吉林省科协年会分会场", 6),
                ("研究生论坛", 14),
                ("基础研究学术交流活动", 4),
            )
        ],
        "date": "2026-04-30",
        "notes": ["同一类别内按单位名称排列，不分先后。"],
    }


def notice() -> dict[str, Any]:
    return {
        "issuer": "吉林省科学技术协会",
        "letterhead": "吉林省科学技术协会",
        "document_number": "吉科协函〔2026〕12号",
        "addressees": "各省级学会、协会、研究会，各市（州）科协，各高校科协、企业科协，有关科研院所",
        "body": [
            {
                "level": 0,
                "text": "为聚焦科技发展前沿，提升创新策源能力，打造一批学术传播力、创新引领力、社会影响力强的学术活动品牌，"
                "省科协将主办“第十三届吉林省科协年会”等国内外学术交流活动，现就组织开展项目申报工作有关事项通知如下：",
            },
            {"level": 1, "text": "一、项目类别"},
            {"level": 0, "text": "本年度设国内外学术交流项目共5个类别。严格标准，宁缺勿滥。"},
            {"level": 2, "text": "（一）第十三届吉林省科协年会分会场"},
            {"level": 3, "text": "1. 项目数量：6项。"},
            {"level": 3, "text": "2. 经费额度：3万元/项。"},
            {
                "level": 3,
                "text": "3. 申报和承办要求：各省级学会，高校科协、企业科协，驻省内科研院所可以申报。鼓励与地方科协联合申报。"
                "采取主题报告会、专题讲座、论坛等形式，参会人员在200人以上；会前，要组成专家组开展产业发展调研、座谈研讨活动，"
                "形成调研报告或专家建议。",
            },
            {"level": 2, "text": "（二）第十一届吉林省科协研究生论坛"},
            {"level": 3, "text": "1. 项目数量：14项。"},
            {"level": 3, "text": "2. 经费额度：2万元/项。"},
            {"level": 3, "text": "3. 申报和承办要求：" + LONG.replace("\n", "")},
            {"level": 1, "text": "二、有关要求"},
            {
                "level": 3,
                "text": "1. 申报以上项目的省级学会须年检合格，按规定参加省科协2025年度学会评价。优先支持2023—2025年度先进学会、"
                "学术工作先进集体、智库工作先进集体申报项目。",
            },
            {
                "level": 3,
                "text": "2. 每个单位在同类项目中只能申报1项，总计不超过2项。项目申报截止时间为4月22日。",
            },
        ],
        "attachments": ["吉林省科协国内外学术交流项目申报书", "吉林省科协国内外学术交流项目一览表"],
        "date": "2026-03-18",
        "contact": "联系人：学会学术部，电话：0000-8500001",
    }


def summary_table() -> dict[str, Any]:
    return {
        "issuer": "吉林省科学技术协会",
        "call": "2026年度吉林省科协国内外学术交流项目",
        "recipient": "吉林省科学技术协会",
        "date": "2026-04-12",
        "numbering": "推荐排序",
        "columns": [
            {"title": "项目名称"},
            {"title": "申报单位"},
            {"title": "推荐意见"},
        ],
        "entries": [
            [f"“光电信息与智能制造”专题学术会议（{n}）", "示例省光学学会", OPINION]
            for n in range(1, 25)
        ],
        "signature": signature(label="推荐单位意见"),
    }


def final_accounts() -> dict[str, Any]:
    money = [{"title": "支出科目"}, {"title": "预算（元）", "align": "right"},
             {"title": "决算（元）", "align": "right"}]  # fmt: skip
    return {
        "issuer": "吉林省科学技术协会",
        "call": "2026年度吉林省科协国内外学术交流项目",
        "facts": [
            {"label": "项目名称", "kind": "text", "value": "光电信息与智能制造专题学术会议"},
            {"label": "项目负责人", "kind": "text", "value": "王小明", "half": True},
            {"label": "完成日期", "kind": "text", "value": "2026年9月25日", "half": True},
        ],
        "sections": [
            {
                "title": "经费支出",
                "rows": [
                    {"label": "", "kind": "table", "columns": money,
                     "value": [["场地与会务", "12,000", "12,800"], ["合计", "30,000", "29,600"]]}
                ],
            }
        ],
        "signature": signature(label="承担单位"),
    }  # fmt: skip


def score_sheet() -> dict[str, Any]:
    marks = [{"title": "指标", "weight": 3}, {"title": "权重"}, {"title": "评分"},
             {"title": "意见", "weight": 5}]  # fmt: skip
    return {
        "issuer": "吉林省科学技术协会",
        "call": "2026年度吉林省科协国内外学术交流项目",
        "facts": [
            {"label": "项目名称", "kind": "text", "value": "光电信息与智能制造专题学术会议"},
            {"label": "项目代号", "kind": "text", "value": "47F3CB9E", "half": True},
            {"label": "评审专家", "kind": "text", "value": "示例专家甲", "half": True},
        ],
        "sections": [
            {
                "title": "评分",
                "rows": [
                    {"label": "", "kind": "table", "columns": marks,
                     "value": [["学术水平", "40", "34", "主题前沿。"], ["组织方案", "60", "51", ""]]}
                ],
            },
            {"title": "意见", "rows": [{"label": "总体意见", "kind": "long", "value": OPINION}]},
        ],
        "signatures": [signature(label="评审专家", statement="", seal=False)],
    }  # fmt: skip


def panel_minutes() -> dict[str, Any]:
    return {
        **score_sheet(),
        "facts": [
            {"label": "会议时间", "kind": "text", "value": "2026年5月12日"},
            {"label": "应到 / 实到", "kind": "text", "value": "7 人 / 6 人"},
        ],
        "signatures": [
            signature(label=f"专家签名 {number}", statement="", seal=False) for number in (1, 2, 3)
        ],
    }


def review_summary() -> dict[str, Any]:
    columns = [{"title": title} for title in ("名次", "项目名称", "申报单位", "平均分")]
    return {
        "issuer": "吉林省科学技术协会",
        "call": "2026年度吉林省科协国内外学术交流项目",
        "intro": "去掉一个最高分和一个最低分后取平均分。",
        "groups": [
            {
                "title": "吉林省科协年会分会场",
                "columns": columns,
                "entries": [
                    [str(n), f"专题学术会议（{n}）", "示例省光学学会", f"{95 - n}.25"]
                    for n in range(1, 13)
                ],
            }
        ],
        "signature": signature(label="评审组织单位"),
        "date": "2026-05-12",
    }


def yearly_report() -> dict[str, Any]:
    return {
        "issuer": "吉林省科学技术协会",
        "year": "2026",
        "intro": "下列数据由申报门户按登记情况统计。",
        "parts": [
            {
                "title": "分类别情况",
                "columns": [{"title": "类别", "weight": 4}, {"title": "2026年", "align": "right"}],
                "entries": [["吉林省科协年会分会场", "6"], ["研究生论坛", "14"]],
                "bars": [
                    {"label": "吉林省科协年会分会场", "value": "6", "share": 428,
                     "share_before": 0},
                    {"label": "研究生论坛", "value": "14", "share": 1000, "share_before": 500},
                ],
            }
        ],
        "date": "2026-12-31",
    }  # fmt: skip


TITLES = {
    DocumentKind.FINAL_ACCOUNTS: "项目经费决算表",
    DocumentKind.APPLICATION_FORM: "项目申报书",
    DocumentKind.RECOMMENDATION_PACKET: "关于报送2026年度重要学术会议和软课题推荐方案的报告",
    DocumentKind.RECEIPT: "回　执",
    DocumentKind.RESULT_LIST: "2026年度吉林省科协国内外学术交流项目入选名单",
    DocumentKind.NOTICE: "关于组织开展2026年度吉林省科协国内外学术交流项目申报工作的通知",
    DocumentKind.SUMMARY_TABLE: "推荐汇总表",
    DocumentKind.SCORE_SHEET: "评审意见表",
    DocumentKind.PANEL_MINUTES: "评审会议纪要",
    DocumentKind.REVIEW_SUMMARY: "评审汇总表",
    DocumentKind.YEARLY_REPORT: "2026年度工作数据报告",
}
PAYLOADS = {
    DocumentKind.FINAL_ACCOUNTS: final_accounts,
    DocumentKind.APPLICATION_FORM: application_form,
    DocumentKind.RECOMMENDATION_PACKET: recommendation_packet,
    DocumentKind.RECEIPT: receipt,
    DocumentKind.RESULT_LIST: result_list,
    DocumentKind.NOTICE: notice,
    DocumentKind.SUMMARY_TABLE: summary_table,
    DocumentKind.SCORE_SHEET: score_sheet,
    DocumentKind.PANEL_MINUTES: panel_minutes,
    DocumentKind.REVIEW_SUMMARY: review_summary,
    DocumentKind.YEARLY_REPORT: yearly_report,
}

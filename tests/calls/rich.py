"""A call file with all that a notice can say of money, dates, papers, review and publicity."""

from calls.callfile import read_call
from calls.models import Call
from tests.factories.people import IssuerFactory

RICH = """\
format: 1
issuer: rich
call:
  code: rich-2026
  title: 2026年示例软课题征集
  year: 2026
  opens_at: 2026-03-01
  closes_at: 2026-06-30
  rolling: true
  signoff_by: 2026-06-28 12:00
  paper_copies: 1
  paper_by: 2026-07-03
  paper_counts: postmark
  result_by: 2026-08-31
  slots_max: 13
  total_max: 500000
  form_title: 示例申报书
notice:
  title: 2026年示例软课题征集通知
  body: |-
    申报分两批，第一批截止2026年4月30日，第二批截止2026年6月30日。
    经费须于2026年12月20日前报账。
contacts:
  - name: 示例联系人
    phone: 0000-1000000
batches:
  - title: 第一批
    closes_at: 2026-04-30
    result_by: 2026-05-31
  - title: 第二批
    closes_at: 2026-06-30
categories:
  - code: key
    title: 重点课题
    places: 5
    funded_slots: 3
    money:
      up_to: 50000
    total_max: 150000
    cost_share_percent: 50
    paid: instalments
    instalments:
      - title: 立项后
        percent: 60
      - title: 2026年结题验收后
        percent: 40
  - code: general
    title: 一般课题
    places:
      about: 8
    money: 20000
    paid: after_acceptance
  - code: own
    title: 自筹课题
    money: self
rules:
  - kind: quota
    params:
      limit: 2
      scope: call
    clause: 每个单位限报2项。
deliverables:
  - kind: research_report
    title: 研究报告
    due_on: 2026-12-10
    max_words: 10000
    file_types:
      - docx
      - pdf
    clause: 2026年12月10日前提交研究报告。
  - kind: final_accounts
    title: 决算表
    category: key
    days_after: 30
    working_days: true
    table: accounts
papers:
  - title: 申报书
    copies: 3
    formats:
      - docx
    clause: 申报书一式三份，并报送Word文档。
  - title: 匿名评审材料
    category: key
    formats:
      - pdf
    blind: true
review:
  - kind: formal
  - kind: scoring
    experts: 5
    pass_mark: 60.5
    clause: 由5名专家评分，2026年平均分60.5分以上入围。
    sheet:
      blind: false
      method: median
      drop_over: 4
      normalise: true
      tolerance: 12.5
      ties:
        - priority
        - heaviest
      opinion_required: false
      criteria:
        - title: 学术价值
          help: 选题与方法
          weight: 62.5
          low: 1
          top: 10
        - title: 可行性
          weight: 37.5
          comment_required: true
  - kind: leadership
publicity:
  - where: unit
    length: 3
    counting: calendar
  - where: association
    length: 5
    first_day_counted: true
    closing_hour: 17:00
    clause: 公示5个工作日。
form:
  - code: basic
    title: 基本信息
    fields:
      - code: title
        label: 名称
        kind: short_text
        role: title
      - code: papers
        label: 附件
        kind: files
"""


def rich_call() -> Call:
    """Return the draft that the file makes."""
    return read_call(RICH, issuer=IssuerFactory(slug="rich"), by=None)

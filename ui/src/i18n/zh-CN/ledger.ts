/** 台账：类型、清单导入、公文、热线、会议。 */
export default {
  ledger: {
    type: '类型', anyType: '全部类型', noType: '未认定类型', stage: '销号状态', anyStage: '全部', source: '来源', anySource: '全部来源', region: '县区', anyRegion: '全部县区', from: '发现自', to: '至', unassigned: '无责任人', more: '再显示一页', clear: '清除筛选', filters: '更多筛选', photos: '整改前后', before: '整改前', after: '整改后', noPhotos: '—',
    figures: '未销号 {open}，待复核 {recheck}，已销号 {closed}；超期 {overdue}，无责任人 {unassigned}。', import: '导入清单', monthly: '月报表',
    unconfirmed: '类型目录及其严重程度、取证要求未经核实。', values: '类型信息', incomplete: '信息不全', evidenceWanted: '取证要求', verifiedBy: '复核方式', origin: '来源编号', splitFrom: '拆分自', joint: '参办县', export: '导出封存包', exportHint: '压缩包内附核验程序，可在系统外核验。',
    more_actions: '台账操作', send: '提交', reason: '理由', note: '说明', done: '已记载。', choose: '请选择', county: '县区', authority: '受理单位', number: '文号', day: '日期', fine: '罚款（元）', result: '处理结果', toWhom: '移送对象', part: '拆出的问题', addPart: '再拆一项', where: '河段', at: '里程（m）',
  },
  markWord: { classify: '认定类型', join_county: '增加参办县', leave_county: '移出参办县', add_part: '反馈本县情况', hand_over: '移送', enforcement: '登记执法结果', draft: '起草督办函', order: '起草河长令', split: '拆分' },
  handedTo: { police: '公安机关', prosecutor: '检察机关', department: '行政主管部门', other: '其他' },
  ledgerStage: { open: '未销号', recheck: '待复核', closed: '已销号', void: '不需处理' },
  caseSource: { alert: '预警', finding: '图斑', walker: '巡河', instrument: '仪器', table: '清单导入', hotline: '热线转办', split: '拆分', meeting: '会议', citizen: '公众举报' },
  wanted: { before_photo: '整改前照片', after_photo: '整改后照片', measurement: '测量', track: '轨迹', note: '说明' },
  verifier: { readings: '后续读数', flight: '复飞', second_person: '第二人', citizen: '群众回访' },
  problems: {
    title: '导入问题清单', lead: '上传 Excel 清单，先逐行检查，确认后一次写入。同一清单名下的编号只导入一次。', file: '选择 Excel 文件', template: '下载模板', name: '清单名称', system: '坐标系', take: '导入 {n} 条', looked: '可导入 {n} 条，已有 {known} 条，有问题 {bad} 条；尚未写入。', took: '已导入 {n} 条，原已有 {known} 条，未导入 {bad} 条。', unread: '未识别的列（不导入）：{what}',
    row: '行', column: '列', fault: '问题', number: '编号', whatIs: '内容', into: '去向', known: '已有事件 {number}', fresh: '新事件', similar: '可能重复：{numbers}', chiefUnknown: '责任人不在登记册，按河段责任人派发', back: '返回台账', office: '清单由河长办导入。', checking: '正在检查',
  },
  system: { wgs84: 'WGS 84 / CGCS2000', gcj02: 'GCJ-02（高德、微信）' },
  letters: {
    title: '督办公文', empty: '还没有督办公文。事件超期后按阶梯自动起草，由河长办签发。', all: '全部', late: '只看逾期未复', addressee: '收函人', demand: '办理要求', issue: '签发', answer: '复函', withdraw: '撤回', reason: '撤回理由', answerText: '复函内容', due: '答复时限', issued: '签发 {time}', delivered: '送达 {time}', notDelivered: '收函人尚未打开', answered: '{who} {time} 复函', withdrawn: '{time} 撤回：{reason}', draft: '草稿，尚未编号', about: '所涉事件', late1: '逾期未复', rule: '答复时限依据：{document}', unconfirmed: '未核实', state: '状态', label: '文号', demandHint: '写明要做什么、何时完成',
  },
  letterState: { drafted: '待签发', issued: '待答复', answered: '已答复', withdrawn: '已撤回' },
  letterKind: { supervision_letter: '督办函', chief_order: '河长令' },
  hotlines: {
    title: '热线转办', empty: '还没有转办件。可导入热线的 Excel 清单，也可由接口推送。', hotline: '热线', state: '状态', number: '工单编号', theirs: '热线时限', ours: '事件时限', text: '诉求', answer: '答复', answerText: '答复内容', answered: '{time} 已答复', noRule: '未给出时限', given: '随件给定', byRule: '按规则：{document}', similar: '可能重复：{numbers}', download: '导出答复', import: '导入转办清单', example: '示例，非全国规定', to: '答复对象',
  },
  handoffState: { open: '待答复', overdue: '逾期未答', answered: '已答复' },
  answerTo: { caller: '来电人', centre: '热线中心' },
  meetings: {
    title: '会议与通知', meetings: '会议', notices: '通知', empty: '还没有会议纪要。', noNotices: '还没有通知。', attendees: '参会：{who}', decisions: '议定事项', keep: '保存纪要', newMeeting: '登记会议', newNotice: '发通知', name: '标题', held: '时间', who: '参会人（顿号或逗号隔开）', minutes: '纪要', decisionsHint: '议定事项，一行一项', toCase: '转为事件', case: '已转事件', text: '内容', readers: '接收人', read: '已读 {n} / {of}', unread: '未读', markRead: '标为已读', readAt: '{time} 已读', allOf: '辖区内全部{role}', send: '发送',
  },
}

export const ledgerKeys = {
  case_title_problem: '{note}',
  case_move_split: '拆分：{note}',
  case_move_classify: '认定类型：{type}',
  case_move_join_county: '增加参办县 {region}：{note}',
  case_move_leave_county: '移出参办县 {region}：{note}',
  case_move_add_part: '{region}反馈：{note}',
  case_move_letter_issued: '发出{label}',
  case_move_letter_answered: '{label}复函：{note}',
  case_move_letter_withdrawn: '撤回{label}：{note}',
  case_move_hand_over: '移送{receiver} {number}（{day}）：{note}',
  case_move_enforcement: '执法结果：{note}，罚款 {fine_yuan} 元 {number}（{day}）',
  case_move_hotline_answered: '答复热线 {hotline} {number}：{note}',
  step_letter: '督办公文 {number}',
  step_handoff: '热线 {hotline} 转办 {number}',
  step_meeting: '会议：{title}',
}

export default {
  role: {
    system: '系统管理员', prefecture: '市河长办', county: '县河长办', department: '部门人员', chief: '河长',
    guard: '巡河员', police: '河道警长', citizen: '公众', auditor: '审计人员',
  },
  level: { national: '国考', provincial: '省考', province: '省级', city: '市级', county: '县级', township: '乡级', village: '村级', prefecture: '市级' },
  sectionLevel: { national: '国考断面', provincial: '省考断面', city: '市控断面', county: '县控断面' },
  chiefLevel: { province: '省级河长', city: '市级河长', county: '县级河长', township: '乡级河长', village: '村级河长', police: '河道警长', guard: '巡河员' },
  class: {
    of: '{numeral}类', none: '不能评价', label: '水质类别', target: '目标 {numeral}类',
    worse: '劣Ⅴ类', unknown: '未知',
  },
  kind: {
    station: '站点', section: '断面', outfall: '排污口', works: '污水厂', enterprise: '企业', intake: '取水口',
    gate: '闸', reservoir: '水库', lake: '湖泊', dam: '坝', weir: '堰', dike: '堤防', bridge: '桥', pump: '泵站', camera: '摄像头', region: '县区', boundary: '界外来水', none: '以上都不是', case: '事件', alert: '预警',
    mission: '飞行任务', finding: '疑似图斑', photo: '照片', patrol: '巡河', river: '河流', chief: '河长', reach: '河段', page: '页面', target: '目标', sheet: '考核表', report: '报告', input: '填报数', verdict: '评价',
  },
  stationKind: { water_quality: '水质站', hydrology: '水文站', outfall: '排口监测站', air: '空气站' },
  alertKind: { pollution: '污染', departure: '异常升高', instrument: '仪器', level: '水位', flow: '流量', discharge: '超许可排放' },
  alertState: { open: '进行中', closed: '已结束' },
  stationHealth: { alive: '在线', late: '迟报', silent: '失联' },
  severity: { s1: '一般', s2: '较重', s3: '严重' },
  caseState: {
    draft: '待上报', reported: '已上报', accepted: '已受理', dispatched: '已交办', handled: '已处置', verified: '已核查',
    closed: '已销号', returned: '已退回', rejected: '不予受理', reopened: '已重启',
    referred: '请示中', coordinating: '协调中', paused: '已暂停', merged: '已并案',
  },
  action: {
    ask_above: '请示上级', instruct: '批示', withdraw: '撤回请示', ask_others: '请求协调',
    coordinate: '协调完成', pause: '暂停', resume: '恢复', extend: '延期', split: '拆分', merge: '并案', follow_up: '回访',
    accept: '受理', dispatch: '交办', handle: '报告处置', verify: '核查通过', close: '销号', return: '退回',
    reject: '不予受理', reopen: '重启', submit: '上报', fail: '核查不通过', fly_again: '要求复飞', confirm: '确认销号',
  },
  missionState: { planned: '已规划', flown: '已飞行', done: '已完成' },
  findingState: { open: '待研判', case: '已转事件', dismissed: '已排除' },
  findingKind: { plume: '污水带', outfall: '疑似排口', colour: '水色异常', waste: '岸边堆放', construction: '涉河施工', foam: '泡沫漂浮', other: '其他' },
  outcome: { provisional: '待确认', confirmed: '已确认', reopened: '已重启' },
  who: { platform: '平台' },
  flag: {
    f0: '正常', f1: '超量程', f2: '人工录入', f3: '维护', f4: '校准', f5: '停站', f6: '仪器故障', f7: '通讯故障',
    f8: '无数据', f9: '存疑', f10: '测试', f11: '时间超前',
  },
  evidence: { photo: '照片', track: '轨迹', note: '说明' },
  chain: {
    letter: '公文', handoff: '转办件', meeting: '会议', notice: '通知', frame: '报文', reading: '读数', verdict: '评价', alert: '预警', trace: '溯源', mission: '航线', photo: '照片', finding: '图斑',
    citizen: '市民上报', case: '事件', patrol: '巡河', evidence: '佐证', closure: '销号', score: '考核', move: '处理', instrument: '仪器', report: '报告', input: '填报数', frozen: '定稿考核表',
  },
}

/** 巡河规则、巡河记录与回放。 */
export default {
  rules: {
    title: '巡河规则', now: '现行规则：{name}', versions: '本级规则版本', empty: '本级还没有自己的规则。可从下面任一规则起草，经试算、另一人签发后生效。', begin: '起草新规则', beginFrom: '以此起草', presets: '可参照的规则', presetsHint: '外地规定，未经核实；起草后按本地文件修改。',
    unconfirmed: '未经核实', confirmed: '已对照文件核实', document: '依据文件', notWriting: '规则由县、市河长办起草和签发。', from: '{day} 起', until: '至 {day} 前', noDay: '未定生效日期', by: '{who} 起草', approved: '{who} 签发', here: '现行', open: '查看',
    head: '规则信息', nameZh: '中文名称', nameEn: '英文名称', code: '规则代码', version: '版本', validFrom: '生效日期', validTo: '失效日期（不含当日，可空）', levels: '各级要求', asks: '对本级有要求', period: '周期', count: '每周期次数', perRiver: '每条河分别计次', months: '巡河月份', allYear: '全年', shortestMin: '最短时间（分钟）', shortestM: '最短路程（米）', spacingH: '两次间隔（小时）', photos: '照片（张）', track: '须有轨迹', roundShare: '每周期覆盖河段（%）', wholeWithin: '巡遍全段的周期', none: '不要求', alert: '预警时次数倍数', substitutes: '可代替巡河的方式', most: '每周期最多（次）', measured: '同样要求时间、路程、照片', only: '仅当河段', more: '更多要求',
    asForm: '表单', asText: '规则文件', view: '编辑方式', textHint: '表单与规则文件是同一内容；在表单里修改会重写文件，文件中的注释不保留。', file: '规则文件（TOML）', faults: '有 {n} 处需要修改', line: '第 {n} 行', said: '规则读起来是这样', unasked: '未作要求：{levels}', looking: '正在核对',
    try: '按去年试算', tryHint: '签发前先看：按这份规则，去年谁会不达标。', source: '用谁的巡河', auto: '有记录用本地记录', own: '本地记录', simulated: '模拟的一年', trying: '正在试算', tried: '{first} 至 {last}，{chiefs} 名河长、{patrols} 次巡河', simulatedNote: '模拟数据：500 名虚构河长的一年，只用于比较规则的宽严，不是本地情况。', ownNote: '本地记录自首次巡河之日算起。不含预警加倍。',
    level: '级别', chiefs: '河长', fail: '会不达标', failNow: '按现行规则', missed: '未达标周期', newlyFail: '新增不达标（{n} 人）', newlyPass: '转为达标（{n} 人）', failing: '全部不达标（{n} 人）', nobody: '没有人。', ofPeriods: '{missed}/{periods} 个周期', shown: '只列前 {n} 人。', peopleOf: '{n}/{of} 人', nothingAsked: '两份规则对这些河长都没有要求。',
    save: '保存草稿', saved: '已保存。', reason: '理由', back: '返回规则列表', stateNow: '状态', waitsOther: '已定稿，须由本单位另一人签发。', past: '签发后按生效日期施行；此前的巡河仍按当时的规则计算。', sent: '退回理由：{reason}', why: '撤销理由：{reason}',
  },
  ruleState: { draft: '草稿', frozen: '待签发', issued: '已签发', withdrawn: '已撤销' },
  ruleAction: { freeze: '定稿，送签发', return: '退回修改', issue: '签发', withdraw: '撤销' },
  rulePeriod: { day: '日', working_day: '工作日', week: '周', ten_days: '旬', month: '月', quarter: '季度', half_year: '半年', year: '年' },
  ruleKind: { drone: '无人机巡河', meeting: '现场会', assistant: '河长助理巡河', paper: '纸质记录' },
  ruleCondition: { remote: '位置偏远', good_water: '水质良好' },
  ruleAlert: { yellow: '黄色预警', orange: '橙色预警', red: '红色预警' },
  patrols: {
    title: '巡河记录', empty: '还没有巡河记录。河长在手机上开始巡河后会列在这里。', emptyFilter: '没有符合条件的巡河。可放宽筛选条件。', filters: '筛选', result: '结果', all: '全部', from: '开始日期自', to: '至', chief: '河长', anyChief: '全部河长', region: '县区', anyRegion: '全部县区', by: '巡河人', when: '开始时间', where: '河段', way: '路程', lasted: '时长', seen: '覆盖', total: '共 {n} 次', more: '再显示 {n} 次', noResult: '—',
    counts: '计次', refused: '不计次', decided: '经裁定计次', going: '进行中', appeal: '有申诉待裁定', photosN: '{n} 张',
  },
  replay: {
    lead: '{who} · {time}', counts: '这次巡河计次。', refused: '这次巡河不计次。', decided: '按规则不计次，经申诉裁定计次。', going: '这次巡河还在进行。', because: '原因', rule: '适用规则：{name} 第 {version} 版，{document}', map: '巡河轨迹', at: '回放时间', play: '播放', pause: '暂停', noTrack: '没有轨迹。', gaps: '轨迹断点', noGaps: '轨迹没有断点。', gap: '{from} 至 {to}，{span}，相距 {length}', gapHint: '图中红色虚线为未记录的路段，不计入路程。', coverage: '河段覆盖', covered: '{reach}：巡到 {share}', photos: '照片', noPhotos: '没有照片。', photoAlt: '{time} 拍摄的照片', unplaced: '照片没有位置', show: '在图上看', notes: '说明', checklist: '巡查清单', noAnswers: '没有填写巡查清单。', authenticity: '真实性', score: '{n} 分', fine: '没有发现疑点。', withheld: '有疑点先请巡河人说明，{time} 后可查看。', reply: '巡河人说明：{text}', limits: '判别界限未经核实，只作提醒。', again: '{time} 因补传{why}重新计算', case: '所涉事件', company: '同行', companyHint: '双方各自说明、并有途中合影，才不比对两人的轨迹；合影请人工查看。', companyPhoto: '同行合影', chain: '来源链', broken: '这次巡河的材料与封存值不符。', imported: '由文件导入，不是现场记录',
    appeal: '申诉', appealLead: '认为应当计次的，写明情况，由另一人裁定。', appealText: '申诉理由', submit: '提交申诉', waits: '等待裁定', accept: '支持，计次', refuse: '不支持', decideText: '裁定理由', appealed: '{who} {time} 申诉：{text}', decidedBy: '{who} {time} {decision}：{reason}',
  },
  decision: { accepted: '支持，计次', refused: '不支持' },
  lateWhy: { track: '轨迹', photo: '照片', company: '同行说明' },
  gapWhy: { no_signal: '没有定位信号', hidden: '页面在后台', closed: '页面被关闭', denied: '定位被关闭' },
  companyMissing: { none: '双方已确认，有合影', photo: '双方已说明，缺途中合影', them: '等对方确认', you: '对方说同行，本人还没有确认', track: '对方的巡河还没有上传' },
  checkpoint: { water_body: '水体', surface: '水面', in_stream: '河道内', bank: '岸坡', activity: '涉水活动', outfall: '排污口', sign: '公示牌', structures: '水工建筑物' },
  checkAnswer: { ok: '正常', bad: '有问题', not_looked: '未看' },
  patrolReason: { too_short_time: '只有 {found} 分钟，要求不少于 {asked} 分钟', too_short_way: '只有 {found} 米，要求不少于 {asked} 米', too_soon: '距上次计次的巡河 {found} 小时，要求间隔不少于 {asked} 小时', too_few_photos: '照片 {found} 张，要求不少于 {asked} 张', no_track: '没有轨迹，规则要求有轨迹', not_accepted: '规则不认可这种方式', condition: '代替巡河的条件不满足', substituted_enough: '本周期代替巡河已达上限 {asked} 次', elsewhere: '没有巡到责任河段', out_of_season: '不在规定的巡河月份内' },
}

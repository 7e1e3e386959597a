export default {
  act: { close: '关闭' },
  m: {
    title: '巡河', comma: '、', skip: '跳到内容', language: 'English', retry: '重试', back: '返回', cancel: '取消', yes: '确定',
    noScript: '巡河页面需要 JavaScript。',
  },
  nav: { day: '今日', walk: '巡河', report: '上报', cases: '事件', mine: '我的', label: '页面' },
  net: {
    online: '已连接', offline: '无信号', sending: '正在上传', allSent: '已全部上传', waiting: '待上传 {n}', refused: '未被接收 {n}',
    signedOut: '登录已失效', otherUser: '服务器上登录的是别人', server: '服务器暂时不能接收', full: '存储已满',
    brokenTitle: '本浏览器不能保存记录', broken: '无法打开本地存储（{why}）。请退出无痕模式，或换用系统自带浏览器。',
  },
  signin: {
    title: '登录', lead: '登录一次后，没有信号也能巡河。', username: '用户名或手机号', password: '密码', submit: '登录', code: '验证码', codeHint: '身份验证器应用显示的六位数字，或一个恢复码。', codeWrong: '验证码不对或已经用过，请等下一个。', wrong: '用户名或密码不对。',
    offline: '现在没有信号，登录需要网络。', locked: '输错次数太多，请一刻钟后再试。', keeps: '本机还有 {name} 的 {n} 条记录未上传，会一直保留到本人重新登录。',
    again: '{name} 的登录已失效，请重新登录；没有登录也可以继续巡河，记录都在本机。', ways: '其他登录方式（短信验证码、登录链接、通行密钥）', demo: '演示用户',
  },
  day: {
    hello: '{name}', noStretch: '名下没有河段。可以从事件开始巡河，也可以上报问题。', never: '还没有取到今日任务，连上网络后自动获取。', asOf: '任务更新于 {time}',
    due: '本{period}应巡 {due} 次，已巡 {done} 次', done: '本{period}的巡河已完成（{done} 次）', until: '截至 {day}', notBefore: '下次自主巡河不早于 {time}',
    asked: '每次不少于 {min} 分钟、{length}', askedNothing: '没有时长和里程要求', ruleAssumed: '按起步规则，未经本地文件确认', rule: '规则：{name}',
    cases: '待办事件', noCases: '没有待办事件。', on: '沿河点位', nothingOn: '河段上没有登记的点位。', chiefs: '联系人', call: '拨打 {name}', noPhone: '未登记电话', stretch: '我的河段',
    all: '全部 {n} 件', overdue: '已逾期', dueAt: '{time} 前', noDue: '未定期限',
  },
  period: { day: '日', working_day: '工作日', week: '周', ten_days: '旬', month: '月', quarter: '季度', half_year: '半年', year: '年' },
  walk: {
    start: '开始巡河', startCase: '为此事件巡河', running: '巡河中', resumed: '接着上次的巡河，中间的断点已记录。', walked: '已巡 {length}', lasted: '{minutes} 分钟',
    finish: '结束巡河', finishAsk: '结束这次巡河？', finishShort: '还没达到要求（不少于 {min} 分钟、{length}），结束后可能不计次数。', finishYes: '结束', goOn: '继续巡河',
    coverage: '河段覆盖', photos: '照片', gaps: '断点 {time}', reports: '上报', pocket: '熄屏揣兜', pocketHint: '屏幕保持常亮但不发光，长按两秒退出', pocketLeave: '长按退出',
    problem: '发现问题', photo: '拍照', noPosition: '还没有定位，请到开阔处', denied: '浏览器不允许定位，请在设置里打开', silent: '已 {time} 没有定位', accuracy: '定位精度 ±{m} 米',
    checklist: '巡查清单', ok: '正常', bad: '有问题', notLooked: '未看', at: '{stake}', off: '距河 {length}', last: '上次巡河', none: '还没有巡河记录。',
    keepAwake: '请保持本页打开：浏览器在后台或锁屏时不能记录位置，会留下断点。', imported: '导入轨迹', import: '导入 GPX 或 KML', importHint: '用别的应用记录的轨迹，可以作为一次巡河导入（需要网络）。', importDone: '已导入 {name}。',
    companions: '同行人', alone: '没有', findPerson: '找人', nobodyHere: '名单里没有可选的人，连上网络后更新。', companyHint: '双方在各自手机上互选对方，途中拍一张两人都在画面里的合影，才算同行；否则会请您说明。', companyPhoto: '拍合影', companyTaken: '已拍合影 {n} 张', companyLate: '还没有拍合影：现在拍一张再结束，结束以后就不能证明同行了。', gapList: '断点明细',
    saved: '已保存在本机', keepPhotos: '再存一次（{n} 张）', forCase: '为事件 {number} 巡河', points: '定位点',
  },
  check: { water_body: '水体', surface: '水面', in_stream: '河道内', bank: '岸坡', activity: '涉水活动', outfall: '排污口', sign: '公示牌', structures: '水工建筑物' },
  gap: { no_signal: '没有定位信号', hidden: '页面在后台', closed: '页面被关闭', denied: '定位被关闭' },
  report: {
    title: '上报问题', what: '是什么问题', words: '说明（可不填）', wordsHint: '在哪里、什么样子', photo: '拍照', more: '再拍一张', voice: '录音', stop: '停止', recorded: '录音 {n} 段', noVoice: '本机不能录音',
    severity: '轻重', send: '保存上报', where: '位置', noPlace: '还没有定位。到开阔处等一下，或在地图上点位置。', pick: '在地图上点位置', picked: '已在地图上选定位置', mine: '用我的位置',
    kept: '已保存，有信号时自动上报。', keptMore: '编号要等上传之后才有。', full: '存储已满，照片存不下。请连上网络上传，或删除手机上的其他内容；它还在页面上，没有丢。', needWhat: '请选问题类型，或写一句说明。', another: '再报一个', done: '完成',
    removePhoto: '不要这张', optional: '更多情况（可不填）', least: '不小于 {n}',
  },
  cases: {
    title: '我的事件', none: '没有交给我的事件。', waiting: '等待上传的上报', turn: '轮到我', others: '在别人手里', due: '期限', state: '状态', actions: '处理', history: '已在本机记下，等待上传：{what}', open: '打开',
    note: '处置说明', reason: '理由', evidence: '佐证照片', needEvidence: '报告处置要有佐证：先拍一张照片，或以巡河轨迹为证。', do: '保存', notHere: '这个事件不在本机，连上网络后再看。', desk: '完整页面', did: '已记下，有信号时自动提交。',
    noActions: '现在没有要我做的事。',
  },
  queue: {
    title: '待上传', none: '没有等待上传的记录。', lead: '记录在服务器确认收到之前一直留在本机。', send: '现在上传', export: '导出为文件', exportHint: '手机要换或要修时，把文件交给河长办导入。', size: '{n} 条，{size}', dismiss: '知道了', refusedTitle: '服务器没有接受', waitingTitle: '等待上传',
    kind: { 'patrol-start': '开始巡河', track: '轨迹', 'patrol-finish': '结束巡河', report: '上报', photo: '照片', voice: '录音', note: '说明', 'case-action': '事件处理', 'patrol-answer': '答复', 'patrol-company': '同行说明' },
    points: '{n} 点', others: '本机其他用户的记录只在本人登录后显示和上传。',
  },
  me: {
    title: '我的', large: '大字', largeHint: '字和按钮都放大', language: '语言', leave: '退出登录', leaveHint: '还有 {n} 条未上传，退出后仍保留在本机，本人再次登录后上传。', patrols: '我的巡河', queue: '待上传', storage: '本机存储', used: '已用 {used}，可用 {free}', persisted: '系统不会自动清理', notPersisted: '系统空间不足时可能被清理，请把本页添加到主屏幕',
    install: '添加到主屏幕', installHint: '在浏览器菜单里选“添加到主屏幕”，以后没有信号也能打开。', devices: '设备与登录', desk: '电脑版',
  },
  patrol: {
    title: '巡河记录', counts: '计次', countsNot: '不计次', because: '原因', checking: '真实性', fine: '没有发现疑点。', asked: '有几处请您说明。您的说明会和分数放在一起，供河长办查看。', answer: '我的说明', send: '提交说明', answered: '已说明：{text}',
    limits: '判别界限未经本地确认，只用于提醒，不自动扣分。', notFound: '这次巡河不在服务器上，可能还没有上传。', needNet: '查看结果需要网络。', score: '{n} 分', list: '最近的巡河', waiting: '还在本机，等待上传', notFinished: '未结束', late: '结束后又收到了补充，结果已重新计算。', company: '同行', both: '双方已确认，有合影', them: '等对方在手机上确认', you: '说与您同行', photo: '双方已说明，缺途中合影', track: '对方的巡河还没有上传', confirm: '是，一起走的', askCompany: '{name} 说 {time} 的巡河与您同行', look: '看这次巡河', addCompany: '说明谁与我同行', gaps: '断点', gapUnknown: '手机没有说明原因',
  },
  patrolReason: {
    too_short_time: '只有 {found} 分钟，要求 {asked} 分钟', too_short_way: '只有 {found} 米，要求 {asked} 米', too_soon: '距上次 {found} 小时，要求间隔 {asked} 小时', too_few_photos: '照片 {found} 张，要求 {asked} 张', no_track: '没有轨迹', not_accepted: '这种方式不被接受', elsewhere: '不在自己的河段上', out_of_season: '不在巡河季节',
  },
  map: { label: '河段图', in: '放大', out: '缩小', me: '我的位置', all: '整段', scale: '{length}', end: '河段端点' },
}

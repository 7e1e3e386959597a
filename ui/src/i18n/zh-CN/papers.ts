/** 考核表与报告。 */
export default {
  sheets: {
    title: '考核表', answer: '共 {n} 张考核表，其中 {templates} 张为未经确认的模板。', empty: '还没有安装考核表。',
    banner: { example: '此表为示例，不作正式依据，不能定稿。', template: '未经确认的模板：不计分，不能定稿。' },
    grade: '等级：{grade}。', missingInputs: '缺 {n} 项输入，相关项目不计分。', complete: '输入齐全。', noPoints: '不计分',
    noInput: '缺', entered: '{by} {at} 录入', enter: '录入', enterAgain: '重新录入', value: '数值 {unit}', why: '来源或理由', notANumber: '“{value}”不是数字。',
    fixed: '固定系数', vetoed: '触发一票否决，总分受限。', computed: '由平台计算', given: '{by}评分：', givePoints: '评分', places: '下属地区', rank: '第 {n} 名', partial: '可评满分 {max}，不排名', every: { month: '按月', quarter: '按季', year: '按年' },
    excel: 'Excel', download: '下载 Excel 表', choose: '选择填好的文件', take: '导入 {n} 行', looked: '可导入 {n} 行，有问题 {bad} 行；尚未写入。', took: '已导入 {n} 行，未导入 {bad} 行。', row: '第 {n} 行：',
    freezing: '正式考核表', freeze: '定稿',
  },
  gains: {
    title: '要提分，做什么', wanted: '想提高', unit: '分', and: '；',
    enough: '当前{now}分。做到下列任意一项，至少提高{wanted}分，按工作量由小到大：', enoughOne: '当前{now}分。做到以下事项，至少提高{wanted}分：',
    beyond: '提高{wanted}分达不到：能做的全部做到，可提高{most}分，至{points}分。',
    notFound: '没有找到提高{wanted}分的办法；已找到的最多提高{most}分，至{points}分。',
    unscored: '目前尚无可计分的项目，无从提分。', none: '能做的已全部做到，没有可提高的分。',
    comesTo: '{gain}分，至{points}分；约{days}人日', change: '{name}：{before} → {after}', topBy: '做法：{steps}。',
    notLeast: '组合太多，未能逐一比较，可能还有更省的办法。',
    try: '试算', steps: '可做的事', tryHint: '拖动滑块，考核表按改变后的数据重新计算。', tried: '{gain}分，至{points}分；约{days}人日。',
    step: '做一次', ofOne: '提高', days: '人日', times: '次数',
    left: '按当前数据推算；{period}还剩{n}天（含今天）。', over: '{period}已结束，仅作推演。', note: '人日为考核表自定的估计。',
  },
  sheetStatus: { confirmed: '已确认', example: '示例', template: '模板，未经确认' },
  reports: {
    title: '报告', make: '生成报告', kind: '类型', period: '时段', language: '语言', formats: '格式', doMake: '生成', made: '已有报告', signer: '签发', byItself: '自动生成', opened: '内容摘要与变化', stopping: '正在停止', exports: '上级报表：',
    progress: '进度', stop: '停止', diff: '与 {against} 的差别', same: '没有差别。', first: '没有可比较的上一期报告。',
    empty: '还没有报告。可在上方生成；日报、周报、月报也会自动生成。',
  },
  reportState: { queued: '排队中', running: '生成中', done: '已完成', failed: '失败', stopped: '已停止' },
  reportFormat: { docx: 'Word', xlsx: 'Excel', pdf: 'PDF' },
  reportLanguage: { zh: '中文', en: 'English' },
}

/** 目标与研判。 */
export default {
  targets: {
    title: '目标', kind: '目标类型', allKinds: '全部类型', allCounties: '全部县区',
    answer: '{n} 项目标中 {risk} 项有风险：{names}。', fine: '{n} 项目标均无风险。',
    target: '目标', toDate: '年初至今', outlook: '研判', allowed: '剩余余量', deciding: '决定因子', course: '走势', courseOf: '{name}：走势与要求',
    mapLabel: '目标分布：颜色越深可能性越大，圆环为有风险', tree: '目标分解', consistent: '各项分解后的目标都能保证上级目标。', more: '下有 {n} 项',
    sense: { at_least: '不低于 {value}', at_most: '不高于 {value}' },
    empty: '还没有登记目标。录入下达单位、地点、时段与要求后会列在这里。', emptyFilter: '没有符合条件的目标。可放宽筛选条件。',
    issuer: '下达单位', parent: '上级目标', period: '时段', place: '地点', document: '文件', signed: '签认', notSigned: '尚未签认', sign: '签认此目标', signedNow: '已签认。',
    fan: '实测与今后可能的走向', required: '要求', runningMean: '{what}，时段累计均值', levers: '如果', leversNote: '移动调节项，会按改变后的剩余时段重新计算概率。',
    whatIf: '按调节后', asIs: '按现状', record: '此研判的成绩', noRecord: '此目标还没有到期的研判。每次发布的研判都会保存，到期后评分。',
    skill: '相对气候值的技巧评分', noSkill: '此研判没有被证明的技巧：不比“以往达标的比例”更准，请按此理解。',
    lever: { scale: '剩余时段{what}', remove: '去掉最差的天数', flow: '剩余时段流量' }, reset: '恢复现状',
    openPlace: '打开所在地点', allowedTitle: '还剩多少余量', ofEnsemble: '占可能走向的 {share}',
  },
  targetKind: { section_class: '断面类别', good_share: '优良断面比例', good_days: '优良天数', good_day_share: '优良天数比例', pm25: 'PM2.5 均值', pm25_mean: 'PM2.5 均值', ecoflow: '生态流量', ecoflow_rate: '生态流量' },
  outlookState: { met: '已达标', likely: '有望达标', open: '未定', at_risk: '有风险', missed: '已无法达标', no_history: '历史太短', not_enough_history: '历史太短' },
  outlook: { spoken: '概率 {value}，区间 {range}', range: '区间 {range}' },
  reliability: {
    label: '研判概率与实际结果', note: '横轴为当时给出的概率（%），纵轴为实际达标的比例；点越大次数越多，落在线上即为准确。',
    bin: '给出 {forecast}，{n} 次中实际 {observed}', forecast: '给出', observed: '实际', n: '次数',
  },
}

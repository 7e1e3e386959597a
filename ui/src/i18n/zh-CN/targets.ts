/** 目标与研判。 */
export default {
  targets: {
    title: '目标', kind: '目标类型', allKinds: '全部类型', allCounties: '全部县区',
    answer: '{n} 项目标中 {risk} 项有风险：{names}。', fine: '{n} 项目标均无风险。',
    waiting: '另有 {n} 项尚无研判。', target: '目标', toDate: '截至目前', outlook: '研判', allowed: '剩余余量', deciding: '决定因子', course: '走势', courseOf: '{name}：走势与要求',
    mapLabel: '目标分布：颜色越深可能性越大，圆环为有风险', tree: '目标分解', consistent: '各项分解后的目标都能保证上级目标。', more: '下有 {n} 项',
    sense: { at_least: '不低于 {value}', at_most: '不高于 {value}', class: '不劣于{value}' }, days: '{n} 天',
    empty: '还没有登记目标。录入下达单位、地点、时段与要求后会列在这里。', emptyFilter: '没有符合条件的目标。可放宽筛选条件。',
    itemsTitle: '期末各项目', atEnd: '期末均值（百次中八十次）', nHistory: '历史天数', paper: '目标本身', openParent: '打开上级目标',
    issuer: '下达单位', parent: '上级目标', period: '时段', place: '地点', document: '文件', signed: '签认', notSigned: '尚未签认', sign: '签认此目标', signedNow: '已签认。',
    fan: '实测与今后可能的走向', required: '要求', runningMean: '{what}，时段累计均值', levers: '如果', leversNote: '移动调节项，会按改变后的剩余时段重新计算概率。',
    whatIf: '按调节后', asIs: '按现状', record: '此研判的成绩', noRecord: '已发布的研判尚无到期者；每次发布的研判都会保存，到期后评分。',
    skill: '技巧评分（95% 区间）', against: '参照', reference: { climatology: '以往月份达标比例', own: '本断面以往比例', persistence: '截至目前的类别' },
    hasSkill: '此类研判的技巧已得到证明：以当时所知重新研判，优于“以往月份达标的比例”。', noSkill: '此类研判没有被证明的技巧：不比“以往月份达标的比例”更准，请按此理解。',
    nothingToTell: '过去各月结果都相同，此处无从证明研判的技巧，请据此理解。', notTested: '还没有成绩：每月以当时所知重新研判过去各月，结果列在这里。', again: '以当时所知重新研判过去 {months} 个月共 {n} 次，实际达标 {met}；布赖尔评分 {brier}。', issued: '已发布的研判到期 {n} 次，达标 {met}；布赖尔评分 {brier}。', skillNote: '1 为完全准确，0 为不优于参照；区间含 0 则不能证明。',
    lever: { all: '全部项目', scale: '剩余时段浓度', remove: '去掉最差的天数', flow: '剩余时段流量' }, reset: '恢复现状',
    openPlace: '打开所在地点', allowedTitle: '还剩多少余量', ofEnsemble: '占可能走向的 {share}',
  },
  targetKind: { section_class: '断面类别', section_share: '优良断面比例', good_days: '优良天数', good_day_share: '优良天数比例', pm25_mean: 'PM2.5 均值', flow_share: '生态流量' },
  outlookState: { met: '已达标', likely: '有望达标', open: '未定', at_risk: '有风险', missed: '已无法达标', no_history: '历史太短', not_enough_history: '历史太短', pending: '尚未研判' },
  outlook: { spoken: '概率 {value}，区间 {range}', range: '区间 {range}' },
  reliability: {
    label: '研判概率与实际结果', note: '横轴为当时给出的概率（%），纵轴为实际达标的比例；点越大次数越多，落在线上即为准确。',
    bin: '给出 {forecast}，{n} 次中实际 {observed}', forecast: '给出', observed: '实际', n: '次数',
  },
}

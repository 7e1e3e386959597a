/** 还能做什么，以及各排口可排多少。 */
export default {
  measures: {
    title: '还能做什么', begin: '用孪生推演', waiting: '孪生正在推演，结果会自动出现在这里。',
    intro: '孪生把本次事件放进河道推演，给出各项措施对下游断面的作用。',
    prepared: '以 {time} 的河况推演{what}。', levers: '措施', goals: '断面', before: '不采取措施', after: '采取后', peak: '峰值', arrival: '超限时刻', limit: '限值', never: '不超限', cost: '费用约 {yuan} 元',
    confirm: '全模型核验', plan: '求最省方案', reset: '清零', again: '按现在的河况重新推演', kept: '达标把握 {share}',
    confirmed: '已经全模型核验（{time}）', confirmedOther: '上次核验的是另一组设置。',
    planned: '{time} 求得：各断面达标的最省方案，已经全模型核验（运行 {runs} 次）。', unreached: '无法全部达标。可达到的最低峰值：{list}。受限于：{binding}。', use: '按此设置', idle: '{time} 求得：不采取措施各断面也能达标，已经全模型核验。',
    assumed: '假定：措施的幅度与费用，一小时后起效、持续一天，嫌疑源与溯源结果一致。',
    kind: { reduce: '削减{name}排放', aerate: '{name}曝气', release: '{name}放水', divert: '引入{name}', gate: '调节{name}', block: '关闭{name}' },
  },
  capacity: {
    title: '容量总量', answer: '{n} 个排口中 {over} 个的容量小于许可量（无许可的按现状排放量）；容量合计 {sum} kg/d。', property: '污染物', fairness: '分配方式', share: '枯水流量与均值之比',
    by: { permit: '按许可比例', equal: '均等', total: '总量最大' }, outfall: '排口', permit: '许可', capacity: '容量', margin: '余量', binding: '制约断面', assumedMark: '按现状排放', none: '下游没有断面。',
    note: '恒定枯水；断面达到目标类别限值即为满。假定：外来水浓度 {carried} mg/L，每日衰减 {decay}，河宽水深随流量变化。不是分配文件：未经主管部门确认。',
    empty: '登记中没有排放该污染物的排口。', sections: '断面', target: '目标类别', limit: '限值', background: '无排口时', full: '按容量排放时',
  },
}

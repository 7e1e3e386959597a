/** 河流孪生的运行。 */
export default {
  twin: {
    title: '河流孪生', pages: '孪生页面', page: { health: '运行状况', profile: '纵断面', hydrograph: '过程线', skill: '预报检验' },
    asOf: '河况时刻 {time}，距今{age}', map: '全流域随时间变化', mapLabel: '所选时刻各河段的流量或水质类别', shown: '显示内容', ratio: '流量与均值之比',
    mode: { first_guess: '仅初估', no_flow: '无流量数据', no_level: '无水位数据', cold_start: '冷启动', late_data: '补录数据', old_forecast: '预报已旧' },
    modeWhy: {
      first_guess: '没有站点报来可用数据：入流取登记的平均流量。', no_flow: '近六小时没有流量数据：只随水位调整，或不调整。', no_level: '近六小时没有水位数据。',
      cold_start: '没有两天前的河况可接续：按入流把河道充满后起算。', late_data: '有数据迟到：本次从这些数据之前重新起算。', old_forecast: '一小时内没有完成新的一轮：显示的是当时的结果。',
    },
    step: { s0: '不足一半', s1: '偏少', s2: '接近均值', s3: '偏多', s4: '两倍半以上' },
    empty: '孪生尚未运行。流域载入后每十五分钟运行一轮；第一轮需编译一两分钟。',
    failed: '最近一轮失败，显示的是上一轮。{sentence}',
    answer: '{reaches} 个河段、{cells} 个单元，用时 {took} 推算到现在并预报三天。', rising: '{n} 个河段将上涨两成以上，其中{name}最多。', steady: '没有河段将上涨两成以上。',
    assumed: '假定：{n} 个河段的断面为梯形，由登记的宽、深、流量和流速推得；物质只随水输移，不计降解。',
    gauges: '水文站', observed: '实测', modelled: '孪生', by: '依据', fitBy: { flow: '随流量调整', level: '随水位调整', none: '无可依据' },
    reaches: '河段', reach: '河段', flow: '流量', in24: '24 小时后', in72: '72 小时后', depth: '水深', velocity: '流速', room: '距岸顶', level: '水位', energy: '能线', bank: '较低岸顶', bed: '河床',
    works: '计算情况', balance: '水量平衡误差', inflow: '流入', outflow: '流出', stored: '河道蓄量', span: '起止', steps: '步数',
    cycles: '各轮运行', at: '时刻', state: '状态', stateOf: { queued: '等待', running: '运行中', done: '完成', failed: '失败' }, took: '用时', tookLabel: '各轮用时', memory: '内存', short: '不足之处',
    profile: '纵断面', profileSpoken: '{river}纵断面：{n} 个河段，{length}；可用方向键沿河移动', profileAnswer: '{river}，{time}：上端 {head}，下端 {end}，全长 {length}。',
    profileNote: '类别为单项单值按地表水环境质量标准所得，不是断面评价。高程自最低出口起算，为假定值。', hint: '指向河流查看数值，也可用方向键沿河移动。',
    heightsOf: '高程', heights: { flat: '河床以上高度', true: '高程' },
    hydrograph: '过程线', allGauges: '全部水文站', noGauge: '没有测流量或水位的站点。请登记水文站及其在河上的位置。', noDatum: '该站基面与模型的差尚不知道：水位和流量同时有数据后即可得出。',
    band: { record: '区间来自检验记录：十次有八次落在其中', ensemble: '区间来自 32 个集合成员，其不确定度为假定：检验记录尚短', assumed: '区间为假定：检验记录尚短' }, hydrographNote: '实线为实测；点线为孪生，向前两天、预报三天；色带为十次中的八次。',
    skill: '预报检验', noSkill: '还没有到期的预报。每次预报都会保存，并与之后的实测比较；第一轮后一小时起有结果。', skillAnswer: '近 {days} 天，{n} 行中有 {better} 行的预报优于“维持现状”。',
    lead: '提前', pairs: '对数', mae: '平均误差', persistence: '维持现状', skillOf: '技巧', bias: '偏差', skillNote: '技巧 = 1 − 平均误差 / 维持现状的误差：1 为完美，低于 0 则不如维持现状。',
  },
}

/** DEV ONLY. Invented years, rankings, air, permits, targets, sheets and reports for the mock. */
import * as basin from './basin.mjs'
import * as river from './river.mjs'

const list = (items) => ({ items, total: items.length })
const said = (zh, en) => ({ zh, en })
const named = (code) => ({ code, name_zh: basin.place(code).properties.name_zh, name_en: basin.place(code).properties.name_en })
const regions = basin.places.features.filter((f) => f.properties.kind === 'region' && f.properties.code.length === 6).map((f) => f.properties)
const noise = (i) => { const x = Math.sin(i * 91.7 + 3) * 43758.5; return x - Math.floor(x) }
const days = (year) => Array.from({ length: 365 }, (_, i) => new Date(Date.UTC(year, 0, 1 + i)).toISOString().slice(0, 10)).filter((d) => d <= river.iso(river.nowMs()).slice(0, 10))
const EDITION = { code: 'GB 3838-2002', confirmed: false, note_zh: '', note_en: '' }

function year(code, wanted, asOf) {
  const all = days(wanted).filter((d) => !asOf || d <= asOf)
  const dayRows = all.map((day, i) => ({ day, class: noise(i) < 0.05 ? 0 : 2 + Math.floor(noise(i + 7) * 2.6 + Math.sin(i / 50)), deciding: ['tp'], n: 6 }))
  const months = [...new Set(all.map((d) => d.slice(0, 7)))].map((month, i) => {
    const tp = 0.12 + 0.1 * noise(i + 40)
    return { month, class: tp > 0.2 ? 4 : 3, deciding: ['tp'], missing: [], means: { tp, nh3n: 0.4 + 0.5 * noise(i), codmn: 4 + 2 * noise(i + 9), do: 8 - 3 * noise(i + 3) }, exceedance: tp > 0.2 ? { tp: tp / 0.2 - 1 } : {}, n_days: 28, complete: i < 10, why: said('有效天数不足。', 'Not enough valid days.') }
  })
  return { code, year: wanted, target_class: 3, edition: EDITION, limits: river.thresholds, days: dayRows, months, to_date: { class: 4, deciding: ['tp'], means: {}, exceedance: { tp: 0.1 }, n: all.length }, as_of: asOf, changed: asOf ? [{ kind: 'late', ...said('3 个读数迟到。', '3 readings came late.') }, { kind: 'class', ...said('2026-03 由Ⅲ类变为Ⅳ类。', '2026-03 went from class III to IV.') }] : [] }
}
const rating = (code, name_zh, name_en, n, i) => ({ code, name_zh, name_en, n_sections: n, classes: { 1: 0, 2: 1, 3: n - 1 - (i % 2), 4: i % 2, 5: 0, 6: 0 }, good_share: (n - (i % 2)) / n, bad_share: 0, rating: i % 2 ? 'light' : 'excellent', method: n < 5 ? 'mean' : 'shares', main: i % 2 ? [{ property: 'tp', multiple: 0.3, rate: 0.4 }] : [], change: { word: i % 2 ? 'worse' : 'same', delta_g: 0, delta_d: 0, before: '2026-09' } })
const ranks = (rows) => list(rows.map((row, i) => ({ ...row, rank: i + 1, moved: [2, 0, -1, null][i % 4], value: 0.61 + i * 0.09, change_percent: 4.1 - i, change_rank: rows.length - i })))

const air = (wanted) => ({
  place: '1407', year: wanted, name_zh: '晋中市', name_en: 'Jinzhong', edition: { code: 'HJ 633-2026', confirmed: true },
  days: days(wanted).map((day, i) => { const aqi = noise(i) < 0.04 ? null : Math.round(30 + 120 * noise(i + 5) * (1 + 0.5 * Math.cos(i / 58))); return { day, aqi, level: null, primary: aqi > 50 ? ['pm25'] : [], valid: aqi !== null, dust: i === 84 } }),
  to_date: { good_days: 226, valid_days: 311, good_share: 226 / 311, means: { pm25: 41.2, pm10: 88, so2: 14, no2: 31, co: 1.4, o3: 172 }, composite: 5.013 }, limits: { pm25: 35, pm10: 70, so2: 60, no2: 40, co: 4, o3: 160 }, places: [{ code: '1407', name_zh: '晋中市', name_en: 'Jinzhong' }],
})
const over = { property: 'cod', value: 71.3, limit: 50, unit: 'mg/L', period: 'hour', clause_zh: '许可证第 3.2 条：化学需氧量小时均值不高于 50 mg/L', clause_en: 'Permit, clause 3.2: hourly mean of chemical oxygen demand not above 50 mg/L', confirmed: false, at: river.iso(river.nowMs() - 3600e3), reading_id: 'reading-01', alert: 'alert-01MOCKALERT' }
const works = basin.facilities.filter((f) => f.kind === 'works').slice(0, 6)
const discharger = (f, i) => ({ ...named(f.code), kind: f.kind, permit: `9114${i}`, region: regions[i % regions.length].code, state: ['over', 'ok', 'ok', 'silent', 'unmonitored', 'unmonitored'][i], over: i === 0 ? [over] : [], load: i < 4 ? { cod: { year_kg: 41e3 + 9e3 * i, allowed_kg: 48e3, share: (41 + 9 * i) / 48 }, tn: { year_kg: 9e3, allowed_kg: 21e3, share: 9 / 21 } } : {} })
const outlook = (i) => ({ probability: [0.38, 0.92, 1, null, 0.61, 0.04][i % 6], low: [0.24, 0.85, 1, null, 0.4, 0.01][i % 6], high: [0.55, 0.97, 1, null, 0.8, 0.12][i % 6], state: ['at_risk', 'likely', 'met', 'no_history', 'open', 'at_risk'][i % 6], skill: i % 2 ? 0.21 : null, note_zh: '', note_en: '' })
const targets = () => basin.sections.slice(0, 9).map((s, i) => ({ id: `target-${i}`, kind: 'section_class', name_zh: `${s.name_zh}断面 2026 年水质`, name_en: `Water class of ${s.name_en} in 2026`, place: s.code, issuer: '晋中市', parent: i ? 'target-0' : null, region: regions[i % 4].code, period: { start: '2026-01-01', end: '2026-12-31' }, required: { class: 3, sense: 'at_most' }, to_date: { class: 3 + (i % 2) }, outlook: outlook(i), allowed: { property: 'tp', value: 0.11, unit: 'mg/L' }, deciding: ['tp'], spark: Array.from({ length: 10 }, (_, k) => 0.1 + 0.15 * noise(i * 13 + k)), children: i ? null : { ok: false, ...said('县级目标合计 7 个优良断面，比市级要求少 1 个。', 'County targets add up to 7 good sections, 1 fewer than required.') }, confirmed: i !== 2 }))
const sheetCards = [['water-strictest', '最严格水资源管理考核', 'Strictest water-resources assessment', 'water', '水资源', 'Water resources', 'example', 'year'], ['happy-river-five', '幸福河湖评价', 'Happy rivers and lakes', 'river', '河湖', 'Rivers and lakes', 'template', 'year'], ['key-projects', '重点项目进度', 'Key projects', 'projects', '项目', 'Projects', 'example', 'month']].map(([code, name_zh, name_en, subject, subject_zh, subject_en, status, period_kind]) => ({ code, name_zh, name_en, subject, subject_zh, subject_en, status, period_kind, version: '1', confirmed: false, document: null, max: 100, banner_zh: '', banner_en: '' }))
const sheetInput = (name, name_zh, name_en, value, more = {}) => ({ name, name_zh, name_en, unit: 'm³', value, source: '', computed: false, fixed: false, document: '', confirmed: false, form: value === null, missing: value === null ? said('尚未填报', 'nobody has entered it yet') : null, records: [], entered: null, ...more })
const sheet = (code) => { const card = sheetCards.find((c) => c.code === code) ?? sheetCards[0]; return { ...card, points: card.status === 'template' ? null : 82.5, complete: false, missing: ['total_use'], vetoed: false, grade: null, groups: [], region: '1407', region_zh: '晋中市', region_en: 'Jinzhong', period: card.period_kind === 'year' ? '2026' : '2026-11', regions: regions.map(({ code: c, name_zh, name_en }) => ({ code: c, name_zh, name_en })), places: [], enter: true, frozen: [], items: [{ code: 'total_use', kind: 'points', group: null, state: 'missing', value: null, unit: '1', target: null, target_unit: '1', why: said('缺控制指标。', 'What is allowed is missing.'), manual: false, missing: ['allowed_m3'], derived: [], review: null, name_zh: '用水总量', name_en: 'Total use', points: null, max: 35, formula: '35 * min(1, allowed_m3 / used_m3)', inputs: [sheetInput('used_m3', '用水总量', 'water used', 7.1e8, { source: 'water.used', computed: true, records: [{ id: 'reading-01', href: null, label: '' }] }), sheetInput('allowed_m3', '控制指标', 'allowed', null)] }], freeze: { possible: false, ...said('模板未经核实，不能定稿。', 'A template that nobody has confirmed cannot be frozen.') } } }
const bulletin = { title_zh: '水环境月报', title_en: 'Monthly bulletin', error: null, error_code: null, stopping: false, scheduled: false, asked_at: river.iso(river.nowMs() - 6e5) }
const reports = [{ ...bulletin, id: 'report-2', kind: 'monthly', period: '2026-10', period_zh: '2026年10月', period_en: 'October 2026', language: 'zh', state: 'running', progress: 0.4, step: said('绘制地图', 'drawing the map'), made_at: null, by: 'prefecture', files: [] }, { ...bulletin, id: 'report-1', kind: 'monthly', period: '2026-09', period_zh: '2026年9月', period_en: 'September 2026', language: 'zh', state: 'done', progress: 1, made_at: river.iso(river.nowMs() - 9e8), by: 'prefecture', files: ['docx', 'xlsx', 'pdf'].map((format) => ({ name: `bulletin.${format}`, format })) }]

export const routes = [
  [/^\/cloud\/sections\/([^/]+)\/year$/, (q, m) => year(m[1], Number(q.get('year')), q.get('as_of'))],
  [/^\/cloud\/ratings$/, (q) => ({ period: q.get('period'), basin: rating('1407', '全流域', 'The basin', 14, 1), rivers: ['汾河:Fen:6', '潇河:Xiao:2', '乌马河:Wuma:1'].map((r, i) => { const [zh, en, n] = r.split(':'); return rating(en, zh, en, Number(n), i) }), notes: [{ ...said('断面少于五个时按均值评价。', 'With under five sections the means are rated.'), confirmed: false }] })],
  [/^\/cloud\/rankings$/, (q) => ranks(q.get('kind') === 'counties' ? regions : basin.sections.map((s) => named(s.code)))],
  [/^\/cloud\/air\/rankings$/, () => ranks(regions)],
  [/^\/cloud\/air\/now$/, () => list(basin.stations.filter((s) => s.kind === 'air').map((s, i) => ({ ...named(s.code), aqi: [62, 118, 34, null][i], level: null, primary: i < 2 ? ['pm25'] : [], at: river.iso(river.nowMs()), values: { pm25: 44, pm10: 90, o3: 61, no2: 30, so2: 12, co: 1.1 } })))],
  [/^\/cloud\/air\/year$/, (q) => air(Number(q.get('year')))],
  [/^\/cloud\/air\/measures$/, () => list([{ id: 'measure-1', kind: 'loose_coal', name_zh: '城北散煤清零', name_en: 'North town off loose coal', region: regions[0].code, indicator_zh: '完成户数', indicator_en: 'households', target: 1200, done: 870, unit: '户', state: 'running', assumed: true, inspections: [{ at: river.iso(river.nowMs() - 9e8), person: 'county', finding: '抽查 20 户，2 户复烧。' }] }])],
  [/^\/cloud\/air\/control-list$/, (q) => ({ ...list([{ ...named(basin.facilities.find((f) => f.kind === 'enterprise')?.code ?? works[0].code), grade: 'C', measure_zh: '停产 50 %', measure_en: 'half of the production stops' }]), day: q.get('day'), level: 'orange', confirmed: false })],
  [/^\/cloud\/dischargers$/, () => list(works.map(discharger))],
  [/^\/cloud\/dischargers\/([^/]+)$/, (q, m) => discharger(works.find((w) => w.code === m[1]) ?? works[0], 0)],
  [/^\/cloud\/flows$/, (q) => list([{ ...named(basin.stations.find((s) => s.kind === 'hydrology').code), target_m3s: 3.1, rate: 0.94, n: 320, days: days(Number(q.get('year'))).map((day, i) => ({ day, ok: i % 37 === 0 ? null : noise(i) > 0.06, flow_m3s: 4 })) }])],
  [/^\/govern\/targets$/, () => list(targets())],
  [/^\/govern\/targets\/([^/]+)$/, (q, m) => targets().find((one) => one.id === m[1]) ?? null],
  [/^\/govern\/change$/, (q) => ({ section: q.get('section'), property: q.get('property'), year: Number(q.get('year')), unit: '%', total: { value: -18, low: -26, high: -9 }, flow: { value: -14, low: -20, high: -8 }, rest: { value: -4, low: -13, high: 6 }, sentence: said('下降主要来自水量；其余部分不能与零区分。', 'The fall comes mostly from the flow; the rest cannot be told from zero.') })],
  [/^\/govern\/sheets$/, () => ({ ...list(sheetCards), faults: [] })],
  [/^\/govern\/sheets\/([^/]+)$/, (q, m) => sheet(m[1])],
  [/^\/govern\/reports$/, () => ({ ...list(reports), kinds: [['daily', '日报', 'Daily bulletin', '2026-11-20'], ['monthly', '水环境月报', 'Monthly bulletin', '2026-10']].map(([code, title_zh, title_en, period]) => ({ code, title_zh, title_en, period })), exports: [{ code: 'province', name_zh: '省厅表', name_en: 'Province', confirmed: false }] })],
  [/^\/govern\/reports\/([^/]+)$/, () => ({ ...reports[1], said: [said('全市优良断面比例 78 %。', '78 % of the sections are good.')], missing: [], diff: { against: '2026-08', items: [said('王庄桥南由Ⅲ类变为Ⅳ类。', 'Wangzhuangqiao went from III to IV.')] } })],
]

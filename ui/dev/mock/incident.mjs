/** DEV ONLY. One invented incident for the mock: alert, trace, forecast, mission, case. */
import * as basin from './basin.mjs'
import { ALERT_AT, iso, nowMs, value } from './river.mjs'

const named = (code) => {
  const p = basin.place(code).properties
  return { code, name_zh: p.name_zh, name_en: p.name_en }
}
const at = (code) => {
  const { geometry, properties: p } = basin.place(code)
  return { lon: geometry.coordinates[0], lat: geometry.coordinates[1], reach: p.reach, chainage_m: p.chainage_m, river: p.river, river_chainage_m: p.river_chainage_m }
}
const A = 'alert-01MOCKALERT'
const M = 'mission-01MOCKMISSION'
export const C = 'case-01MOCKCASE'

export const alert = {
  id: A, kind: 'pollution', severity: 3, state: 'open', station: named('wq-xiangle'), section: 'sec-xiangle', property: 'tp', value: 0.31, limit: 0.2,
  ...at('wq-xiangle'), at: iso(ALERT_AT), last_at: iso(ALERT_AT + 3600e3),
}
const doubt = { id: 'alert-01MOCKSENSOR', kind: 'instrument', severity: 1, state: 'open', station: named('wq-jialing'), section: 'sec-jialing', property: 'ph', value: 14, limit: null, ...at('wq-jialing'), at: iso(ALERT_AT - 9 * 3600e3), last_at: null }
export const alerts = [alert, doubt]

const candidates = [['works-qixian-2', 0.61], ['out-xiangle', 0.14], ['out-jialing', 0.09]].map(([code, probability]) => ({
  ...named(code), kind: basin.place(code).properties.kind, probability, ...at(code), start: iso(ALERT_AT - 9 * 3600e3), mass_kg: 84.2,
}))
candidates.push({ ...named('sec-wennanshe'), kind: 'boundary', probability: 0.1, ...at('sec-wennanshe'), start: null, mass_kg: null })
candidates.push({ code: 'none', kind: 'none', name_zh: '', name_en: '', probability: 0.06, reach: null, chainage_m: null, lon: null, lat: null, start: null, mass_kg: null })

const reachProbability = []
for (let m = 0; m < 17000; m += 1000) reachProbability.push({ reach: 'fen-02', from_m: m, to_m: m + 1000, probability: 0.012 + 0.3 * Math.exp(-(((m - 14600) / 1300) ** 2)) })
for (let m = 0; m < 11000; m += 1000) reachProbability.push({ reach: 'fen-04', from_m: m, to_m: m + 1000, probability: 0.008 + 0.05 * (m > 9500) })

const fen = basin.rawReaches.filter((r) => r.river === 'fen')
const total = fen.reduce((sum, r) => sum + Number(r.length_m), 0)
function front() {
  const start = basin.place('wq-xiangle').properties.river_chainage_m
  return Array.from({ length: 80 }, (_, i) => {
    const t = i * 1800
    const middle = start + t * 0.46
    const spread = 2200 + t * 0.035
    const points = []
    for (const reach of fen) {
      for (let m = 0; m < Number(reach.length_m); m += 500) {
        const x = (basin.offset.get(reach.code) ?? 0) + m
        const c = (0.31 * 2200 * Math.exp(-(((x - middle) / spread) ** 2))) / spread
        if (c > 0.004) points.push({ reach: reach.code, chainage_m: m, concentration: c })
      }
    }
    return { at: iso(ALERT_AT + t * 1000), points }
  })
}
const start = basin.place('wq-xiangle').properties.river_chainage_m
const forecast = basin.sections
  .filter((s) => basin.place(s.code).properties.river === 'fen' && basin.place(s.code).properties.river_chainage_m >= start - 1)
  .map((s) => {
    const t = ((basin.place(s.code).properties.river_chainage_m - start) / 0.46) * 1000
    const peak = 0.31 / (1 + t / 9e7)
    return {
      ...named(s.code), arrival: iso(ALERT_AT + t), arrival_low: iso(ALERT_AT + t * 0.85), arrival_high: iso(ALERT_AT + t * 1.2), peak, peak_low: peak * 0.85, peak_high: peak * 1.2,
      unit: 'mg/L', class: peak > 0.3 ? 5 : peak > 0.2 ? 4 : 3, arrived: t < 1000,
    }
  })

const sorties = [1, 2].map((n) => ({ n, length_m: 6120 + n * 130, duration_s: 1340, photos: 168, battery_share: 0.8, waypoints: 24, home: [112.25, 37.42], home_assumed: true }))
export const mission = { id: M, state: 'flown', alert: A, case: null, reach: 'fen-02', from_m: 12000, to_m: 17000, camera: 'M3E', drone: 'M3E', altitude_m: 120, gsd_cm: 3.2, overlap: [0.6, 0.5], sorties, planned_at: iso(ALERT_AT + 60e3), flown_at: iso(ALERT_AT + 3 * 3600e3), lon: 112.25, lat: 37.42 }

const reach = basin.network.features.find((f) => f.properties.code === 'fen-02').geometry.coordinates
const end = reach.slice(-4)
const lines = [-0.0006, 0, 0.0006].map((shift, i) => ({ type: 'Feature', properties: { sortie: 1 + (i > 1) }, geometry: { type: 'LineString', coordinates: (i % 2 ? [...end].reverse() : end).map(([x, y]) => [x + shift, y]) } }))
export const findings = [{ id: 'finding-01MOCK', photo: 'photo-2', mission: M, kind: 'outfall', note: '', u: 2100, v: 1300, lon: 112.2544, lat: 37.4216, reach: 'fen-02', chainage_m: 15070, error_m: 3.4, state: 'open', case: null }]
const photos = Array.from({ length: 12 }, (_, i) => {
  const t = (i / 12) * (end.length - 1)
  const k = Math.floor(t)
  const [a, b] = [end[k], end[Math.min(k + 1, end.length - 1)]]
  const lon = i === 11 ? null : a[0] + (b[0] - a[0]) * (t - k)
  const lat = i === 11 ? null : a[1] + (b[1] - a[1]) * (t - k)
  return { id: `photo-${i}`, name: `DJI_${i}.JPG`, lon, lat, taken_at: iso(ALERT_AT + 3 * 3600e3 + i * 4000), alt_m: 118, width_px: 4000, height_px: 3000, url: '/mock/photo.svg', thumb_url: '/mock/photo.svg', placed: lon !== null, why: lon === null ? 'the photograph has no position' : null, reach: 'fen-02', chainage_m: 15000 }
})
export const missionPage = () => ({ mission, lines: { type: 'FeatureCollection', features: lines }, photos, coverage: { fraction: 0.91, gaps: { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: end.slice(0, 2) } }] } }, findings })

const chief = basin.chiefs.find((c) => c.level === 'county') ?? basin.chiefs[0]
export const cases = [
  { id: C, number: '2026-00312', title_key: 'case.title.pollution', params: { property: 'tp', value: 0.31, limit: 0.2, station_zh: '香乐桥水质站', station_en: 'Xiangle Bridge station', reach_zh: '汾河（潇河口—乌马河口）', reach_en: 'Fen River, Xiao mouth to Wuma mouth' }, state: 'dispatched', severity: 3, source: 'alert', ...at('works-qixian-2'), assignee: chief, alert: A, section: 'sec-xiangle', due: iso(ALERT_AT + 12 * 3600e3), overdue: false, opened_at: iso(ALERT_AT + 90e3), closed_at: null, confirmed_at: null },
  { id: 'case-02MOCK', number: '2026-00307', title_key: 'case.title.walker', params: { note: '河岸堆放建筑垃圾约 20 立方米，占压护坡' }, state: 'handled', severity: 2, source: 'walker', ...at('out-xiangle'), assignee: chief, alert: null, section: null, due: iso(nowMs() - 5 * 3600e3), overdue: true, opened_at: iso(nowMs() - 52 * 3600e3), closed_at: null, confirmed_at: null },
  { id: 'case-03MOCK', number: '2026-00298', title_key: 'case.title.finding', params: { kind: 'foam', note: '', reach_zh: '汾河（昌源河口—惠济河口）', reach_en: 'Fen River, Changyuan mouth to Huiji mouth' }, state: 'closed', severity: 1, source: 'finding', ...at('sec-jialing'), assignee: chief, alert: null, section: null, due: null, overdue: false, opened_at: iso(nowMs() - 200 * 3600e3), closed_at: iso(nowMs() - 60 * 3600e3), confirmed_at: iso(nowMs() - 30 * 3600e3) },
]

const HEX = Buffer.from('##0183QN=20261121115000001;ST=21;CN=2061;PW=123456;MN=A14070000000000000000012;Flag=5;CP=&&DataTime=20261121110000;w21011-Avg=0.310,w21011-Flag=N;w21003-Avg=1.42,w21003-Flag=N&&7A40\r\n').toString('hex')
export const frames = (n) => Array.from({ length: n }, (_, i) => ({ id: `frame-01MOCK${i}`, at: iso(nowMs() - i * 1800e3), peer: '127.0.0.1:53122', raw_hex: HEX, decoded: [{ protocol: 'hj212', valid: true, device: 'A14070000000000000000012', readings: [{ code: 'w21011', property: 'tp', value: 0.31, unit: 'mg/L', flag: 'ok' }] }] }))

const step = (name, id, seconds, params, href = null, who = null) => ({ step: name, id, at: iso(ALERT_AT + seconds * 1000), who, summary_key: name === 'move' ? params.key : `step.${name}`, params, href })
export const steps = () => [
  step('frame', 'frame-01MOCK0', 0, { peer: '127.0.0.1:53122', bytes: 183 }),
  step('reading', 'reading-01MOCK', 1, { place: 'wq-xiangle', property: 'tp', value: 0.31, unit: 'mg/L' }),
  step('verdict', 'verdict-01MOCK', 2, { section: 'sec-xiangle', water_class: 5 }),
  step('alert', A, 3, { station: 'wq-xiangle', property: 'tp', value: 0.31 }, `/alert/${A}`),
  step('trace', 'trace-01MOCK', 9, { n_readings: 126, code: 'works-qixian-2', probability: 0.61 }),
  step('mission', M, 11, { reach: 'fen-02' }, `/mission/${M}`),
  step('case', C, 12, { number: '2026-00312' }, `/case/${C}`),
  step('finding', 'finding-01MOCK', 11000, { kind: 'outfall', error_m: 3.4 }),
  { ...step('move', `${C}:3`, 13, { key: 'case.move.dispatch', from: 'accepted', to: 'dispatched', note: '' }, null, 'platform') },
]
export const alertPage = () => ({
  alert: { ...alert, value: Number(value('wq-xiangle', 'tp', ALERT_AT + 3 * 3600e3).toFixed(3)), unit: 'mg/L', why: { key: 'alert.departure.above_habit', expected: 0.14, ratio: 2.2 } },
  trace: { id: 'trace-01MOCK', at: iso(ALERT_AT + 9000), n_readings: 126, candidates, reach_probability: reachProbability },
  forecast: { items: forecast, front: front() }, mission, case: cases[0], steps: steps(),
})
export const casePage = (id) => ({ case: cases.find((c) => c.id === id) ?? cases[0], allowed: [{ action: 'handle', needs: ['note', 'evidence'] }, { action: 'return', needs: ['reason'] }], timeline: steps(), evidence: [{ id: 'evidence-01', kind: 'note', text: '已到现场，总排口关闭。', sha256: 'ab', prev_hash: '', hash: 'f3a9d1c0b7e64c1f', by: 'chief-qixian', at: iso(ALERT_AT + 7200e3), url: null, lon: null, lat: null }], responsible: [chief] })
export const explain = () => {
  const nodes = steps()
  const node = (name, parents) => ({ ...nodes.find((n) => n.step === name), parents, roles: {} })
  const frame = { ...node('frame', []), params: { peer: '127.0.0.1:53122', bytes: 183, raw_hex: HEX } }
  return node('case', [node('trace', [node('alert', [node('reading', [frame])]), ...Array.from({ length: 12 }, (_, i) => ({ ...node('reading', [frame]), id: `reading-${i}` }))])])
}
void total

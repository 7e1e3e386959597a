/** DEV ONLY. Invented readings and classes for the mock; nothing of this reaches the product. */
import * as basin from './basin.mjs'

export const START = Date.parse('2026-11-21T13:02:00Z')
const began = Date.now()
export const SPEED = 60
export const nowMs = () => START + (Date.now() - began) * SPEED
export const iso = (ms) => new Date(ms).toISOString()
export const ALERT_AT = START - 4.2 * 3600e3

const LIMITS = { do: [7.5, 6, 5, 3, 2], codmn: [2, 4, 6, 10, 15], nh3n: [0.15, 0.5, 1, 1.5, 2], tp: [0.02, 0.1, 0.2, 0.3, 0.4] }
export const thresholds = LIMITS
const BASE = { water_temperature: 7.5, ph: 8.1, do: 8.2, ec: 910, turbidity: 14, codmn: 4.6, nh3n: 0.62, tp: 0.14, tn: 4.2, level: 2.31, flow: 12.4, rain: 0, cod: 24 }
const UNIT = { water_temperature: '°C', ph: '1', ec: 'µS/cm', turbidity: 'NTU', level: 'm', flow: 'm³/s', rain: 'mm' }
export const unitOf = (property) => UNIT[property] ?? 'mg/L'

function noise(seed) {
  const x = Math.sin(seed * 127.1 + 11.7) * 43758.5453
  return x - Math.floor(x) - 0.5
}
const hash = (text) => [...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 9973, 7)

export function value(station, property, ms) {
  const own = 1 + noise(hash(station)) * 0.7
  const hour = ms / 3600e3
  let v = (BASE[property] ?? 1) * (property === 'ph' || property === 'level' ? 1 + noise(hash(station)) * 0.05 : own)
  v *= 1 + 0.06 * Math.sin((hour / 24) * 2 * Math.PI) + 0.07 * noise(hour + hash(property + station))
  if (station === 'wq-xiangle' && ['tp', 'nh3n', 'ec', 'codmn'].includes(property)) {
    const t = (ms - ALERT_AT) / 3600e3
    if (t > -1) v *= 1 + 1.6 * Math.exp(-(((t - 3) / 3) ** 2))
  }
  return v
}

export function series(station, property, startMs, endMs) {
  const step = (basin.intervals.get(station)?.[property] ?? 3600) * 1000
  const points = []
  for (let t = Math.ceil(startMs / step) * step; t <= Math.min(endMs, nowMs()); t += step) {
    const n = noise(t / step + hash(station))
    if (t % (86400e3 * 3) < 6 * 3600e3 && station.length % 2) continue
    points.push([t / 1000, Number(value(station, property, t).toPrecision(4)), n > 0.49 ? 9 : 0, n < -0.492 ? 1 : 0])
  }
  return { place: station, property, unit: unitOf(property), points }
}

export function classOf(property, v) {
  const row = LIMITS[property]
  if (!row || v === null) return 0
  const at = property === 'do' ? row.findIndex((limit) => v >= limit) : row.findIndex((limit) => v <= limit)
  return at < 0 ? 6 : at + 1
}

export function sectionNow(section, ms) {
  if (!section.station) return { class: 0, deciding: [], at: null, on_target: null, inputs: [] }
  const step = 4 * 3600e3
  const at = Math.floor(ms / step) * step
  const inputs = Object.keys(LIMITS).map((property) => {
    const v = Number(value(section.station, property, at).toPrecision(3))
    return { property, value: v, unit: 'mg/L', time: iso(at), reading_id: `reading-MOCK${property.toUpperCase()}`, class: classOf(property, v) }
  })
  const worst = Math.max(...inputs.map((i) => i.class))
  return { class: worst, deciding: inputs.filter((i) => i.class === worst).map((i) => i.property), at: iso(at), on_target: worst <= Number(section.target_class), inputs }
}

export function stationNow(station, ms) {
  const silent = station.code === 'wq-jialing' ? 30 : station.code.startsWith('hy') && hash(station.code) % 3 === 0 ? 3 : 0
  const values = {}
  for (const property of Object.keys(basin.intervals.get(station.code) ?? {})) {
    const time = ms - silent * 3600e3 - 300e3
    values[property] = { value: Number(value(station.code, property, time).toPrecision(4)), unit: unitOf(property), flag: 0, time: iso(time) }
  }
  return { health: silent > 12 ? 'silent' : silent ? 'late' : 'alive', last: iso(ms - silent * 3600e3 - 300e3), values }
}

export function state(ms) {
  const sections = Object.fromEntries(basin.sections.map((s) => [s.code, sectionNow(s, ms)]))
  const reaches = {}
  for (const reach of basin.rawReaches) {
    const mine = basin.sections.filter((s) => s.reach === reach.code && sections[s.code].class)
    const river = basin.sections.filter((s) => basin.rawReaches.find((r) => r.code === s.reach)?.river === reach.river && sections[s.code].class)
    reaches[reach.code] = sections[(mine[0] ?? river[0])?.code]?.class ?? 0
  }
  return { at: iso(ms), reaches, sections, stations: Object.fromEntries(basin.stations.map((s) => [s.code, stationNow(s, ms)])) }
}

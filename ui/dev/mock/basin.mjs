/** DEV ONLY. The registry for the mock: read from the basin folder that the product ships. */
import { readFileSync } from 'node:fs'

const FOLDER = new URL('../../../src/riverchief/basins/jinzhong/', import.meta.url)

function parse(line) {
  const cells = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    const c = line[i]
    if (quoted && c === '"' && line[i + 1] === '"') (cell += '"'), i++
    else if (c === '"') quoted = !quoted
    else if (c === ',' && !quoted) cells.push(cell), (cell = '')
    else cell += c
  }
  return [...cells, cell]
}

export function table(name) {
  const lines = readFileSync(new URL(name, FOLDER), 'utf8').replace(/^\ufeff/, '').trim().split(/\r?\n/)
  const head = parse(lines[0])
  return lines.slice(1).map((line) => Object.fromEntries(parse(line).map((cell, i) => [head[i], cell])))
}

const geojson = JSON.parse(readFileSync(new URL('reaches.geojson', FOLDER), 'utf8'))
const lines = new Map(geojson.features.map((f) => [f.properties.code, f.geometry.coordinates]))
const rivers = new Map(table('rivers.csv').map((r) => [r.code, r]))
export const rawReaches = table('reaches.csv')
const byFrom = new Map(rawReaches.map((r) => [r.from_node, r]))

export const offset = new Map()
for (const river of rivers.keys()) {
  const mine = rawReaches.filter((r) => r.river === river)
  const ends = new Set(mine.map((r) => r.to_node))
  let reach = mine.find((r) => !ends.has(r.from_node))
  let at = 0
  while (reach && reach.river === river) {
    offset.set(reach.code, at)
    at += Number(reach.length_m)
    reach = mine.find((r) => r.from_node === reach.to_node)
  }
}
export const downstream = (code) => byFrom.get(rawReaches.find((r) => r.code === code)?.to_node ?? '')?.code ?? null

export const network = {
  type: 'FeatureCollection',
  features: rawReaches.map((r) => ({
    type: 'Feature',
    geometry: { type: 'LineString', coordinates: lines.get(r.code) },
    properties: {
      code: r.code, river: r.river, name_zh: r.name_zh, name_en: r.name_en, from_node: r.from_node, to_node: r.to_node,
      length_m: Number(r.length_m), velocity_ms: Number(r.velocity_ms), flow_m3s: Number(r.flow_m3s), main: r.river === 'fen',
      river_name_zh: rivers.get(r.river).name_zh, river_name_en: rivers.get(r.river).name_en, river_offset_m: offset.get(r.code) ?? 0,
    },
  })),
}

const address = (row) => ({
  reach: row.reach || null,
  chainage_m: row.reach ? Number(row.chainage_m) : null,
  river: rawReaches.find((r) => r.code === row.reach)?.river ?? null,
  river_chainage_m: row.reach ? (offset.get(row.reach) ?? 0) + Number(row.chainage_m) : null,
})
const feature = (row, kind, more = {}) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [Number(row.lon), Number(row.lat)] },
  properties: { kind, code: row.code, name_zh: row.name_zh, name_en: row.name_en, ...address(row), ...more },
})

export const intervals = new Map()
for (const row of table('station_intervals.csv')) {
  intervals.set(row.station, { ...(intervals.get(row.station) ?? {}), [row.property]: Number(row.interval_s) })
}
export const stations = table('stations.csv')
export const sections = table('sections.csv')
export const chiefs = table('chiefs.csv')
export const duties = table('responsibilities.csv')
export const projects = table('projects.csv')
export const facilities = table('facilities.csv')
export const places = {
  type: 'FeatureCollection',
  features: [
    ...table('regions.csv').map((r) => feature(r, 'region')),
    ...stations.map((s) => feature(s, 'station', { station_kind: s.kind, interval_s: intervals.get(s.code) ?? {} })),
    ...sections.map((s) => feature(s, 'section', { level: s.level, target_class: Number(s.target_class), boundary: s.boundary === 'true', station: s.station })),
    ...facilities.map((f) => feature(f, f.kind)),
  ],
}
export const place = (code) => places.features.find((f) => f.properties.code === code)
const all = network.features.flatMap((f) => f.geometry.coordinates)
export const bbox = [Math.min(...all.map((c) => c[0])), Math.min(...all.map((c) => c[1])), Math.max(...all.map((c) => c[0])), Math.max(...all.map((c) => c[1]))]

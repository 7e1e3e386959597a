/** What the map draws, as GeoJSON made from the registry and the state. Pure; the map only paints it. */
import type { Feature, FeatureCollection, Geometry } from 'geojson'

import type { Network, Places } from '@/api/basin'
import type { AlertMark, Candidate, CloudState, FrontPoint, ReachProbability } from '@/api/cloud'
import type { CaseCard } from '@/api/ground'
import type { Piece } from '@/api/ledger'
import type { LonLat } from '@/api/shapes'
import { distanceM, pointAt } from '@/lib/geo'
import { formatNumber } from '@/lib/number'
import { pinAge, toSeconds } from '@/lib/time'
import type { RiverLine } from '@/stores/basin'

export const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }

export const collect = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features })

export const feature = (geometry: Geometry, properties: Record<string, unknown>): Feature => ({
  type: 'Feature',
  geometry,
  properties,
})

export const point = (lon: number, lat: number, properties: Record<string, unknown>): Feature =>
  feature({ type: 'Point', coordinates: [lon, lat] }, properties)

/** Reaches with their class now; `faded` where the layer is off. */
export function reachLines(network: Network, state: CloudState | null): FeatureCollection {
  return collect(
    network.features.map((reach) =>
      feature(reach.geometry, {
        code: reach.properties.code,
        river: reach.properties.river,
        main: reach.properties.main,
        class: state?.reaches[reach.properties.code] ?? 0,
      }),
    ),
  )
}

/** Where the names of rivers stand: in the middle, and again along a long one. Labels find a side by themselves. */
export function riverNames(network: Network, rivers: RiverLine[], name: (river: RiverLine) => string): FeatureCollection {
  const lines = new Map(network.features.map((f) => [f.properties.code, f.geometry.coordinates as LonLat[]]))
  const features: Feature[] = []
  for (const river of rivers) {
    const shares = river.main ? [0.33, 0.68] : [0.55]
    for (const [rank, share] of shares.entries()) {
      const at = share * river.length_m
      const reach = river.reaches.find((r) => at <= r.river_offset_m + r.length_m)
      const line = reach && lines.get(reach.code)
      if (!reach || !line?.length) continue
      const [lon, lat] = pointAt(line, reach.length_m, at - reach.river_offset_m)
      features.push(point(lon, lat, { name: name(river), main: river.main, code: river.code, rank: (river.main ? 0 : 10) + rank }))
    }
  }
  return collect(features)
}

export interface PlaceWords {
  name: (place: { name_zh: string; name_en: string }) => string
  numeral: (value: number) => string
}

/** Everything that has a point: its symbol's image name and its label. */
export function placePoints(places: Places, state: CloudState | null, words: PlaceWords): FeatureCollection {
  const watched = stationsUnderSections(places)
  return collect(
    places.features.map(({ geometry, properties: p }) => {
      let icon: string = p.kind
      let label = words.name(p)
      const under = watched.has(p.code)
      if (p.kind === 'station') icon = `station-${state?.stations[p.code]?.health ?? 'silent'}${p.station_kind === 'air' ? '|air' : ''}`
      if (under) label = ''
      const rank = p.kind === 'region' ? p.code.replace(/0+$/, '').length : 0
      if (p.kind === 'section') {
        const now = state?.sections[p.code]?.class ?? 0
        icon = `section|${now}`
        label = `${label} ${now ? words.numeral(now) : '?'}`
      }
      return feature(geometry, { kind: p.kind, code: p.code, icon, label, under, rank })
    }),
  )
}

/** Stations that stand where their section is: drawn as a larger disc under its diamond. */
export function stationsUnderSections(places: Places): Set<string> {
  const sections = places.features.filter((f) => f.properties.kind === 'section')
  const result = new Set<string>()
  for (const { geometry, properties: p } of places.features) {
    if (p.kind !== 'station') continue
    const here = geometry.coordinates as LonLat
    if (sections.some((s) => distanceM(s.geometry.coordinates as LonLat, here) < 400)) result.add(p.code)
  }
  return result
}

export function casePins(cases: CaseCard[], nowS: number): FeatureCollection {
  return collect(
    cases
      .filter((item) => item.lon !== null && item.lat !== null && item.state !== 'closed')
      .map((item) => {
        const opened = toSeconds(item.opened_at)
        const age = Number.isFinite(opened) ? pinAge(nowS - opened) : item.overdue ? '!' : ''
        return point(item.lon!, item.lat!, {
          kind: 'case',
          code: item.id,
          icon: `case|${item.severity}|${age}`,
          rank: item.severity,
        })
      }),
  )
}

/** Cases counted along the rivers; `weight` is relative to the piece that has the most. */
export function heatPoints(pieces: Piece[]): FeatureCollection {
  const most = Math.max(...pieces.map((piece) => piece.n), 1)
  return collect(pieces.map((piece) => point(piece.lon, piece.lat, { n: piece.n, weight: Math.sqrt(piece.n / most) })))
}

export function alertRings(alerts: AlertMark[]): FeatureCollection {
  return collect(
    alerts
      .filter((item) => item.state === 'open' && item.lon !== null && item.lat !== null)
      .map((item) => point(item.lon!, item.lat!, { kind: 'alert', code: item.id, icon: 'alert-ring' })),
  )
}

type Locate = (reach: string, chainageM: number) => LonLat | null
type Cut = (reach: string, fromM: number, toM: number) => LonLat[] | null

export function frontPoints(points: FrontPoint[], top: number, locate: Locate): FeatureCollection {
  const features: Feature[] = []
  for (const item of points) {
    const at = locate(item.reach, item.chainage_m)
    const strength = top > 0 ? Math.min(1, item.concentration / top) : 0
    if (at && strength > 0.02) features.push(point(at[0], at[1], { strength }))
  }
  return collect(features)
}

/** The candidates of a trace as named marks; those with next to no probability stay out of the picture. */
export function candidateMarks(candidates: Candidate[], name: (thing: Candidate) => string): FeatureCollection {
  return collect(
    candidates
      .filter((one) => one.lon !== null && one.lat !== null && one.probability >= 0.05)
      .map((one) => {
        const icon = one.kind === 'boundary' || one.kind === 'none' ? 'region' : one.kind
        return point(one.lon!, one.lat!, { kind: one.kind, code: one.code, icon, label: `${name(one)} ${formatNumber(one.probability, 2)}` })
      }),
  )
}

/** Density of probability under this part of the greatest is not drawn: a hint everywhere is a hint nowhere. */
const FAINT = 0.01

/** Probability along the river; `share` is relative to the most likely stretch, for colour and width. */
export function traceLines(rows: ReachProbability[], cut: Cut): FeatureCollection {
  const density = (row: ReachProbability): number => row.probability / Math.max(1, row.to_m - row.from_m)
  const top = Math.max(...rows.map(density), 1e-12)
  const features: Feature[] = []
  for (const row of rows) {
    const line = cut(row.reach, row.from_m, row.to_m)
    const share = density(row) / top
    if (line && share >= FAINT) {
      features.push(feature({ type: 'LineString', coordinates: line }, { probability: row.probability, share }))
    }
  }
  return collect(features)
}

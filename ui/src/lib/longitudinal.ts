/** The longitudinal view's geometry: a river as a straight line by chainage, upstream left. Pure. */
import type { PlaceKind, ReachProperties } from '@/api/basin'
import type { FrontPoint, ReachProbability } from '@/api/cloud'

export interface LongItem {
  kind: PlaceKind | 'case' | 'alert' | 'confluence'
  code: string
  label: string
  /** Chainage along the river [m]. */
  atM: number
  class?: number
  health?: string
  severity?: number
  age?: string
  /** A station that stands where its section is. */
  under?: boolean
}

export interface Stretch {
  fromM: number
  toM: number
  value: number
}

/** Classes of the reaches as stretches of the river. */
export function classStretches(reaches: ReachProperties[], classes: Record<string, number>): Stretch[] {
  return reaches.map((reach) => ({
    fromM: reach.river_offset_m,
    toM: reach.river_offset_m + reach.length_m,
    value: classes[reach.code] ?? 0,
  }))
}

export function probabilityStretches(reaches: ReachProperties[], rows: ReachProbability[]): Stretch[] {
  const offset = new Map(reaches.map((reach) => [reach.code, reach.river_offset_m]))
  const density = (row: ReachProbability): number => row.probability / Math.max(1, row.to_m - row.from_m)
  const mine = rows.filter((row) => offset.has(row.reach))
  const top = Math.max(...mine.map(density), 0)
  return mine
    .filter((row) => density(row) >= top * 0.01)
    .map((row) => ({
      fromM: offset.get(row.reach)! + row.from_m,
      toM: offset.get(row.reach)! + row.to_m,
      value: row.probability,
    }))
}

/** The wave on this river: points sorted downstream, [chainage m, concentration]. */
export function waveOn(reaches: ReachProperties[], points: FrontPoint[]): [number, number][] {
  const offset = new Map(reaches.map((reach) => [reach.code, reach.river_offset_m]))
  return points
    .filter((point) => offset.has(point.reach))
    .map((point): [number, number] => [offset.get(point.reach)! + point.chainage_m, point.concentration])
    .sort((a, b) => a[0] - b[0])
}

/** Area under the wave as an SVG path, standing on `baseY`, at most `heightPx` tall. */
export function wavePath(
  wave: [number, number][],
  x: (m: number) => number,
  baseY: number,
  heightPx: number,
  top: number,
): string {
  if (wave.length < 2 || !(top > 0)) return ''
  const y = (c: number): string => (baseY - (Math.min(c, top) / top) * heightPx).toFixed(1)
  const line = wave.map(([m, c]) => `L${x(m).toFixed(1)} ${y(c)}`).join('')
  const [first, last] = [wave[0]!, wave[wave.length - 1]!]
  return `M${x(first[0]).toFixed(1)} ${baseY}${line}L${x(last[0]).toFixed(1)} ${baseY}Z`
}

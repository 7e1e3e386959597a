/** Series for charts: gaps where nothing was measured, marks where a value was revised or is not to be trusted. */
import type { SeriesPoint } from '@/api/cloud'

export interface Drawn {
  /** [time ms, value or null for a gap] */
  line: [number, number | null][]
  /** Flagged values: drawn, never joined. */
  flagged: [number, number, number][]
  revised: [number, number][]
}

function median(values: number[]): number {
  if (values.length === 0) return Number.POSITIVE_INFINITY
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

/** Usual spacing of a series [s]. */
export function spacing(points: SeriesPoint[]): number {
  const steps: number[] = []
  for (let i = 1; i < points.length; i++) steps.push(points[i]![0] - points[i - 1]![0])
  return median(steps.filter((step) => step > 0))
}

/** Split a series for drawing; a hole wider than 2.5 usual intervals is a gap, shown as such. */
export function drawn(points: SeriesPoint[]): Drawn {
  const result: Drawn = { line: [], flagged: [], revised: [] }
  const hole = spacing(points) * 2.5
  let last: number | null = null
  for (const [time, value, flag, revision] of points) {
    const trusted = value !== null && (flag === 0 || flag === 2)
    if (last !== null && (time - last > hole || !trusted)) result.line.push([(last + 1) * 1000, null])
    if (trusted) {
      result.line.push([time * 1000, value])
      last = time
    } else {
      last = null
      if (value !== null) result.flagged.push([time * 1000, value, flag])
    }
    if (value !== null && revision > 0) result.revised.push([time * 1000, value])
  }
  return result
}

export interface Extent {
  low: number
  high: number
}

export function extent(points: SeriesPoint[]): Extent | null {
  const values = points.filter((p) => p[1] !== null && p[2] === 0).map((p) => p[1]!)
  return values.length ? { low: Math.min(...values), high: Math.max(...values) } : null
}

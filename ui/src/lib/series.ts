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

/** Usual spacing around each point [s]: series change their rhythm, from four-hourly to every ten minutes. */
export function localSpacing(points: SeriesPoint[]): number[] {
  const steps = points.map((point, i) => (i === 0 ? Number.NaN : point[0] - points[i - 1]![0]))
  return points.map((_, i) => {
    const around = [i - 3, i - 2, i - 1, i + 1, i + 2, i + 3].map((j) => steps[j]).filter((s): s is number => s !== undefined && s > 0)
    return median(around)
  })
}

/** Split a series for drawing; a hole wider than 2.5 intervals usual around it is a gap, shown as such. */
export function drawn(points: SeriesPoint[]): Drawn {
  const result: Drawn = { line: [], flagged: [], revised: [] }
  const usual = localSpacing(points)
  let last: number | null = null
  for (const [index, [time, value, flag, revision]] of points.entries()) {
    const trusted = value !== null && (flag === 0 || flag === 2)
    if (last !== null && (time - last > usual[index]! * 2.5 || !trusted)) result.line.push([(last + 1) * 1000, null])
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

/** Lines from values to pixels, for the small pictures that are drawn as SVG. Pure. */
import { ticks } from './number'

export interface Scale {
  (value: number): number
  ticks: number[]
  low: number
  high: number
}

/** A linear scale from [low, high] to [from, to] pixels, widened to round ticks. */
export function scale(low: number, high: number, from: number, to: number, count = 4): Scale {
  const top = high > low ? high : low + 1
  const marks = ticks(low, top, count)
  const step = marks.length > 1 ? marks[1]! - marks[0]! : top - low
  const end = Math.max(top, Math.ceil((top - 1e-9 * step) / step) * step)
  const begin = Math.min(low, Math.floor((low + 1e-9 * step) / step) * step)
  const place = (value: number): number => from + ((value - begin) / (end - begin)) * (to - from)
  return Object.assign(place, { ticks: ticks(begin, end, count), low: begin, high: end })
}

/** A scale from zero to exactly `high`, with the round ticks that lie inside: for bars. */
export function plain(high: number, from: number, to: number, count = 3): Scale {
  const place = (value: number): number => from + (value / high) * (to - from)
  return Object.assign(place, { ticks: ticks(0, high, count), low: 0, high })
}

/** An SVG path through points; it breaks where a value is missing. */
export function pathOf(points: { x: number; y: number | null }[]): string {
  let open = false
  let path = ''
  for (const { x, y } of points) {
    if (y === null || !Number.isFinite(y)) open = false
    else {
      path += `${open ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
      open = true
    }
  }
  return path
}

/** The area between a lower and an upper line. */
export function areaOf(points: { x: number; low: number; high: number }[]): string {
  if (points.length === 0) return ''
  const up = points.map((p, i) => `${i ? 'L' : 'M'}${p.x.toFixed(1)} ${p.high.toFixed(1)}`).join('')
  const down = [...points].reverse().map((p) => `L${p.x.toFixed(1)} ${p.low.toFixed(1)}`).join('')
  return `${up}${down}Z`
}

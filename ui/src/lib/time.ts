/** Times are UTC on the wire and local to the basin on the page, with 24 hours; the zone is one constant. */

export const ZONE = 'Asia/Shanghai'
const ZONE_OFFSET_S = 8 * 3600
const DAY_S = 86_400

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

export interface LocalTime {
  date: string
  time: string
  seconds: string
}

/** Epoch seconds of an ISO string; NaN where it is none. */
export function toSeconds(iso: string | null | undefined): number {
  return iso ? Date.parse(iso) / 1000 : Number.NaN
}

export function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function local(seconds: number): LocalTime {
  const found: Record<string, string> = {}
  for (const part of parts.formatToParts(seconds * 1000)) found[part.type] = part.value
  return {
    date: `${found.year}-${found.month}-${found.day}`,
    time: `${found.hour}:${found.minute}`,
    seconds: `${found.hour}:${found.minute}:${found.second}`,
  }
}

/** `21:02` today, `11-20 21:02` this year, `2025-11-20 21:02` else. */
export function shortTime(iso: string | number | null | undefined, nowS: number): string {
  const seconds = typeof iso === 'number' ? iso : toSeconds(iso)
  if (!Number.isFinite(seconds)) return '—'
  const then = local(seconds)
  const now = local(nowS)
  if (then.date === now.date) return then.time
  if (then.date.slice(0, 4) === now.date.slice(0, 4)) return `${then.date.slice(5)} ${then.time}`
  return `${then.date} ${then.time}`
}

/** `2026-11-21 21:02`, with seconds where the order of steps matters. */
export function fullTime(iso: string | null | undefined, withSeconds = false): string {
  const seconds = toSeconds(iso)
  if (!Number.isFinite(seconds)) return '—'
  const then = local(seconds)
  return `${then.date} ${withSeconds ? then.seconds : then.time}`
}

/** First second of the local day that `seconds` lies in. */
export function dayStart(seconds: number): number {
  return Math.floor((seconds + ZONE_OFFSET_S) / DAY_S) * DAY_S - ZONE_OFFSET_S
}

export interface Span {
  unit: 'minute' | 'hour' | 'day'
  n: number
}

/** A span in the one unit that a person would say: 40 minutes, 26 hours, 3 days. */
export function span(seconds: number): Span {
  const value = Math.abs(seconds)
  if (value < 90 * 60) return { unit: 'minute', n: Math.round(value / 60) }
  if (value < 48 * 3600) return { unit: 'hour', n: Math.round(value / 3600) }
  return { unit: 'day', n: Math.round(value / DAY_S) }
}

/** The age of a case on its pin: `40m`, `6h`, `2d`. */
export function pinAge(seconds: number): string {
  const value = Math.max(0, seconds)
  if (value < 90 * 60) return `${Math.round(value / 60)}m`
  return value < 86_400 ? `${Math.floor(value / 3600)}h` : `${Math.floor(value / 86_400)}d`
}

/** Half the width of an interval as `1:10` hours, for `11:40 ± 1:10`. */
export function halfWidth(low: string | null, high: string | null): string | null {
  const half = (toSeconds(high) - toSeconds(low)) / 2
  if (!Number.isFinite(half) || half < 60) return null
  const minutes = Math.round(half / 60)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

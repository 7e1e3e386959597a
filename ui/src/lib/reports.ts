/** Kinds of reports and the period each would be about today. Pure. */
import { lastMonth } from './period'

export const REPORT_KINDS = ['daily', 'weekly', 'monthly', 'annual', 'meeting'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

const DAY_MS = 86_400_000

/** ISO week of a day: `2026-W47`. */
export function isoWeek(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  const weekday = (date.getUTCDay() + 6) % 7
  const thursday = new Date(date.getTime() + (3 - weekday) * DAY_MS)
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  const week = 1 + Math.floor((thursday.getTime() - first) / (7 * DAY_MS))
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`
}

/** The last whole period of a kind at `day`: what the report would be about. */
export function lastPeriod(kind: ReportKind, day: string): string {
  const before = (days: number): string => new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10)
  if (kind === 'daily') return before(1)
  if (kind === 'weekly') return isoWeek(before(7))
  if (kind === 'annual') return String(Number(day.slice(0, 4)) - 1)
  return lastMonth(day)
}

/** A section's year as what the calendar and the bars draw. Pure. */
import type { DayClass, SectionYear } from '@/api/standing'
import { classColour, classInk } from '@/theme/classes'

import type { DayMark } from './calendar'

export function classMarks(days: DayClass[], target: number, numeral: (value: number) => string, spoken: (day: DayClass) => string): DayMark[] {
  return days
    .filter((day) => day.class > 0)
    .map((day) => ({
      day: day.day,
      colour: classColour(day.class),
      ink: classInk(day.class),
      mark: numeral(day.class),
      spoken: spoken(day),
      missed: day.class > target,
    }))
}

const MOST = 6

/** Items worth a picture: what decided, most often first, then what is left of the means; those without a limit stay out. */
export function shownItems(year: SectionYear): string[] {
  const times = new Map<string, number>()
  for (const month of year.months) {
    for (const [item, mean] of Object.entries(month.means)) if (mean !== null) times.set(item, times.get(item) ?? 0)
    if (month.class > 1) for (const item of month.deciding) times.set(item, (times.get(item) ?? 0) + 1)
  }
  const limited = [...times].filter(([item]) => year.limits[item]?.some((limit) => limit !== null))
  return limited.sort((a, b) => b[1] - a[1]).map(([item]) => item).slice(0, MOST)
}

/** The class of one mean alone by its row of limits; oxygen must not be less, all others not be more. */
export function classOfMean(item: string, value: number | null | undefined, limits: (number | null)[] | undefined): number {
  if (value === null || value === undefined || !limits) return 0
  const at = limits.findIndex((limit) => limit !== null && (item === 'do' ? value >= limit : value <= limit))
  return at < 0 ? 6 : at + 1
}

export function barsOf(year: SectionYear, item: string): { month: number; value: number | null; class: number }[] {
  const byMonth = new Map(year.months.map((month) => [Number(month.month.slice(5)), month.means[item] ?? null]))
  return Array.from({ length: 12 }, (_, i) => {
    const value = byMonth.get(i + 1) ?? null
    return { month: i + 1, value, class: classOfMean(item, value, year.limits[item]) }
  })
}

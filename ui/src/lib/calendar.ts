/** A year as twelve rows of days: what a calendar draws, and where the arrow keys lead. Pure. */

/** What one day shows; `spoken` is the whole sentence, `mark` the numeral in the cell. */
export interface DayMark {
  day: string
  colour: string
  ink: string
  mark: string
  spoken: string
  /** The day missed what it was measured against: a dark foot. */
  missed?: boolean
}

export interface DayCell {
  day: string
  mark: DayMark | null
  /** Later than anything can be known: blank, where a past day without a value is hatched. */
  ahead: boolean
}

const two = (value: number): string => String(value).padStart(2, '0')

export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** Twelve rows of 31 cells; null where a month has no such day. `last` is the last day that can have a value. */
export function yearRows(year: number, marks: DayMark[], last: string): (DayCell | null)[][] {
  const byDay = new Map(marks.map((mark) => [mark.day, mark]))
  return Array.from({ length: 12 }, (_, row) => {
    const length = daysIn(year, row + 1)
    return Array.from({ length: 31 }, (_, column) => {
      if (column >= length) return null
      const day = `${year}-${two(row + 1)}-${two(column + 1)}`
      return { day, mark: byDay.get(day) ?? null, ahead: day > last }
    })
  })
}

/** The day that a key leads to from `day`, within the year; the same day where it leads nowhere. */
export function stepDay(day: string, key: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const month2 = (next: number): string => {
    const wanted = Math.min(12, Math.max(1, next))
    return `${year}-${two(wanted)}-${two(Math.min(date, daysIn(year, wanted)))}`
  }
  if (key === 'ArrowUp' || key === 'PageUp') return month2(month - 1)
  if (key === 'ArrowDown' || key === 'PageDown') return month2(month + 1)
  if (key === 'Home') return `${year}-${two(month)}-01`
  if (key === 'End') return `${year}-${two(month)}-${two(daysIn(year, month))}`
  const by = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0
  const next = new Date(Date.UTC(year, month - 1, date + by)).toISOString().slice(0, 10)
  return next.startsWith(`${year}-`) ? next : day
}

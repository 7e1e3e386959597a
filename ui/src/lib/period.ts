/** Periods as the server writes them: `2026`, `2026-Q3`, `2026-10`, `2026-01..2026-10`. Pure. */

export interface Period {
  year: number
  /** `year`, `to-date`, `q1` … `q4`, `01` … `12`. */
  part: string
}

const two = (value: number): string => String(value).padStart(2, '0')

export function parsePeriod(text: string): Period | null {
  const toDate = /^(\d{4})-01\.\.\1-(\d{2})$/.exec(text)
  if (toDate) return { year: Number(toDate[1]), part: `to-${toDate[2]}` }
  const quarter = /^(\d{4})-Q([1-4])$/.exec(text)
  if (quarter) return { year: Number(quarter[1]), part: `q${quarter[2]}` }
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text)
  if (month) return { year: Number(month[1]), part: month[2]! }
  return /^\d{4}$/.test(text) ? { year: Number(text), part: 'year' } : null
}

export function periodText({ year, part }: Period): string {
  if (part === 'year') return String(year)
  if (part.startsWith('q')) return `${year}-Q${part.slice(1)}`
  if (part.startsWith('to-')) return `${year}-01..${year}-${part.slice(3)}`
  return `${year}-${part}`
}

/** The last month that is over at `day` (`2026-11-21` → `2026-10`): what a bulletin would be about. */
export function lastMonth(day: string): string {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return month === 1 ? `${year - 1}-12` : `${year}-${two(month - 1)}`
}

/** The year so far, ending with the last whole month; the whole last year in January. */
export function yearSoFar(day: string): string {
  const [year = '', month = ''] = lastMonth(day).split('-')
  return month === '12' ? year : `${year}-01..${year}-${month}`
}

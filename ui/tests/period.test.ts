import { describe, expect, it } from 'vitest'

import { lastMonth, parsePeriod, periodText, yearSoFar } from '@/lib/period'

describe('periods', () => {
  it('are read and written alike', () => {
    for (const text of ['2026', '2026-Q3', '2026-10', '2026-01..2026-10']) expect(periodText(parsePeriod(text)!)).toBe(text)
  })

  it('that are none are refused', () => {
    for (const text of ['', '26', '2026-13', '2026-Q5', '2026-01..2025-10', '2026-02..2026-03', 'x']) expect(parsePeriod(text)).toBeNull()
  })

  it('of today: the last whole month, the year so far', () => {
    expect(lastMonth('2026-11-21')).toBe('2026-10')
    expect(lastMonth('2026-01-01')).toBe('2025-12')
    expect(yearSoFar('2026-11-21')).toBe('2026-01..2026-10')
    expect(yearSoFar('2026-01-09')).toBe('2025')
  })
})

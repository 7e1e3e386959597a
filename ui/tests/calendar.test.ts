import { describe, expect, it } from 'vitest'

import { daysIn, stepDay, yearRows, type DayMark } from '@/lib/calendar'

const mark = (day: string): DayMark => ({ day, colour: '#000', ink: '#fff', mark: 'Ⅲ', spoken: day })

describe('a year of days', () => {
  it('has twelve rows and as many days as the year', () => {
    const count = (year: number) => yearRows(year, [], '9999').flat().filter(Boolean).length
    expect(yearRows(2026, [], '9999')).toHaveLength(12)
    expect(count(2026)).toBe(365)
    expect(count(2024)).toBe(366)
    expect(daysIn(2100, 2)).toBe(28)
  })

  it('puts every mark on its day and tells later days from days without a value', () => {
    const rows = yearRows(2026, [mark('2026-02-28')], '2026-03-01')
    expect(rows[1]![27]!.mark?.day).toBe('2026-02-28')
    expect(rows[1]![28]).toBeNull()
    expect(rows[2]![0]).toMatchObject({ mark: null, ahead: false })
    expect(rows[2]![1]).toMatchObject({ mark: null, ahead: true })
  })

  it('is walked by keys, and never left', () => {
    expect(stepDay('2026-01-31', 'ArrowRight')).toBe('2026-02-01')
    expect(stepDay('2026-01-31', 'ArrowDown')).toBe('2026-02-28')
    expect(stepDay('2026-03-05', 'PageUp')).toBe('2026-02-05')
    expect(stepDay('2026-03-05', 'End')).toBe('2026-03-31')
    expect(stepDay('2026-01-01', 'ArrowLeft')).toBe('2026-01-01')
    expect(stepDay('2026-12-31', 'ArrowRight')).toBe('2026-12-31')
    expect(stepDay('2026-06-06', 'x')).toBe('2026-06-06')
  })
})

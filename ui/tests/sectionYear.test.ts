import { describe, expect, it } from 'vitest'

import type { SectionYear } from '@/api/standing'
import { barsOf, classMarks, classOfMean, shownItems } from '@/lib/sectionYear'

// GB 3838-2002, Table 1: total phosphorus of rivers, dissolved oxygen [mg/L]
const TP = [0.02, 0.1, 0.2, 0.3, 0.4]
const DO = [7.5, 6, 5, 3, 2]

describe('the class of one mean', () => {
  it('keeps a limit that is just kept', () => {
    expect([0.02, 0.2, 0.2001, 0.4, 0.41].map((v) => classOfMean('tp', v, TP))).toEqual([1, 3, 4, 5, 6])
    expect([7.5, 5, 4.99, 2, 1.9].map((v) => classOfMean('do', v, DO))).toEqual([1, 3, 4, 5, 6])
    expect(classOfMean('tp', null, TP)).toBe(0)
  })
})

const month = (name: string, deciding: string[], means: Record<string, number | null>) => ({
  month: name, class: 4 as const, deciding, missing: [], means, exceedance: {}, n_days: 28, complete: true, enough: true, why: { zh: '', en: '' },
})
const year = {
  limits: { tp: TP, do: DO },
  months: [month('2026-01', ['tp'], { tp: 0.25, do: 8, ec: 900 }), month('2026-02', ['tp'], { tp: null, do: 7 })],
} as unknown as SectionYear

describe('a section’s year', () => {
  it('shows what decided first, and nothing without a limit', () => {
    expect(shownItems(year)).toEqual(['tp', 'do'])
  })

  it('leaves a gap where a month has no mean', () => {
    const bars = barsOf(year, 'tp')
    expect(bars).toHaveLength(12)
    expect(bars[0]).toEqual({ month: 1, value: 0.25, class: 4 })
    expect(bars[1]).toEqual({ month: 2, value: null, class: 0 })
  })

  it('draws no day that could not be judged', () => {
    const marks = classMarks([{ day: '2026-01-01', class: 0, deciding: [], n: 0 }, { day: '2026-01-02', class: 5, deciding: ['tp'], n: 6 }], 3, String, (d) => d.day)
    expect(marks).toHaveLength(1)
    expect(marks[0]).toMatchObject({ day: '2026-01-02', mark: '5', missed: true })
  })
})

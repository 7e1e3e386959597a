import { describe, expect, it } from 'vitest'

import type { SeriesPoint } from '@/api/cloud'
import { niceAxis, niceTop } from '@/lib/hydrograph'
import { limitsFor } from '@/lib/limits'
import { drawn, extent, spacing } from '@/lib/series'

const at = (hour: number, value: number | null, flag = 0, revision = 0): SeriesPoint => [hour * 3600, value, flag, revision]

describe('series', () => {
  it('shows a hole as a gap', () => {
    const { line } = drawn([at(0, 1), at(1, 2), at(2, 3), at(9, 4)])
    expect(line.map((p) => p[1])).toEqual([1, 2, 3, null, 4])
  })

  it('draws flagged values apart and never joins across them', () => {
    const { line, flagged } = drawn([at(0, 1), at(1, 9, 9), at(2, 2), at(3, null, 8), at(4, 3)])
    expect(line.map((p) => p[1])).toEqual([1, null, 2, null, 3])
    expect(flagged).toEqual([[3600_000, 9, 9]])
  })

  it('marks what was revised', () => {
    expect(drawn([at(0, 1), at(1, 2, 0, 1)]).revised).toEqual([[3600_000, 2]])
  })

  it('measures spacing and extent of what can be trusted', () => {
    const points = [at(0, 1), at(4, 5), at(8, 100, 9), at(12, 2)]
    expect(spacing(points)).toBe(4 * 3600)
    expect(extent(points)).toEqual({ low: 1, high: 5 })
    expect(extent([])).toBeNull()
  })

  it('ends an axis at a round number above the greatest value', () => {
    for (const value of [0.031, 0.16, 0.9, 1, 7.3, 16.2, 214]) {
      expect(niceTop(value)).toBeGreaterThanOrEqual(value)
      expect(niceTop(value)).toBeLessThan(value * 1.7)
    }
    expect(niceTop(0)).toBe(1)
  })

  it('reaches the end of an axis in a few whole steps', () => {
    for (const value of [0, 0.031, 0.16, 0.9, 1.3, 2.7, 7.3, 16.2, 214]) {
      const { top, step } = niceAxis(value)
      expect(top / step).toBeCloseTo(Math.round(top / step), 9)
      expect(Math.round(top / step)).toBeGreaterThanOrEqual(3)
      expect(Math.round(top / step)).toBeLessThanOrEqual(5)
    }
  })

  it('names the target’s limit and the next two, each value once', () => {
    const limits = limitsFor({ tp: [0.02, 0.1, 0.2, 0.3, 0.4], cod: [15, 15, 20, 30, 40] }, 'tp', 3, (c) => `C${c}`)
    expect(limits).toEqual([
      { name: 'C3 0.2', value: 0.2, class: 3 },
      { name: 'C4 0.3', value: 0.3, class: 4 },
      { name: 'C5 0.4', value: 0.4, class: 5 },
    ])
    expect(limitsFor({ cod: [15, 15, 20, 30, 40] }, 'cod', 1, (c) => `C${c}`).map((l) => l.value)).toEqual([15, 20])
    expect(limitsFor({}, 'tp', 3, String)).toEqual([])
  })
})

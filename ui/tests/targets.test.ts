import { describe, expect, it } from 'vitest'

import type { TargetItem } from '@/api/targets'
import { branches, byRisk, countyOf, courseOf, leverTexts, NOTHING_PULLED, shade } from '@/lib/targets'

const target = (id: string, probability: number | null, state: string, more: Partial<TargetItem> = {}): TargetItem =>
  ({ id, parent: null, place: null, region: null, outlook: { probability, low: null, high: null, state, skill: null }, ...more }) as unknown as TargetItem

describe('the board', () => {
  it('begins with what is lost, ends with what cannot be told', () => {
    const items = [target('sure', 1, 'met'), target('unknown', null, 'not_enough_history'), target('lost', 0, 'missed'), target('risky', 0.2, 'at_risk'), target('open', 0.6, 'open')]
    expect(byRisk(items).map((item) => item.id)).toEqual(['lost', 'risky', 'open', 'sure', 'unknown'])
  })

  it('knows the county of a place, and that a prefecture is none', () => {
    expect(countyOf(target('a', 1, 'met', { region: '140727103000' }))).toBe('140727')
    expect(countyOf(target('a', 1, 'met', { region: '140700000000' }))).toBe('')
    expect(countyOf(target('a', 1, 'met'))).toBe('')
  })

  it('stands children under their parents, also where the parent is filtered away', () => {
    const roots = branches([target('city', 1, 'met'), target('county', 1, 'met', { parent: 'city' }), target('lonely', 1, 'met', { parent: 'gone' })])
    expect(roots.map((root) => root.item.id)).toEqual(['city', 'lonely'])
    expect(roots[0]!.children.map((child) => child.item.id)).toEqual(['county'])
  })

  it('shades a probability from light to dark', () => {
    expect([0, 0.19, 0.5, 0.99, 1].map(shade)).toEqual([0, 0, 2, 4, 4])
  })

  it('draws a course as a line that has been and a band that begins where it ends', () => {
    const day = Date.parse('2026-10-01') / 86_400_000
    const { observed, band } = courseOf([[day, 0.2, null, null, null], [day + 1, 0.22, null, null, null], [day + 2, null, 0.2, 0.23, 0.3]])
    expect(observed.map((p) => p.at)).toEqual(['2026-10-01', '2026-10-02'])
    expect(band[0]).toEqual({ at: '2026-10-02', low: 0.22, middle: 0.22, high: 0.22 })
    expect(band[1]).toEqual({ at: '2026-10-03', low: 0.2, middle: 0.23, high: 0.3 })
  })

  it('names only the levers that were moved', () => {
    expect(leverTexts(NOTHING_PULLED)).toEqual([])
    expect(leverTexts({ item: 'tp', scale: -20, worstDays: 5, flow: 30 })).toEqual(['scale:tp=-20%', 'worst_days=5', 'flow=30%'])
    expect(leverTexts({ ...NOTHING_PULLED, scale: 10 })).toEqual(['scale=10%'])
  })
})

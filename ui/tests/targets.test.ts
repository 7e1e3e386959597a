import { describe, expect, it } from 'vitest'

import type { TargetItem } from '@/api/targets'
import { branches, byRisk, countyOf, shade } from '@/lib/targets'

const target = (id: string, probability: number | null, state: string, more: Partial<TargetItem> = {}): TargetItem =>
  ({ id, parent: null, place: null, region: null, outlook: { probability, low: null, high: null, state, skill: null }, ...more }) as unknown as TargetItem

describe('the board', () => {
  it('begins with what is lost, ends with what cannot be told', () => {
    const items = [target('sure', 1, 'met'), target('unknown', null, 'not_enough_history'), target('lost', 0, 'missed'), target('risky', 0.2, 'at_risk'), target('open', 0.6, 'open')]
    expect(byRisk(items).map((item) => item.id)).toEqual(['lost', 'risky', 'open', 'sure', 'unknown'])
  })

  it('knows the county of a place, and that a prefecture is none', () => {
    expect(countyOf(target('a', 1, 'met', { region: '140727103' }))).toBe('140727')
    expect(countyOf(target('a', 1, 'met', { region: '1407' }))).toBe('')
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
})

import { describe, expect, it } from 'vitest'

import type { Candidate } from '@/api/cloud'
import type { Step } from '@/api/shapes'
import { splitCandidates } from '@/lib/candidates'
import { chainOf } from '@/lib/chain'
import { folded } from '@/lib/timeline'

const step = (name: string, id: string, at: string, parent: string | null = null): Step => ({ step: name, id, at, parent, summary_key: '', params: {}, href: null })
const candidate = (code: string, probability: number, kind: Candidate['kind'] = 'outfall'): Candidate => ({
  code, kind, probability, name_zh: code, name_en: code, reach: null, chainage_m: null, lon: null, lat: null, start: null, mass_kg: null,
})

describe('the timeline', () => {
  it('folds what is renewed with every reading, and keeps every move of a person', () => {
    const folds = folded([
      step('move', 'm2', '05'), step('trace', 't1', '02'), step('alert', 'a', '01'), step('move', 'm1', '03'), step('trace', 't2', '04'), step('trace', 't3', '06'),
    ])
    expect(folds.map((fold) => fold.first.id)).toEqual(['a', 't1', 'm1', 'm2'])
    expect(folds[1]!.more.map((later) => later.id)).toEqual(['t2', 't3'])
  })

  it('shows the reading that raised the alert and its frame, not the oldest ones', () => {
    const links = chainOf([
      step('reading', 'old', '01'), step('frame', 'f0', '01'), step('frame', 'f1', '02'), step('reading', 'cause', '02', 'f1'), step('alert', 'a', '03', 'cause'),
    ])
    expect(links[0]!.first?.id).toBe('f1')
    expect(links[1]!.first?.id).toBe('cause')
  })
})

describe('candidates', () => {
  it('keeps the likely ones and none-of-these, and sums the rest', () => {
    const all = [candidate('a', 0.9), candidate('b', 0.05), candidate('c', 0.004), candidate('d', 0.003), candidate('e', 0.002), candidate('none', 0.001, 'none')]
    const { likely, rest, restSum } = splitCandidates(all)
    expect(likely.map((one) => one.code)).toEqual(['a', 'b', 'c', 'none'])
    expect(rest.map((one) => one.code)).toEqual(['d', 'e'])
    expect(restSum).toBeCloseTo(0.005, 12)
  })
})

import { describe, expect, it } from 'vitest'

import type { ExplainNode } from '@/api/loop'
import type { Step } from '@/api/shapes'
import { CHAIN, chainOf, stepHref } from '@/lib/chain'
import { countNodes, groups, kindOf } from '@/lib/explain'
import { healthRows } from '@/lib/health'
import { hexRows, hexToText } from '@/lib/hex'

const step = (name: string, id: string, at: string): Step => ({ step: name, id, at, summary_key: '', params: {}, href: null })
const node = (id: string, parents: ExplainNode[] = []): ExplainNode => ({ id, step: id.split('-')[0]!, parents })

describe('the chain', () => {
  it('tells what has happened first and how often', () => {
    const links = chainOf([step('reading', 'r2', '2026-01-02'), step('reading', 'r1', '2026-01-01'), step('move', 'm', '2026-01-01')])
    expect(links.map((l) => l.link)).toEqual([...CHAIN])
    expect(links[1]).toMatchObject({ link: 'reading', n: 2, first: { id: 'r1' } })
    expect(links[0]?.first).toBeNull()
  })

  it('opens a step on its page, or its provenance', () => {
    expect(stepHref({ id: 'case-1', href: '/case/case-1' })).toBe('/case/case-1')
    expect(stepHref({ id: 'trace-1', href: null })).toBe('/explain/trace-1')
    expect(stepHref({ id: 'trace-1', href: 'https://elsewhere' })).toBe('/explain/trace-1')
  })

  it('counts records once, however often the tree names them', () => {
    const frame = node('frame-1')
    const tree = node('case-1', [node('reading-1', [frame]), node('reading-2', [frame])])
    expect(countNodes(tree)).toEqual({ n: 4, frames: 1 })
    expect(groups(tree.parents)).toHaveLength(1)
    expect(kindOf({ id: 'case-9', step: undefined })).toBe('case')
  })
})

describe('bytes', () => {
  it('shows text where it is text, and rows of hex where it is not', () => {
    expect(hexToText('232330310d0a')).toBe('##01')
    expect(hexToText('7e7e01a0ff')).toBe('')
    expect(hexToText('')).toBe('')
    const [first, second] = hexRows('00'.repeat(16) + '41')
    expect(first).toMatchObject({ offset: '0000', text: '·'.repeat(16) })
    expect(second).toMatchObject({ offset: '0010', text: 'A' })
    expect(first!.bytes).toHaveLength(second!.bytes.length)
  })
})

describe('the self-check', () => {
  it('judges what can be judged and only tells the rest', () => {
    const rows = healthRows({
      now: '', events: 10, last_reading_known_at: null, failures: [], failures_total: 1, schedules: [],
      processes: { web: { pid: 1, starts: 1, last_exit: null }, worker: { pid: null, starts: 2, last_exit: 1 } },
      links: [{ link: 'trace-alert', position: 8 }], audit: { entries: 4, broken_at: null },
    })
    expect(Object.fromEntries(rows.map((row) => [row.code, row.ok]))).toEqual({
      'process.web': true, 'process.worker': false, last_reading: null, 'link.trace-alert': null, failures: false, audit: true,
    })
    expect(rows.find((row) => row.code === 'link.trace-alert')?.params).toEqual({ position: 8 })
  })
})

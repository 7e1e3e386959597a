import { describe, expect, it } from 'vitest'

import { layLabels, textEm } from '@/lib/labels'

describe('labels on a line', () => {
  const room = { left: 0, right: 400, rows: 2, fontPx: 12 }

  it('measures Chinese square and Latin about half', () => {
    expect(textEm('汾河')).toBe(2)
    expect(textEm('Fen')).toBeCloseTo(1.71)
  })

  it('never overlaps within a row, and the more important stays', () => {
    const wishes = Array.from({ length: 30 }, (_, i) => ({ x: (i * 97) % 400, text: `断面${i}`, priority: i % 5 }))
    const spots = layLabels(wishes, room)
    const spans = spots.map((spot) => {
      const width = textEm(wishes[spot.index]!.text) * room.fontPx
      const from = spot.anchor === 'start' ? spot.x : spot.anchor === 'end' ? spot.x - width : spot.x - width / 2
      return { row: spot.row, from, to: from + width }
    })
    for (const a of spans) {
      expect(a.from).toBeGreaterThanOrEqual(0)
      expect(a.to).toBeLessThanOrEqual(400 + 1e-9)
      for (const b of spans) if (a !== b && a.row === b.row) expect(a.to <= b.from || b.to <= a.from).toBe(true)
    }
    const kept = new Set(spots.map((spot) => wishes[spot.index]!.priority))
    expect(kept.has(4)).toBe(true)
  })

  it('moves a label inwards at the ends instead of cutting it', () => {
    const [spot] = layLabels([{ x: 1, text: '温南社', priority: 1 }], room)
    expect(spot).toMatchObject({ anchor: 'start', x: 0, row: 0 })
  })

  it('leaves out what fits nowhere', () => {
    expect(layLabels([{ x: 5, text: '很长'.repeat(30), priority: 1 }], room)).toEqual([])
  })
})

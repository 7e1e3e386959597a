import { describe, expect, it } from 'vitest'

import { boxOf, gapsOf, momentOf, type Fix } from '@/lib/replay'

/** Two runs, 100 s apart: one degree east in 60 s, then north. */
const RUNS: Fix[][] = [
  [[0, 10, 50], [60, 11, 50]],
  [[160, 12, 50], [220, 12, 51]],
]

describe('a patrol played back', () => {
  it('draws what lies between two runs as a gap, not as a way', () => {
    expect(gapsOf(RUNS)).toEqual([{ from: 60, to: 160, a: [11, 50], b: [12, 50] }])
    const end = momentOf(RUNS, 220)
    expect(end.walked).toEqual([[[10, 50], [11, 50]], [[12, 50], [12, 51]]])
    expect(end.gaps).toEqual([[[11, 50], [12, 50]]])
  })

  it('is between two fixes where the time is between them', () => {
    const half = momentOf(RUNS, 30)
    expect(half.here).toEqual([10.5, 50])
    expect(half.walked).toEqual([[[10, 50], [10.5, 50]]])
    expect(half.gaps).toEqual([])
  })

  it('stays where the gap began until the track goes on', () => {
    expect(momentOf(RUNS, 100).here).toEqual([11, 50])
    expect(momentOf(RUNS, 100).gaps).toEqual([])
    expect(momentOf(RUNS, 160).gaps).toHaveLength(1)
  })

  it('is nowhere before the first fix, and has no box without points', () => {
    expect(momentOf(RUNS, -1)).toEqual({ walked: [], gaps: [], here: null })
    expect(momentOf([], 5).here).toBeNull()
    expect(boxOf([])).toBeNull()
    expect(boxOf([[10, 50]], 1)).toEqual([9, 49, 11, 51])
  })
})

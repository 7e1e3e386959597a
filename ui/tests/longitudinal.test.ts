import { describe, expect, it } from 'vitest'

import type { ReachProperties } from '@/api/basin'
import { classStretches, probabilityStretches, waveOn, wavePath } from '@/lib/longitudinal'
import { frontAt, frontTop } from '@/lib/frontAt'

const reach = (code: string, river_offset_m: number, length_m: number): ReachProperties => ({
  code, river: 'fen', name_zh: code, name_en: code, river_name_zh: '汾河', river_name_en: 'Fen', from_node: '', to_node: '',
  length_m, velocity_ms: 0.5, flow_m3s: 10, main: true, river_offset_m,
})
const REACHES = [reach('a', 0, 9000), reach('b', 9000, 17_000)]

describe('longitudinal view', () => {
  it('strings the reaches together without holes', () => {
    expect(classStretches(REACHES, { a: 3 })).toEqual([
      { fromM: 0, toM: 9000, value: 3 },
      { fromM: 9000, toM: 26_000, value: 0 },
    ])
  })

  it('puts probabilities and the wave at chainages of the river', () => {
    expect(probabilityStretches(REACHES, [{ reach: 'b', from_m: 1000, to_m: 2000, probability: 0.4 }, { reach: 'x', from_m: 0, to_m: 1, probability: 1 }])).toEqual([
      { fromM: 10_000, toM: 11_000, value: 0.4 },
    ])
    const wave = waveOn(REACHES, [
      { reach: 'b', chainage_m: 500, concentration: 0.2 },
      { reach: 'a', chainage_m: 8000, concentration: 0.1 },
    ])
    expect(wave).toEqual([[8000, 0.1], [9500, 0.2]])
  })

  it('draws the wave standing on the line, full height at the top', () => {
    const d = wavePath([[0, 0], [100, 0.4], [200, 0]], (m) => m, 90, 60, 0.4)
    expect(d).toBe('M0.0 90L0.0 90.0L100.0 30.0L200.0 90.0L200.0 90Z')
    expect(wavePath([[0, 1]], (m) => m, 90, 60, 1)).toBe('')
  })

  it('chooses the front nearest to a time, and none beyond the forecast', () => {
    const fronts = [0, 1, 2].map((h) => ({ at: new Date(h * 3600e3).toISOString(), points: [{ reach: 'a', chainage_m: 0, concentration: h }] }))
    expect(frontAt(fronts, 3500)?.at).toBe(fronts[1]!.at)
    expect(frontAt(fronts, 20 * 3600)).toBeNull()
    expect(frontTop(fronts)).toBe(2)
  })
})

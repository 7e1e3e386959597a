import { describe, expect, it } from 'vitest'

import type { ProfilePage, TwinGauge } from '@/api/twin'
import { bandOf, better, classRuns, instantAt, pointAt, ratioStep, readings, shapeAt, skillOver, steep } from '@/lib/twin'

const times = ['2026-11-18T00:00:00Z', '2026-11-18T03:00:00Z', '2026-11-18T06:00:00Z']
const s = (iso: string): number => Date.parse(iso) / 1000

function page(fall: number): ProfilePage {
  const bed = [fall, fall / 2, 0]
  return {
    cycle: null, code: 'x', name_zh: 'x', name_en: 'x', reaches: [], things: [], concentration: {}, flow_m3s: [], velocity_ms: [],
    time: times.slice(0, 2), distance_m: [0, 500, 1000], bed_m: bed, bank_m: bed.map((z, i) => z + (i === 1 ? 20 : 1.2)),
    level_m: [bed.map((z) => z + 1), bed.map((z) => z + 2)],
    level_low_m: [bed.map((z) => z + 0.9), bed.map((z) => z + 1.8)], level_high_m: [bed.map((z) => z + 1.1), bed.map((z) => z + 2.1)], energy_m: [bed.map((z) => z + 1.1), bed.map((z) => z + 2.1)],
  } as ProfilePage
}

describe('instants', () => {
  it('takes the one that is chosen, else the one nearest to now', () => {
    expect(instantAt(times, null, s(times[1]!) + 60)).toBe(1)
    expect(instantAt(times, s(times[2]!) - 60, 0)).toBe(2)
    expect(instantAt(times, s(times[0]!) - 9e9, 0)).toBe(0)
  })
})

describe('a profile', () => {
  it('counts heights from the bed where the river falls many times its depth', () => {
    expect(steep(page(10))).toBe(false)
    expect(steep(page(100))).toBe(true)
    const flat = shapeAt(page(100), 0, true)
    expect(flat.bed).toEqual([0, 0, 0])
    expect(flat.level).toEqual([1, 1, 1])
  })

  it('keeps its frame through all instants and leaves banks out that stand far above the water', () => {
    const [first, second] = [shapeAt(page(100), 0, true), shapeAt(page(100), 1, true)]
    expect([first.low, first.high]).toEqual([second.low, second.high])
    expect(first.high).toBeCloseTo(2.1)
    expect(first.bank[1]).toBeNull()
    expect(first.bank[0]).toBeCloseTo(1.2)
  })

  it('finds the point that is pointed at', () => {
    expect(pointAt([0, 500, 1000], 700)).toBe(1)
    expect(pointAt([0, 500, 1000], 9000)).toBe(2)
  })

  it('draws neighbours of one class as one stretch, without a gap', () => {
    const runs = classRuns([0, 100, 200, 300], [2, 2, 3, 3])
    expect(runs).toEqual([{ fromM: 0, toM: 150, value: 2 }, { fromM: 150, toM: 300, value: 3 }])
  })
})

describe('a station', () => {
  const gauge = {
    series: { flow: { mean: [5, 6, null], low: [4, null, null], high: [7, null, null] }, level: null, nh3n: { mean: [1], low: [1], high: [1] } },
  } as unknown as TwinGauge
  it('has a band where the members have one', () => {
    expect(bandOf(gauge, times, 'flow').map((b) => [b.low, b.middle, b.high])).toEqual([[4, 5, 7], [6, 6, 6]])
  })
  it('shows no level where its datum is not known, and nothing that it does not read', () => {
    expect(bandOf(gauge, times, 'level')).toEqual([])
    expect(bandOf(gauge, times, 'tp')).toEqual([])
  })
  it('offers flow and level first', () => {
    expect(readings([{ series: { nh3n: null } } as unknown as TwinGauge, gauge])).toEqual(['flow', 'level', 'nh3n'])
  })
})

describe('a record', () => {
  const row = { station: 'a', what: 'flow', lead_h: 6, n: 3, crps: 1, persistence: 2, climatology: 0.5, bias: 0, covered: 0.8 }
  it('is skill over another way to forecast, where that has errors', () => {
    expect(skillOver(1, 2)).toBe(0.5)
    expect(skillOver(1, 0)).toBeNull()
    expect(skillOver(null, 2)).toBeNull()
  })
  it('is better only where it beats both', () => {
    expect(better(row)).toBe(false)
    expect(better({ ...row, climatology: 1.5 })).toBe(true)
    expect(better({ ...row, persistence: null, climatology: 1.5 })).toBe(false)
  })
})

describe('flow over its mean', () => {
  it('has five steps', () => {
    expect([0.2, 0.6, 1, 2, 9].map(ratioStep)).toEqual([0, 1, 2, 3, 4])
  })
})

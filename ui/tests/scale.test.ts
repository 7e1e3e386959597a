import { describe, expect, it } from 'vitest'

import { areaOf, pathOf, plain, scale } from '@/lib/scale'

describe('a scale', () => {
  it('is linear, turned over where pixels run the other way, and ends at round numbers', () => {
    const y = scale(0.02, 0.31, 200, 0)
    expect(y.low).toBeLessThanOrEqual(0.02)
    expect(y.high).toBeGreaterThanOrEqual(0.31)
    expect(y(y.low)).toBe(200)
    expect(y(y.high)).toBe(0)
    expect(y((y.low + y.high) / 2)).toBeCloseTo(100)
    for (const tick of y.ticks) expect(Number(tick.toPrecision(2))).toBe(tick)
  })

  it('survives a series that never moves', () => {
    const y = scale(5, 5, 100, 0)
    expect(Number.isFinite(y(5))).toBe(true)
  })

  it('keeps its end for bars', () => {
    const y = plain(0.33, 100, 0)
    expect(y(0.33)).toBeCloseTo(0)
    expect(Math.max(...y.ticks)).toBeLessThanOrEqual(0.33)
  })
})

describe('paths', () => {
  it('break where a value is missing', () => {
    expect(pathOf([{ x: 0, y: 1 }, { x: 1, y: null }, { x: 2, y: 3 }, { x: 3, y: 4 }])).toBe('M0.0 1.0M2.0 3.0L3.0 4.0')
  })

  it('close an area', () => {
    expect(areaOf([{ x: 0, low: 2, high: 1 }, { x: 5, low: 4, high: 0 }])).toBe('M0.0 1.0L5.0 0.0L5.0 4.0L0.0 2.0Z')
    expect(areaOf([])).toBe('')
  })
})

import { describe, expect, it } from 'vitest'

import { formatNumber, formatValue, km, length, percent, ticks, unitFor, withUnit } from '@/lib/number'

describe('numbers', () => {
  it('groups by thin spaces from five digits on and keeps the minus a minus', () => {
    expect(formatNumber(12345.678, 1)).toBe('12\u202f345.7')
    expect(formatNumber(1234, 0)).toBe('1234')
    expect(formatNumber(-0.5, 1)).toBe('−0.5')
    expect(formatNumber(-0.04, 1)).toBe('0.0')
    expect(formatNumber(null)).toBe('—')
    expect(formatNumber(Number.NaN)).toBe('—')
  })

  it('shows a property as its instrument reports it', () => {
    expect(formatValue(0.2461, 'tp')).toBe('0.246')
    expect(formatValue(8.125, 'ph')).toBe('8.13')
    expect(withUnit('8.1', '1')).toBe('8.1')
    expect(withUnit('0.246', 'mg/L')).toBe('0.246\u202fmg/L')
    expect(unitFor('nh3n')).toBe('mg/L')
    expect(unitFor('flow')).toBe('m³/s')
  })

  it('tells lengths and shares', () => {
    expect(km(124_000)).toBe('124.0\u202fkm')
    expect(length(420)).toBe('420\u202fm')
    expect(percent(0.382)).toBe('38\u202f%')
    expect(km(null)).toBe('—')
  })

  it('ticks an axis at round numbers that lie on it', () => {
    expect(ticks(0, 124, 6)).toEqual([0, 50, 100])
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(ticks(3, 3)).toEqual([3])
  })
})

import { describe, expect, it } from 'vitest'

import { dayStart, fullTime, halfWidth, local, pinAge, shortTime, span, toIso, toSeconds } from '@/lib/time'

const NOW = toSeconds('2026-11-21T13:02:00Z') // 21:02 in Shanxi

describe('times', () => {
  it('shows the basin’s time wherever the browser is', () => {
    expect(local(NOW)).toEqual({ date: '2026-11-21', time: '21:02', seconds: '21:02:00' })
    // 16:00 UTC is midnight there: the next day has begun
    expect(local(toSeconds('2026-11-21T16:00:00Z'))).toMatchObject({ date: '2026-11-22', time: '00:00' })
  })

  it('says as little as tells the time', () => {
    expect(shortTime('2026-11-21T01:05:00Z', NOW)).toBe('09:05')
    expect(shortTime('2026-11-20T01:05:00Z', NOW)).toBe('11-20 09:05')
    expect(shortTime('2025-11-20T01:05:00Z', NOW)).toBe('2025-11-20 09:05')
    expect(shortTime(null, NOW)).toBe('—')
    expect(fullTime('2026-11-21T13:02:07Z', true)).toBe('2026-11-21 21:02:07')
    expect(fullTime('nothing')).toBe('—')
  })

  it('begins a day at local midnight', () => {
    expect(toIso(dayStart(NOW))).toBe('2026-11-20T16:00:00Z')
    expect(dayStart(dayStart(NOW))).toBe(dayStart(NOW))
  })

  it('says spans in one unit', () => {
    expect(span(40 * 60)).toEqual({ unit: 'minute', n: 40 })
    expect(span(-26 * 3600)).toEqual({ unit: 'hour', n: 26 })
    expect(span(72 * 3600)).toEqual({ unit: 'day', n: 3 })
    expect(pinAge(6 * 3600)).toBe('6h')
    expect(pinAge(-5)).toBe('0m')
    expect(pinAge(43 * 3600)).toBe('1d')
    expect([1, 60, 89, 91, 600, 1439, 1440, 100_000].every((m) => pinAge(m * 60).length <= 3)).toBe(true)
  })

  it('tells half an interval as hours and minutes', () => {
    expect(halfWidth('2026-11-21T01:00:00Z', '2026-11-21T03:20:00Z')).toBe('1:10')
    expect(halfWidth(null, '2026-11-21T03:20:00Z')).toBeNull()
  })
})

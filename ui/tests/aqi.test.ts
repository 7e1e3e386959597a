import { describe, expect, it } from 'vitest'

import { airMarks } from '@/lib/air'
import { AQI_COLOURS, aqiColour, aqiInk, aqiLevel, aqiNumeral } from '@/theme/aqi'

/** Relative luminance and contrast by WCAG 2. */
function luminance([r = 0, g = 0, b = 0]: number[]): number {
  const part = (c: number) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
}
const numbers = (colour: string): number[] => [...colour.matchAll(/\d+/g)].map((m) => Number(m[0]))

describe('levels of the air quality index', () => {
  it('change where the standard says', () => {
    const edges = [0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500]
    expect(edges.map(aqiLevel)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6])
    expect(aqiLevel(null)).toBe(0)
    expect([1, 6].map(aqiNumeral)).toEqual(['Ⅰ', 'Ⅵ'])
  })

  it('carry ink that can be read', () => {
    AQI_COLOURS.forEach((colour, i) => {
      const ink = aqiInk(i + 1) === '#ffffff' ? [255, 255, 255] : [0, 0, 0]
      const [a, b] = [luminance(numbers(colour)), luminance(ink)]
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), colour).toBeGreaterThanOrEqual(4.5)
    })
  })
})

describe('a year of air', () => {
  it('leaves days without enough hours hatched, and marks days that are not good', () => {
    const day = (aqi: number | null, more = {}) => ({ day: '2026-01-01', aqi, level: null, primary: [], valid: aqi !== null, ...more })
    expect(airMarks([day(null), day(80, { valid: false })], () => '')).toEqual([])
    const [dusty] = airMarks([day(180, { dust: true })], (one, level) => `${one.aqi} ${level}`)
    expect(dusty).toMatchObject({ missed: true, mark: 'Ⅳ*', colour: aqiColour(4), spoken: '180 4' })
  })
})

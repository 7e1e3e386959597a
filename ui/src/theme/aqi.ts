/** The six levels of HJ 633 with the standard's own colours; the numeral and the word always stand beside them. */

export const AQI_COLOURS = ['rgb(0,228,0)', 'rgb(255,255,0)', 'rgb(255,126,0)', 'rgb(255,0,0)', 'rgb(153,0,76)', 'rgb(126,0,35)'] as const
const NUMERALS = ['Ⅰ', 'Ⅱ', 'Ⅲ', 'Ⅳ', 'Ⅴ', 'Ⅵ'] as const
const UPPER = [50, 100, 150, 200, 300] as const

/** Level 1 … 6 of an index; 0 where there is none. */
export function aqiLevel(aqi: number | null | undefined): number {
  if (aqi === null || aqi === undefined || !Number.isFinite(aqi)) return 0
  const at = UPPER.findIndex((top) => aqi <= top)
  return at < 0 ? 6 : at + 1
}

export const aqiColour = (level: number): string => AQI_COLOURS[level - 1] ?? '#9aa7b1'
export const aqiNumeral = (level: number): string => NUMERALS[level - 1] ?? '?'

/** Ink that stands on the level's colour with at least 4.5:1. */
export const aqiInk = (level: number): string => (level >= 5 ? '#ffffff' : '#000000')

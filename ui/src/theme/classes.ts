/** Water classes and probability as colour, for canvas and WebGL; tokens.css holds the same for CSS. */
import type { WaterClass } from '@/api/shapes'

export const CLASS_COLOURS = [
  '#9aa7b1',
  '#7cc8f2',
  '#2f8fe0',
  '#2fa866',
  '#e8b90c',
  '#f08a24',
  '#d8352a',
] as const

const NUMERALS_ZH = ['—', 'Ⅰ', 'Ⅱ', 'Ⅲ', 'Ⅳ', 'Ⅴ', '劣Ⅴ'] as const
const NUMERALS_EN = ['—', 'I', 'II', 'III', 'IV', 'V', '>V'] as const

export function classColour(value: number): string {
  return CLASS_COLOURS[value as WaterClass] ?? CLASS_COLOURS[0]
}

export function numeral(value: number, locale: string): string {
  const table = locale.startsWith('zh') ? NUMERALS_ZH : NUMERALS_EN
  return table[value as WaterClass] ?? '—'
}

/** Ink that stands on the class colour with at least 4.5:1. */
export function classInk(value: number): string {
  return value === 6 ? '#ffffff' : '#0b1720'
}

/** Probability as one hue, light to dark on paper, dark to light at night. */
export const PROBABILITY_STOPS = {
  paper: ['#dbe8f3', '#8fbce0', '#3f8cc9', '#12578f', '#0a2f52'],
  night: ['#173242', '#1f5c86', '#2f8fd6', '#72c3ff', '#d8efff'],
} as const

/** How many problems were found: one hue that no class of water has. */
export const HEAT_STOPS = {
  paper: ['#f3dfd0', '#c98a6b', '#8a3f2b'],
  night: ['#3a2a24', '#a5674c', '#f0b090'],
} as const

export const TOKENS = {
  paper: {
    ground: '#fbfbf9',
    ink: '#14202b',
    ink2: '#46545f',
    ink3: '#5f6d78',
    line: '#dde2e3',
    lineStrong: '#b6bfc4',
    river: '#1769aa',
    alarm: '#b3261e',
    wave: '#b3261e',
    idle: '#a9b6bf',
    town: '#6b7781',
    flight: '#5b3fa0',
  },
  night: {
    ground: '#0b1720',
    ink: '#dce7ee',
    ink2: '#a9bac6',
    ink3: '#8ea1ae',
    line: '#21343f',
    lineStrong: '#3c525f',
    river: '#4fb3ff',
    alarm: '#ff8a78',
    wave: '#ff6a55',
    idle: '#37505f',
    town: '#8ea1ae',
    flight: '#f2f6f8',
  },
} as const

export type Theme = keyof typeof TOKENS

import { describe, expect, it } from 'vitest'

import { listed, readable, type Lexicon } from '@/lib/params'
import { parseLayers, parseTarget, parseView } from '@/lib/mapUrl'
import { firstLocale } from '@/stores/prefs'
import { numeral } from '@/theme/classes'

const lexicon = (zh: boolean): Lexicon => ({
  zh,
  nowS: Date.parse('2026-11-21T13:02:00Z') / 1000,
  property: (code) => ({ tp: zh ? '总磷' : 'total phosphorus' })[code] ?? code,
  numeral: (value) => numeral(value, zh ? 'zh-CN' : 'en'),
  person: (username) => username,
  word: (group, code) => (group === 'findingKind' && code === 'foam' ? '泡沫' : null),
  place: (code) => (code === 'wq-1' ? '香乐桥' : null),
})

describe('params of the server’s texts', () => {
  it('become words, names, times and numbers with units', () => {
    const params = {
      property: 'tp', value: 0.2461, limit: 0.2, unit: 'mg/L', class: 6, probability: 0.61, at: '2026-11-21T01:05:00Z',
      station: 'wq-1', kind: 'foam', reach_zh: '汾河', reach_en: 'Fen', deciding: ['tp'],
    }
    expect(readable(params, lexicon(true))).toMatchObject({
      property: '总磷', value: '0.246\u202fmg/L', limit: '0.200\u202fmg/L', class: '劣Ⅴ', probability: '61\u202f%', at: '09:05',
      station: '香乐桥', kind: '泡沫', reach: '汾河', deciding: '总磷',
    })
    expect(readable(params, lexicon(false))).toMatchObject({ class: '>V', reach: 'Fen', deciding: 'total phosphorus' })
  })

  it('lose nothing where nobody wrote a sentence', () => {
    expect(listed(readable({ what: 'x', count: 3, none: null }, lexicon(false)), false)).toBe('what x, count 3')
  })

  it('name what has names in both languages', () => {
    expect(readable({ who: { name_zh: '刘', name_en: 'Liu' } }, lexicon(false))).toEqual({ who: 'Liu' })
    expect(readable({ who: { name_zh: '刘', name_en: '' } }, lexicon(true))).toEqual({ who: '刘' })
  })
})

describe('the map’s address', () => {
  it('reads layers, selection and view, and falls back where it is nonsense', () => {
    expect(parseLayers('trace,nonsense')).toEqual(['trace'])
    expect(parseLayers('none')).toEqual([])
    expect(parseLayers('')).toContain('class')
    expect(parseTarget('section:sec-1')).toEqual({ kind: 'section', code: 'sec-1' })
    expect(parseTarget('section')).toBeNull()
    expect(parseView('112.3,37.4,9.5')).toEqual({ lon: 112.3, lat: 37.4, zoom: 9.5 })
    expect(parseView('112.3,x,9')).toBeNull()
    expect(parseView('')).toBeNull()
  })
})

describe('language', () => {
  it('is the chosen one, else the browser’s, else English', () => {
    expect(firstLocale('en', ['zh-CN'])).toBe('en')
    expect(firstLocale(null, ['zh-TW', 'en'])).toBe('zh-CN')
    expect(firstLocale(null, ['fr', 'en-GB'])).toBe('en')
    expect(firstLocale('xx', ['fr'])).toBe('en')
  })
})

/** Params of the server's text keys made readable in one language; pure, so that it can be tested. */
import type { Params } from '@/api/shapes'

import { formatNumber, formatValue, km, percent, withUnit } from './number'
import { shortTime } from './time'

export interface Lexicon {
  zh: boolean
  nowS: number
  property: (code: string) => string
  numeral: (value: number) => string
  word: (group: string, code: string) => string | null
  person: (username: string) => string
  /** Name of a thing of the registry by its code. */
  place: (code: string) => string | null
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const CLASS_NAMES = new Set(['class', 'class_', 'target', 'target_class', 'from_class', 'to_class', 'worst', 'water_class'])
const PEOPLE = new Set(['by', 'who', 'handler', 'verifier', 'closer', 'reporter'])
const FRACTIONS = new Set(['probability', 'fraction', 'coverage', 'skill', 'share'])

/** Groups of words that a param of this name is looked up in. */
const GROUPS: Record<string, string[]> = {
  state: ['caseState'],
  action: ['action'],
  kind: ['findingKind', 'alertKind', 'kind'],
  finding: ['findingKind'],
  report_kind: ['citizenKind'],
  role: ['role'],
  level: ['level'],
  flag: ['flagName'],
  outcome: ['outcome'],
}

function plain(name: string, value: unknown, lexicon: Lexicon, property: string | null): string {
  if (value === null || value === undefined) return '—'
  if (Array.isArray(value)) {
    return value.map((item) => plain(name, item, lexicon, property)).join(lexicon.zh ? '、' : ', ')
  }
  if (typeof value === 'object') return named(value as Record<string, unknown>, lexicon)
  if (typeof value === 'boolean') return value ? '✓' : '✗'
  if (typeof value === 'number') return number(name, value, lexicon, property)
  const text = String(value)
  if (PEOPLE.has(name)) return lexicon.person(text)
  if (ISO.test(text)) return shortTime(text, lexicon.nowS)
  if (name === 'property' || name === 'properties' || name === 'deciding') return lexicon.property(text)
  for (const group of GROUPS[name] ?? []) {
    const found = lexicon.word(group, text)
    if (found) return found
  }
  return lexicon.place(text) ?? text
}

function number(name: string, value: number, lexicon: Lexicon, property: string | null): string {
  if (CLASS_NAMES.has(name)) return lexicon.numeral(value)
  if (FRACTIONS.has(name)) return percent(value)
  if (name.endsWith('_m') && !name.endsWith('error_m') && value >= 1000) return km(value)
  if (name === 'z' || name === 'ratio') return formatNumber(value, 1)
  if (property && /^(value|limit|peak|low|high|last|mean|concentration|level|expected)/.test(name)) return formatValue(value, property)
  return Number.isInteger(value) ? formatNumber(value, 0) : formatNumber(value, Math.abs(value) < 10 ? 2 : 1)
}

function named(value: Record<string, unknown>, lexicon: Lexicon): string {
  const zh = value['name_zh'] ?? value['zh']
  const en = value['name_en'] ?? value['en']
  const chosen = lexicon.zh ? (zh ?? en) : (en ?? zh)
  if (chosen) return String(chosen)
  return Object.entries(value)
    .map(([key, item]) => `${key.replace(/_/g, ' ')} ${plain(key, item, lexicon, null)}`)
    .join(lexicon.zh ? '，' : ', ')
}

/** Every param as text; `x_zh` with `x_en` becomes `x` in the reader's language. */
export function readable(params: Params, lexicon: Lexicon): Record<string, string> {
  const property = typeof params['property'] === 'string' ? params['property'] : null
  const result: Record<string, string> = {}
  for (const [key, value] of Object.entries(params)) {
    const base = /^(.*)_(zh|en)$/.exec(key)
    if (base?.[1]) {
      const own = params[`${base[1]}_${lexicon.zh ? 'zh' : 'en'}`] ?? value
      result[base[1]] = plain(base[1], own, lexicon, property)
    } else {
      result[key] ??= plain(key, value, lexicon, property)
    }
  }
  // lengths of time come in seconds; sentences ask for hours or minutes
  for (const [key, value] of Object.entries(params)) {
    const base = /^(.*)_s$/.exec(key)?.[1]
    if (base && typeof value === 'number') {
      result[`${base}_h`] = formatNumber(value / 3600, 1)
      result[`${base}_min`] = formatNumber(value / 60, 0)
    }
  }
  const unit = typeof params['unit'] === 'string' ? params['unit'] : ''
  for (const key of ['value', 'limit', 'peak']) {
    if (unit && result[key] && result[key] !== '—') result[key] = withUnit(result[key], unit)
  }
  return result
}

const HELPERS = /^(unit|key|.*_(s|h|min))$/

/** The list that stands in for a sentence nobody has written yet. */
export function listed(params: Record<string, string>, zh: boolean): string {
  return Object.entries(params)
    .filter(([key, value]) => !HELPERS.test(key) && value !== '—' && value !== '')
    .map(([key, value]) => (/^(name|place|section|station|river|title|property)$/.test(key) ? value : `${key.replace(/_/g, ' ')} ${value}`))
    .join(zh ? '，' : ', ')
}

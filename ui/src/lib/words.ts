/** Texts, names and numbers in the reader's language: what every component says goes through here. */
import { useI18n } from 'vue-i18n'

import type { Named, Params, Person } from '@/api/shapes'
import { flatKey } from '@/i18n'
import { useBasin } from '@/stores/basin'
import { usePrefs } from '@/stores/prefs'
import { useSession } from '@/stores/session'
import { numeral as numeralOf } from '@/theme/classes'

import { listed, readable, type Lexicon } from './params'
import { shortTime, span as spanOf } from './time'

export function useWords() {
  const { t, te } = useI18n()
  const prefs = usePrefs()
  const session = useSession()
  const basin = useBasin()

  const has = (key: string): boolean => te(key) || te(key, 'en')
  const word = (group: string, code: string | null | undefined): string | null =>
    code && has(`${group}.${code}`) ? t(`${group}.${code}`) : null

  /** A word of a table, or the code itself where the table does not have it. */
  const of = (group: string, code: string | null | undefined): string => word(group, code) ?? code ?? '—'
  const property = (code: string | null | undefined): string => of('property', code)
  /** Who a user name stands for, where it is made of a registry's code (`chief-ch-qixian`, `county-140727`). */
  function person(username: string): string {
    const [, role, code] = /^([a-z]+)-(.+)$/.exec(username) ?? []
    const chief = code ? basin.chiefs.get(code) : undefined
    if (chief) return name(chief)
    const region = code ? basin.byCode.get(code)?.properties : undefined
    const title = word('role', role ?? username) ?? word('who', username)
    return region && title ? `${name(region)} ${title}` : (title ?? username)
  }

  const numeral = (value: number): string => numeralOf(value, prefs.locale)
  const className = (value: number): string =>
    value === 0 ? t('class.none') : value === 6 ? t('class.worse') : t('class.of', { numeral: numeral(value) })

  function name(thing: Partial<Named> | Person | string | null | undefined, otherwise = '—'): string {
    if (!thing) return otherwise
    if (typeof thing === 'string') return person(thing)
    const chosen = prefs.zh ? (thing.name_zh ?? thing.name_en) : (thing.name_en ?? thing.name_zh)
    return chosen || otherwise
  }

  function placeName(code: string): string | null {
    const found = basin.byCode.get(code)?.properties ?? basin.reaches.get(code)?.properties ?? basin.chiefs.get(code)
    return found ? name(found) : null
  }

  function lexicon(): Lexicon {
    return { zh: prefs.zh, nowS: session.slowS, property, numeral, word, person, place: placeName }
  }

  /** An English sentence begins large, unless it begins with pH. */
  const begun = (text: string): string => (prefs.zh || !/^[a-z][a-z ]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1))

  /** A text that the server names by key and params; unknown keys are listed so that nothing is lost. */
  function say(key: string | null | undefined, params: Params = {}): string {
    const values = readable(params ?? {}, lexicon())
    if (!key) return listed(values, prefs.zh)
    const flat = flatKey(key)
    if (has(flat)) return begun(t(flat, values))
    const last = key.split('.').pop() ?? key
    const title = word('chain', last) ?? word('kind', last) ?? last.replace(/_/g, ' ')
    const rest = listed(values, prefs.zh)
    return rest ? `${title}${prefs.zh ? '：' : ': '}${rest}` : title
  }

  /** Whatever the server gives as a reason: a key with params, a list, or plain text. */
  function why(value: unknown): string {
    if (value === null || value === undefined) return ''
    if (typeof value === 'string') return has(flatKey(value)) ? say(value) : value
    if (Array.isArray(value)) return value.map(why).filter(Boolean).join(prefs.zh ? '；' : '; ')
    const fields = value as { key?: string; params?: Params; sentence?: string; zh?: string; en?: string }
    if (fields.zh || fields.en) return (prefs.zh ? fields.zh : fields.en) ?? ''
    if (fields.key) return say(fields.key, fields.params ?? (value as Params))
    if (fields.sentence) return fields.sentence
    return listed(readable(value as Params, lexicon()), prefs.zh)
  }

  function span(seconds: number): string {
    const { unit, n } = spanOf(seconds)
    return t(`span.${unit}`, { n })
  }

  const ago = (seconds: number): string =>
    seconds >= 0 ? t('span.ago', { span: span(seconds) }) : t('span.in', { span: span(seconds) })
  const time = (at: string | number | null | undefined): string => shortTime(at, session.slowS)

  return { t, prefs, of, word, property, numeral, className, name, say, begun, why, span, ago, time }
}

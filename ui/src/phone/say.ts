/** Words and names in the walker's language; the titles of cases are those of the desk. */
import { createI18n, useI18n } from 'vue-i18n'
import { computed, reactive, watch } from 'vue'

import type { Named, Params } from '@/api/shapes'
import { formatNumber } from '@/lib/number'
import { readable } from '@/lib/params'
import { shortTime } from '@/lib/time'

import { nowS } from './clock'
import { messages } from './words'

export type Locale = 'zh-CN' | 'en'

const LOCALE = 'riverchief.locale'
const LARGE = 'riverchief.phone.large'

function firstLocale(): Locale {
  const kept = localStorage.getItem(LOCALE)
  if (kept === 'zh-CN' || kept === 'en') return kept
  const wanted = navigator.languages.find((l) => /^(zh|en)/i.test(l))
  return wanted && /^zh/i.test(wanted) ? 'zh-CN' : 'en'
}

export const looks = reactive({ locale: firstLocale(), large: localStorage.getItem(LARGE) === '1' })

export const i18n = createI18n({
  legacy: false,
  locale: looks.locale,
  fallbackLocale: 'en',
  messages: messages as never,
  missingWarn: false,
  fallbackWarn: false,
})

watch(
  looks,
  ({ locale, large }) => {
    i18n.global.locale.value = locale
    document.documentElement.lang = locale
    document.documentElement.classList.toggle('large', large)
    localStorage.setItem(LOCALE, locale)
    localStorage.setItem(LARGE, large ? '1' : '0')
  },
  { immediate: true },
)

const flat = (key: string): string => `key.${key.replace(/[.\-: ]/g, '_')}`

export function useSay() {
  const { t, te } = useI18n()
  const zh = computed(() => looks.locale === 'zh-CN')

  const word = (group: string, code: string): string | null => (te(`${group}.${code}`) ? t(`${group}.${code}`) : null)
  const of = (group: string, code: string | null | undefined): string => (code ? (word(group, code) ?? code) : '—')
  const name = (thing: Partial<Named> | null | undefined): string =>
    (zh.value ? (thing?.name_zh ?? thing?.name_en) : (thing?.name_en ?? thing?.name_zh)) || '—'

  /** The sentence that the server names by key and params. */
  function say(key: string, params: Params = {}): string {
    const lexicon = { zh: zh.value, nowS: nowS(), property: (c: string) => of('property', c), numeral: String, word, person: String, place: () => null }
    return te(flat(key)) ? t(flat(key), readable(params, lexicon)) : key
  }

  const time = (at: string | number | null | undefined): string => shortTime(at, nowS())
  /** `40 s`, `3 min`, `1 h 20 min`. */
  function lasting(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds))
    if (whole < 60) return zh.value ? `${whole} 秒` : `${whole} s`
    const minutes = Math.round(whole / 60)
    if (minutes < 60) return zh.value ? `${minutes} 分钟` : `${minutes} min`
    const [h, m] = [Math.floor(minutes / 60), minutes % 60]
    return zh.value ? `${h} 小时${m ? ` ${m} 分` : ''}` : `${h} h${m ? ` ${m} min` : ''}`
  }
  const size = (bytes: number): string =>
    bytes < 1e6 ? `${formatNumber(bytes / 1e3, 0)} kB` : bytes < 1e9 ? `${formatNumber(bytes / 1e6, 1)} MB` : `${formatNumber(bytes / 1e9, 1)} GB`

  return { t, te, zh, of, name, say, time, lasting, size }
}

import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'

import type { Theme } from '@/theme/classes'

export type Locale = 'zh-CN' | 'en'

const KEY = 'riverchief.locale'
const LARGE = 'riverchief.large'

/** The language of the browser unless the person has chosen one. */
export function firstLocale(stored: string | null, browser: readonly string[]): Locale {
  if (stored === 'zh-CN' || stored === 'en') return stored
  for (const language of browser) {
    if (language.toLowerCase().startsWith('zh')) return 'zh-CN'
    if (language.toLowerCase().startsWith('en')) return 'en'
  }
  return 'en'
}

export const usePrefs = defineStore('prefs', () => {
  const locale = ref<Locale>(firstLocale(localStorage.getItem(KEY), navigator.languages))
  const theme = ref<Theme>('paper')
  const large = ref(localStorage.getItem(LARGE) === '1')
  const zh = computed(() => locale.value === 'zh-CN')

  function choose(next: Locale): void {
    locale.value = next
    localStorage.setItem(KEY, next)
  }

  function enlarge(next: boolean): void {
    large.value = next
    localStorage.setItem(LARGE, next ? '1' : '0')
  }

  watch(large, (next) => (document.documentElement.dataset.type = next ? 'large' : 'standard'), { immediate: true })
  watch(locale, (next) => (document.documentElement.lang = next), { immediate: true })
  watch(theme, (next) => {
    document.documentElement.dataset.theme = next
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', next === 'night' ? '#0B1720' : '#FBFBF9')
  })
  return { locale, theme, large, zh, choose, enlarge }
})

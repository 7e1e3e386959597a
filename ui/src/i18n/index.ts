import { createI18n } from 'vue-i18n'

import en from './en'
import zh from './zh-CN'

export type Tree = { [key: string]: string | Tree }

export const messages: Record<'zh-CN' | 'en', Tree> = { 'zh-CN': zh, en }

/** Server keys hold dots (`case.title.pollution`); here they are one level with underscores. */
export const flatKey = (key: string): string => `key.${key.replace(/[.\-: ]/g, '_')}`

export function makeI18n(locale: 'zh-CN' | 'en') {
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'en',
    messages: messages as Record<string, never>,
    missingWarn: false,
    fallbackWarn: false,
  })
}

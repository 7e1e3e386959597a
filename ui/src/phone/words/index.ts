/** What the phone says: words of its own, and of the desk's those that name the same things. */
import enKeys from '@/i18n/en/keys'
import enProperties from '@/i18n/en/properties'
import enWords from '@/i18n/en/words'
import zhKeys from '@/i18n/zh-CN/keys'
import zhProperties from '@/i18n/zh-CN/properties'
import zhWords from '@/i18n/zh-CN/words'

import en from './en'
import zh from './zh-CN'

export const messages = {
  'zh-CN': { ...zhWords, ...zh, property: zhProperties, key: zhKeys },
  en: { ...enWords, ...en, property: enProperties, key: enKeys },
}

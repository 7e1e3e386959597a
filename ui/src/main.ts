import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'

import App from './App.vue'
import { whenSignedOut } from './api/client'
import { makeI18n } from './i18n'
import { makeRouter } from './router'
import { usePrefs } from './stores/prefs'
import { useSession } from './stores/session'
import './theme/tokens.css'
import './theme/base.css'

const app = createApp(App)
app.use(createPinia())

const prefs = usePrefs()
const i18n = makeI18n(prefs.locale)
watch(
  () => prefs.locale,
  (locale) => (i18n.global.locale.value = locale),
)
app.use(i18n)

const router = makeRouter()
app.use(router)
whenSignedOut(() => {
  useSession().forget()
  if (router.currentRoute.value.name !== 'signin') {
    void router.push({ name: 'signin', query: { next: router.currentRoute.value.fullPath } })
  }
})
app.mount('#app')

/** The walker's page: small, opens without signal, and is never waited for. */
import { createApp } from 'vue'

import { whenSignedOut } from '@/api/client'
import '@/theme/tokens.css'
import '@/theme/base.css'

import App from './App.vue'
import { keepSending } from './outbox'
import './phone.css'
import { makeRouter } from './router'
import { i18n } from './say'
import { meet, signedOut } from './who'

whenSignedOut(signedOut)
createApp(App).use(i18n).use(makeRouter()).mount('#app')
void meet().then(keepSending, keepSending)

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  window.addEventListener('load', () => void navigator.serviceWorker.register('/sw.js', { scope: '/m' }))
}

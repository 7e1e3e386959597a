import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { setCsrf, stopAsking } from '@/api/client'
import * as api from '@/api/session'

import { usePrefs } from './prefs'

/** Who is signed in, whether stations are simulated, and what time it is in the basin. */
export const useSession = defineStore('session', () => {
  const session = shallowRef<api.Session | null>(null)
  const tick = ref(Date.now())
  let readAt = Date.now()

  const user = computed(() => session.value?.user ?? null)
  const basin = computed(() => session.value?.basin ?? null)
  const simulated = computed(() => session.value?.simulated ?? false)
  const speed = computed(() => session.value?.clock.speed ?? 1)
  /** The platform's clock [s since 1970 UTC]; it may run faster than the wall's. */
  const nowS = computed(() => {
    const clock = session.value?.clock
    if (!clock) return tick.value / 1000
    return (Date.parse(clock.now) + Math.max(0, tick.value - readAt) * clock.speed) / 1000
  })

  /** The same clock in steps of ten real seconds, for what is drawn anew when it moves. */
  const slowS = computed(() => {
    const step = Math.max(60, Math.round(speed.value * 10))
    return Math.floor(nowS.value / step) * step
  })

  function take(answer: api.Session): void {
    session.value = answer
    readAt = tick.value = Date.now()
    setCsrf(answer.csrf)
    const wanted = answer.preferences
    if (wanted?.language) usePrefs().choose(wanted.language)
    if (wanted) usePrefs().enlarge(wanted.large_type)
  }

  async function load(): Promise<void> {
    take(await api.readSession())
  }

  async function signIn(username: string, password: string, code = ''): Promise<void> {
    await api.signIn(username, password, code)
    await load()
  }

  async function signOut(): Promise<void> {
    const before = session.value
    // pages stop asking before the server stops answering
    forget()
    stopAsking()
    try {
      await api.signOut()
    } catch (error) {
      session.value = before
      throw error
    }
    await load()
  }

  function forget(): void {
    if (session.value) session.value = { ...session.value, user: null }
  }

  window.setInterval(() => (tick.value = Date.now()), 1000)
  return { session, user, basin, simulated, speed, nowS, slowS, load, signIn, signOut, forget }
})

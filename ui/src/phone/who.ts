/** Who holds this phone. Known without signal from the last sign-in; the server has the last word at the next contact. */
import { computed, reactive } from 'vue'

import { ApiError, setCsrf } from '@/api/client'
import { readSession, signIn as askSignIn, signOut as askSignOut, type Session, type User } from '@/api/session'

import { told } from './clock'

const KEY = 'riverchief.phone.user'
/** Set where somebody left without signal: the server still holds the session, and must be told. */
const LEFT = 'riverchief.phone.left'

type Standing = 'unknown' | 'signed-in' | 'signed-out'

export const who = reactive({
  user: remembered(),
  /** What the server said last; `unknown` until it was asked. */
  standing: 'unknown' as Standing,
  basin: null as Session['basin'],
})
export const username = computed(() => who.user?.username ?? '')

function remembered(): User | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as User | null
  } catch {
    return null
  }
}

function take(session: Session): void {
  setCsrf(session.csrf)
  told(session.clock.now, session.clock.speed)
  who.basin = session.basin
  const chosen = new URLSearchParams(location.search).has('switch') // come from another way of signing in
  if (session.user && (chosen || !who.user || session.user.username === who.user.username)) remember(session.user)
  who.standing = session.user?.username === who.user?.username && session.user ? 'signed-in' : 'signed-out'
}

function remember(user: User | null): void {
  who.user = user
  if (user) localStorage.setItem(KEY, JSON.stringify(user))
  else localStorage.removeItem(KEY)
}

/** Ask the server who is signed in; without signal everything stays as it was. */
export async function meet(): Promise<void> {
  try {
    const session = await readSession()
    if (session.user && localStorage.getItem(LEFT)) {
      setCsrf(session.csrf)
      await askSignOut()
      session.user = null
    }
    localStorage.removeItem(LEFT)
    take(session)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 0) throw error
  }
}

export function signedOut(): void {
  who.standing = 'signed-out'
}

/** Sign in; what an earlier user has left on this phone stays that user's. */
export async function signIn(name: string, password: string, code = ''): Promise<void> {
  await readSession().then((session) => setCsrf(session.csrf))
  const session = await askSignIn(name, password, code)
  localStorage.removeItem(LEFT)
  remember(session.user)
  take(session)
}

/** Leave; the queue stays on the phone until its owner comes back. */
export async function leave(): Promise<void> {
  localStorage.setItem(LEFT, '1')
  remember(null)
  await askSignOut().then(() => localStorage.removeItem(LEFT), () => undefined)
  who.standing = 'signed-out'
}

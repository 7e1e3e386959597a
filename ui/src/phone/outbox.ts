/** The queue as the pages see it: what waits, whether it is being sent, what stands in the way. */
import { reactive } from 'vue'

import { now } from './clock'
import { fetchTransport, openQueue, StorageFull, type Draft, type Item, type Queue } from './queue'
import { meet, signedOut, username, who } from './who'

export type Trouble = null | 'offline' | 'signed-out' | 'other-user' | 'server'

export const outbox = reactive({
  ready: false,
  /** The database of this browser cannot be opened: nothing can be recorded. */
  broken: '',
  waiting: 0,
  refused: 0,
  bytes: 0,
  sending: false,
  trouble: null as Trouble,
  /** Something did not fit, and nothing as large has fitted since. */
  full: false,
})

const EVERY_MS = 60_000
const SOON_MS = 1_500

let opened: Promise<Queue> | null = null
let fullFor = 0
let soon = 0

/** The queue of this browser, opened once. */
export function queue(): Promise<Queue> {
  opened ??= openQueue({ transport: fetchTransport, now }).then(
    (found) => {
      found.onChange(() => void recount())
      outbox.ready = true
      void recount()
      return found
    },
    (error: unknown) => {
      outbox.broken = String(error)
      throw error
    },
  )
  return opened
}

export async function recount(): Promise<void> {
  if (!username.value) return void Object.assign(outbox, { waiting: 0, refused: 0, bytes: 0 })
  try {
    Object.assign(outbox, await (await queue()).counts(username.value))
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error
    outbox.full = true // not even room to look; what is there stays there
  }
}

/** Keep a record; it is safe when this resolves. Raises StorageFull with the record still in the caller's hands. */
export async function put(draft: Draft): Promise<Item> {
  try {
    const item = await (await queue()).add(username.value, draft)
    if ((draft.file?.size ?? 0) >= fullFor) outbox.full = false
    sendSoon()
    return item
  } catch (error) {
    if (error instanceof StorageFull) {
      outbox.full = true
      fullFor = draft.file?.size ?? 0
    }
    throw error
  }
}

export function sendSoon(): void {
  window.clearTimeout(soon)
  soon = window.setTimeout(() => void send(), SOON_MS)
}

/** Send what waits; one at a time, and only what belongs to whoever holds the phone. */
export async function send(): Promise<void> {
  if (outbox.sending || !username.value) return
  outbox.sending = true
  try {
    const found = await queue()
    if (who.standing === 'unknown') await meet() // opened without signal: the session has not been asked for yet
    outbox.trouble = (await found.upload(username.value)).stopped
    if (outbox.trouble === 'signed-out') signedOut()
  } finally {
    outbox.sending = false
    await recount()
  }
}

/** Send when signal comes back, when the page comes back, and every minute. */
export function keepSending(): void {
  window.addEventListener('online', sendSoon)
  window.addEventListener('offline', () => (outbox.trouble = 'offline'))
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && sendSoon())
  window.setInterval(() => {
    if (outbox.waiting && who.standing !== 'signed-out') void send()
  }, EVERY_MS)
  if (!navigator.onLine) outbox.trouble = 'offline'
  sendSoon()
}

import { defineStore } from 'pinia'
import { onScopeDispose, ref } from 'vue'

import { useSession } from './session'

export interface LiveEvent {
  id: string
  kind: string
  subject: string
  at: string
  known_at: string
}

const KINDS = [
  'reading', 'verdict', 'alert', 'trace', 'mission', 'photo', 'finding', 'case', 'patrol', 'evidence',
  'closure', 'score', 'report', 'outlook', 'instrument', 'health', 'citizen', 'alert-closed', 'case-moved', 'case-overdue', 'finding-case', 'registry-draft', 'registry-decided', 'letter', 'handoff', 'twin', 'measures',
] as const
export type LiveKind = (typeof KINDS)[number]

type Listener = (event: LiveEvent) => void

/** Server-sent events; the browser reconnects by itself and says the last event it saw. */
export const useLive = defineStore('live', () => {
  const state = ref<'off' | 'on' | 'waiting'>('off')
  const listeners = new Map<LiveKind, Set<Listener>>()
  let source: EventSource | null = null

  function open(): void {
    if (source) return
    source = new EventSource(useSession().session?.live_url ?? '/live', { withCredentials: true })
    source.onopen = () => (state.value = 'on')
    source.onerror = () => {
      state.value = 'waiting'
      // a closed source (refused, not interrupted) does not come back by itself
      if (source?.readyState === EventSource.CLOSED) {
        source = null
        window.setTimeout(() => useSession().user && open(), 10_000)
      }
    }
    for (const kind of KINDS) {
      source.addEventListener(kind, (message) => {
        const event = JSON.parse((message as MessageEvent<string>).data) as LiveEvent
        // whoever listens to cases hears of every move of a case
        const family = kind.split('-')[0] as LiveKind
        for (const heard of new Set([kind, family])) listeners.get(heard)?.forEach((listener) => listener(event))
      })
    }
  }

  function close(): void {
    source?.close()
    source = null
    state.value = 'off'
  }

  function on(kinds: readonly LiveKind[], listener: Listener): () => void {
    for (const kind of kinds) {
      if (!listeners.has(kind)) listeners.set(kind, new Set())
      listeners.get(kind)!.add(listener)
    }
    return () => kinds.forEach((kind) => listeners.get(kind)?.delete(listener))
  }

  return { state, open, close, on }
})

/** Run `refresh` after events of these kinds, at most once per `everyMs`; the last event is never dropped. */
export function useLiveRefresh(kinds: readonly LiveKind[], refresh: () => unknown, everyMs = 2500): void {
  let timer: number | undefined
  let last = 0
  const off = useLive().on(kinds, () => {
    if (timer !== undefined) return
    timer = window.setTimeout(
      () => {
        timer = undefined
        last = Date.now()
        if (useSession().user) refresh()
      },
      Math.max(150, everyMs - (Date.now() - last)),
    )
  })
  onScopeDispose(() => {
    off()
    window.clearTimeout(timer)
  })
}

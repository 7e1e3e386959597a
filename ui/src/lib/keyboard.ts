/** Keys of the whole site: `/` search, `g` then a letter to go, `?` help. Never while somebody types. */
import { onMounted, onUnmounted } from 'vue'
import { useRouter } from 'vue-router'

import { useSession } from '@/stores/session'

export const GO: Record<string, string> = {
  s: 'sky', c: 'cloud', r: 'cases', v: 'govern', m: 'map', t: 'today',
  a: 'air', d: 'dischargers', k: 'rankings', g: 'targets', h: 'sheets', p: 'reports',
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

export function useKeyboard(showHelp: () => void): void {
  const router = useRouter()
  const session = useSession()
  let goUntil = 0

  function onKey(event: KeyboardEvent): void {
    if (!session.user || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (event.key === '/') {
      event.preventDefault()
      document.querySelector<HTMLInputElement>('#search')?.focus()
    } else if (event.key === '?') {
      event.preventDefault()
      showHelp()
    } else if (Date.now() < goUntil && GO[event.key]) {
      goUntil = 0
      void router.push({ name: GO[event.key]! })
    } else if (event.key === 'g') {
      goUntil = Date.now() + 1500
    }
  }

  onMounted(() => window.addEventListener('keydown', onKey))
  onUnmounted(() => window.removeEventListener('keydown', onKey))
}

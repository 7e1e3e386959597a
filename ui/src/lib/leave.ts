/** After signing in: to a page of the desk, or to the phone's own pages, which are another document. */
import type { Router } from 'vue-router'

/** Only our own addresses are followed. */
export function ownAddress(wanted: unknown, otherwise = '/today'): string {
  const next = typeof wanted === 'string' ? wanted : ''
  return next.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : otherwise
}

export const isPhonePage = (path: string): boolean => /^\/m(?:[/?#]|$)/.test(path)

export async function leaveFor(router: Router, path: string): Promise<void> {
  if (isPhonePage(path)) window.location.assign(path)
  else await router.push(path)
}

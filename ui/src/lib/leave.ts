/** After signing in: to a page of the desk, or to another document: the phone's pages, the admin's, those of accounts. */
import type { Router } from 'vue-router'

/** Only our own addresses are followed. */
export function ownAddress(wanted: unknown, otherwise = '/today'): string {
  const next = typeof wanted === 'string' ? wanted : ''
  return next.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : otherwise
}

export const isOtherDocument = (path: string): boolean => /^\/(?:m|admin|accounts)(?:[/?#]|$)/.test(path)

export async function leaveFor(router: Router, path: string): Promise<void> {
  if (isOtherDocument(path)) window.location.assign(path)
  else await router.push(path)
}

/**
 * The platform's time on a phone. Told at the last contact, carried on by the phone's steady counter, so that a clock
 * that somebody sets, or a demo's that runs faster, does not bend a track.
 */

interface Contact {
  /** Time of the platform [ms since 1970], and the phone's clock at that moment. */
  platform: number
  phone: number
  speed: number
}

const KEY = 'riverchief.phone.contact'
let contact: Contact | null = read()
let base = from(contact)

function read(): Contact | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Contact | null
  } catch {
    return null
  }
}

/** The platform's time when this page was opened, by the phone's clock since the last contact. */
function from(known: Contact | null): { at: number; counter: number } {
  const phone = Date.now()
  return { at: known ? known.platform + (phone - known.phone) * known.speed : phone, counter: performance.now() }
}

/** The server said what time it is. */
export function told(now: string, speed: number): void {
  contact = { platform: Date.parse(now), phone: Date.now(), speed }
  base = { at: contact.platform, counter: performance.now() }
  localStorage.setItem(KEY, JSON.stringify(contact))
}

export function now(): { at: Date; clock: 'platform' | 'phone' } {
  const at = new Date(base.at + (performance.now() - base.counter) * (contact?.speed ?? 1))
  return { at, clock: contact ? 'platform' : 'phone' }
}

export const nowS = (): number => now().at.getTime() / 1000

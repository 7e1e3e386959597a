/** A photograph: its original bytes go into the queue with where and when it was taken; nothing is made smaller. */
import { put } from './outbox'
import { added, walking } from './walk'
import { nowS } from './clock'

/** Keep one file for a patrol or a case. Raises StorageFull while the caller still holds the file. */
export async function keepFile(kind: 'photo' | 'voice', subject: string, file: File | Blob, about: '' | 'company' = ''): Promise<void> {
  const name = file instanceof File ? file.name : `${kind}.webm`
  const here = walking.here
  const where = here ? { lon: here[1], lat: here[2], system: 'wgs84' } : {}
  const on = walking.walk?.id ?? null // a photograph of a case counts for the patrol on which it is taken
  const body = { subject, name, at: new Date(nowS() * 1000).toISOString(), on, about, ...where }
  await put({ kind, parent: subject, body, file })
  if (kind === 'photo' && walking.walk) await added(about === 'company' ? 'together' : 'photos')
}

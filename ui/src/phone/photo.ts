/** A photograph: its original bytes go into the queue with where and when it was taken; nothing is made smaller. */
import { put } from './outbox'
import { added, walking } from './walk'
import { nowS } from './clock'

/** The position as it goes with a record; null where the receiver has told none yet. */
export function position(): { lon: number; lat: number; accuracy_m: number; system: 'wgs84' } | null {
  const here = walking.here
  return here ? { lon: here[1], lat: here[2], accuracy_m: here[3], system: 'wgs84' } : null
}

/** Keep one file for a patrol or a case. Raises StorageFull while the caller still holds the file. */
export async function keepFile(kind: 'photo' | 'voice', subject: string, file: File | Blob): Promise<void> {
  const name = file instanceof File ? file.name : `${kind}.webm`
  const body = { subject, name, at: new Date(nowS() * 1000).toISOString(), ...(position() ?? {}) }
  await put({ kind, parent: subject, body, file })
  if (kind === 'photo' && walking.walk) await added('photos')
}

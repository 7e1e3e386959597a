/**
 * Room kept back: when the phone is full, this is let go, so that tracks, the end of a patrol and reports still fit when
 * photographs do not. How soon a browser gives freed room back is its own affair; most do before the next write fails.
 */

import { isFull, type QueueStore } from './store'
import { StorageFull } from './types'

export const BALLAST_BYTES = 384 * 1024
const KEY = 'ballast'
const RANDOM_AT_ONCE = 65_536

function noise(size: number): ArrayBuffer {
  const bytes = new Uint8Array(size) // of noise, as a database may store zeros in no room at all
  for (let at = 0; at < size; at += RANDOM_AT_ONCE) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(at + RANDOM_AT_ONCE, size)))
  }
  return bytes.buffer
}

/** Put the ballast back where there is room for it; whether it is there. */
export async function takeOn(store: QueueStore): Promise<boolean> {
  try {
    await store.alive(async () => {
      const there = await store.device.where('key').equals(KEY).count()
      if (!there) await store.device.put({ key: KEY, value: noise(BALLAST_BYTES) })
    })
    return true
  } catch (error) {
    if (!isFull(error)) throw error
    return false
  }
}

/** Write; where there is no room and this may use the ballast, let it go and write once more. */
export async function writing<T>(store: QueueStore, mayUseBallast: boolean, write: () => Promise<T>): Promise<T> {
  try {
    return await store.alive(write)
  } catch (error) {
    if (!isFull(error)) throw error
    if (!mayUseBallast) throw new StorageFull()
  }
  try {
    await store.alive(() => store.device.delete(KEY))
    return await store.alive(write)
  } catch (error) {
    throw isFull(error) ? new StorageFull() : error
  }
}

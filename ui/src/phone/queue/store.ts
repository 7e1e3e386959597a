/** The database of the queue on the phone. */

import Dexie, { type Table } from 'dexie'

import { StorageFull } from './types'

/** A record as it is kept: its text is what is sent and sealed, byte for byte, and never made anew. */
export interface Row {
  id: string
  user: string
  seq: number
  kind: string
  state: 'waiting' | 'refused'
  text: string
  sha256: string
  bytes: number
  file: { sha256: string; size: number; mime: string } | null
  fileSent: boolean
  answer: { code: string; sentence: string } | null
}

/** The bytes beside a row. An ArrayBuffer, as older WebKit loses Blobs that it has stored. */
export interface FileRow {
  id: string
  data: ArrayBuffer
}

export class QueueStore extends Dexie {
  items!: Table<Row, string>
  files!: Table<FileRow, string>
  counters!: Table<{ user: string; seq: number }, string>
  kept!: Table<{ user: string; key: string; value: unknown }, [string, string]>
  device!: Table<{ key: string; value: unknown }, string>

  constructor(name: string) {
    // what `add` has acknowledged must outlive a flat battery, not only a closed tab
    super(name, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      items: 'id, [user+seq]',
      files: 'id',
      counters: 'user',
      kept: '[user+key]',
      device: 'key',
    })
  }

  /**
   * Work with the database; where it is gone, open it anew and try once more. A disk that fills up entirely makes
   * Chromium close it, and Dexie does not try again by itself. Throws StorageFull where it cannot be opened: it was
   * open before, so what is missing is room.
   */
  async alive<T>(work: () => PromiseLike<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!this.hasFailed()) throw error
    }
    this.close({ disableAutoOpen: false })
    await this.open().catch(() => {
      throw new StorageFull()
    })
    return await work()
  }
}

/**
 * Whether an error of the database says that there is no room; Dexie puts the cause inside of its own errors. On a disk
 * that is really full, Chromium says that it could not write, and keeps the word quota for limits of its own.
 */
export function isFull(error: unknown): boolean {
  for (let at = error as { name?: string; message?: string; inner?: unknown } | null, depth = 0; at && depth < 4; depth++) {
    if (at.name === 'QuotaExceededError' || at.name === 'StorageFull') return true
    if (at.name === 'DataError' && /IOError/.test(at.message ?? '')) return true
    at = at.inner as typeof at
  }
  return false
}

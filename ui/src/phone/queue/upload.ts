/** One way through what waits on the phone: texts first, then each file followed by its record. */

import Dexie from 'dexie'

import { writing } from './ballast'
import type { QueueStore, Row } from './store'
import { type Receipt, type Transport, TransportError } from './transport'
import { type Stop, StorageFull } from './types'

export const BATCH_RECORDS = 200
export const BATCH_BYTES = 256 * 1024

export interface Sender {
  store: QueueStore
  transport: Transport
  user: string
  device: string
  now: () => Date
  changed: () => void
}

export interface Tally {
  sent: number
  refused: number
  stopped: Stop | null
}

/**
 * Send all that waits, in order. A weak signal carries texts and not photographs, so texts go first; but not the step of
 * a case, for which the photograph before it may be the evidence.
 */
export async function sendAll(sender: Sender): Promise<Tally> {
  const tally: Tally = { sent: 0, refused: 0, stopped: null }
  try {
    const waiting = await waitingRows(sender)
    const firstFile = waiting.findIndex((row) => row.file)
    const later = (row: Row, at: number) => row.file || (row.kind === 'case-action' && firstFile >= 0 && at > firstFile)
    for (const batch of batches(waiting.filter((row, at) => !later(row, at)))) await sendBatch(sender, batch, tally)
    for (const row of waiting.filter(later)) {
      if (row.file) await sendWithFile(sender, row, tally)
      else await sendBatch(sender, [row], tally)
    }
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
    tally.stopped = error.why === 'refused' ? 'server' : error.why
  }
  return tally
}

async function waitingRows({ store, user }: Sender): Promise<Row[]> {
  const mine = store.items.where('[user+seq]').between([user, Dexie.minKey], [user, Dexie.maxKey])
  return mine.filter((row) => row.state === 'waiting').toArray()
}

export function batches(rows: Row[]): Row[][] {
  const found: Row[][] = []
  let bytes = 0
  for (const row of rows) {
    const last = found.at(-1)
    if (last && last.length < BATCH_RECORDS && bytes + row.bytes <= BATCH_BYTES) {
      last.push(row)
      bytes += row.bytes
    } else {
      found.push([row])
      bytes = row.bytes
    }
  }
  return found
}

async function sendBatch(sender: Sender, batch: Row[], tally: Tally): Promise<void> {
  const { transport, user, device } = sender
  const records = batch.map((row) => row.text)
  const answer = await transport.sendRecords({ user, device, sent_at: sender.now().toISOString(), records })
  if (answer.user !== user) throw new TransportError('other-user')
  const receipts = new Map(answer.answers.map((receipt) => [receipt.id, receipt]))
  for (const row of batch) {
    const receipt = receipts.get(row.id)
    // a receipt for other bytes than these is none: the record stays and is sent again
    if (receipt && receipt.sha256 === row.sha256) await settle(sender, row, receipt, tally)
  }
  sender.changed()
}

async function sendWithFile(sender: Sender, row: Row, tally: Tally): Promise<void> {
  const { store, transport, user } = sender
  if (!row.fileSent && row.file) {
    const kept = await store.files.get(row.id)
    if (!kept) {
      await refuse(sender, row, 'phone.file_gone', '', tally)
      return
    }
    try {
      const { sha256, mime } = row.file
      const received = await transport.sendFile({ user, sha256, mime, data: kept.data })
      if (received.sha256 !== sha256) return
    } catch (error) {
      if (!(error instanceof TransportError) || error.why !== 'refused') throw error
      await refuse(sender, row, error.code, error.sentence, tally)
      return
    }
    await quietly(sender, () => store.items.update(row.id, { fileSent: true }))
  }
  await sendBatch(sender, [row], tally)
}

async function settle(sender: Sender, row: Row, receipt: Receipt, tally: Tally): Promise<void> {
  if (receipt.state === 'refused') {
    await refuse(sender, row, receipt.code, receipt.sentence, tally)
  } else if (receipt.state === 'stored' || receipt.state === 'held') {
    const { store } = sender
    await quietly(sender, () =>
      store.transaction('rw', store.items, store.files, async () => {
        await store.items.delete(row.id)
        await store.files.delete(row.id)
      }),
    )
    tally.sent += 1
  }
}

async function refuse(sender: Sender, row: Row, code: string, sentence: string, tally: Tally): Promise<void> {
  const { store } = sender
  await quietly(sender, () => store.items.update(row.id, { state: 'refused', answer: { code, sentence } }))
  tally.refused += 1
  sender.changed()
}

/** Remember an answer. On a full phone the record just stays: the server gives the same answer when asked again. */
async function quietly(sender: Sender, write: () => Promise<unknown>): Promise<void> {
  try {
    await writing(sender.store, true, async () => write())
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error
  }
}

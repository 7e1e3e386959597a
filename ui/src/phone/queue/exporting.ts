/** The queue as one file: JSON lines, the first says what it is, then one record a line with its file in base64. */

import type { QueueStore, Row } from './store'

const CHUNK = 24_576 // a multiple of 3, so that pieces of base64 can be joined

export async function exportOf(store: QueueStore, user: string, device: string, rows: Row[], at: Date): Promise<Blob> {
  const head = { riverchief: 'queue', version: 1, user, device, made_at: at.toISOString(), records: rows.length }
  const parts: BlobPart[] = [`${JSON.stringify(head)}\n`]
  for (const row of rows) {
    const { text: record, sha256, state, answer } = row
    const data = row.file ? (await store.files.get(row.id))?.data : undefined
    parts.push(`${JSON.stringify({ record, sha256, state, answer, file: data ? base64(data) : null })}\n`)
  }
  return new Blob(parts, { type: 'application/x-ndjson' })
}

function base64(data: ArrayBuffer): string {
  const bytes = new Uint8Array(data)
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)))
  return text
}

/**
 * A phone as a process of its own: the queue as it ships, on an IndexedDB whose commits are written to a file before
 * anybody is told of them. Commands come and answers go as JSON lines; what the queue sends is asked of the other side.
 *
 * node process.js DISK
 */

import 'fake-indexeddb/auto'

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { deserialize, serialize } from 'node:v8'

import { ApiError } from '@/api/client'
import { type ClockName, type Draft, openQueue, type Queue, type Transport, TransportError } from '@/phone/queue'
import { QueueStore } from '@/phone/queue/store'
import { asTransportError } from '@/phone/queue/transport'

const NAME = 'phone'
const CRASHED = 9
const disk = process.argv[2]!

interface Raw {
  mode: string
  db: { _rawDatabase: { rawObjectStores: Map<string, { records: { values(): Iterable<{ value: unknown }> } }> } }
}

const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)

// ---------------------------------------------------------------- the disk

let room = Infinity
let untilCrash = Infinity
let crashBefore = true
let stored = new Map<string, number>()

function contents(raw: Raw): Record<string, unknown[]> {
  const found: Record<string, unknown[]> = {}
  for (const [name, store] of raw.db._rawDatabase.rawObjectStores) {
    found[name] = Array.from(store.records.values(), (record) => record.value)
  }
  return found
}

function commit(raw: Raw): void {
  untilCrash -= 1
  if (untilCrash <= 0 && crashBefore) process.exit(CRASHED)
  const all = contents(raw)
  writeFileSync(`${disk}.new`, serialize(all))
  renameSync(`${disk}.new`, disk)
  stored = new Map(Object.entries(all).map(([name, rows]) => [name, rows.reduce<number>((sum, row) => sum + size(row), 0)]))
  if (untilCrash <= 0) process.exit(CRASHED)
}

function size(value: unknown): number {
  const row = value as { data?: ArrayBuffer; value?: unknown; text?: string }
  const held = row.value instanceof ArrayBuffer ? row.value.byteLength : 0
  return (row.data?.byteLength ?? 0) + held + (row.text?.length ?? 0) + 64
}

function mount(): void {
  const dispatch = IDBTransaction.prototype.dispatchEvent
  IDBTransaction.prototype.dispatchEvent = function (event: Event) {
    if (event.type === 'complete' && this.mode !== 'readonly') commit(this as unknown as Raw)
    return dispatch.call(this, event)
  }
  const { put, add } = IDBObjectStore.prototype
  const limited = (write: typeof put) =>
    function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
      const used = [...stored.values()].reduce((sum, bytes) => sum + bytes, 0)
      if (used + size(value) > room) throw new DOMException('no room', 'QuotaExceededError')
      return key === undefined ? write.call(this, value) : write.call(this, value, key)
    }
  IDBObjectStore.prototype.put = limited(put)
  IDBObjectStore.prototype.add = limited(add)
}

async function load(): Promise<void> {
  const store = new QueueStore(NAME)
  await store.open()
  const rows = existsSync(disk) ? (deserialize(readFileSync(disk)) as Record<string, unknown[]>) : {}
  for (const table of store.tables) await table.bulkPut(rows[table.name] ?? [])
  store.close()
}

// ---------------------------------------------------------------- the other side

interface Reply {
  status: number
  body: { code?: string; sentence?: string } & Record<string, unknown>
}

const waiting = new Map<number, (reply: Reply) => void>()
let asked = 0

async function ask<T>(what: string, given: object): Promise<T> {
  const k = ++asked
  const answer = new Promise<Reply>((resolve) => waiting.set(k, resolve))
  say({ ask: what, k, ...given })
  const { status, body } = await answer
  if (status === 0) throw new TransportError('offline')
  if (status >= 400) throw asTransportError(new ApiError(status, body.code ?? '', body.sentence ?? ''))
  return body as T
}

const transport: Transport = {
  sendFile: ({ data, ...file }) => ask('file', { ...file, data: Buffer.from(data).toString('base64') }),
  sendRecords: (batch) => ask('records', batch),
}

// ---------------------------------------------------------------- commands

let now: { at: Date; clock: ClockName } = { at: new Date(0), clock: 'phone' }
const options = { transport, now: () => now, name: NAME }

type Command = { n: number; do: string; user: string; id: string } & Record<string, unknown>

const COMMANDS: Record<string, (queue: Queue, command: Command, other: Queue) => unknown> = {
  add: (queue, { user, draft, data }) => {
    const file = typeof data === 'string' ? new Blob([Buffer.from(data, 'base64')], { type: 'image/jpeg' }) : undefined
    return queue.add(user, { ...(draft as Draft), ...(file && { file }) })
  },
  items: (queue, { user }) => queue.items(user),
  counts: (queue, { user }) => queue.counts(user),
  upload: (queue, { user }) => queue.upload(user),
  'upload-in-two-tabs': (queue, { user }, other) => Promise.all([queue.upload(user), other.upload(user)]),
  dismiss: (queue, { user, id }) => queue.dismiss(user, id),
  export: async (queue, { user }) => (await queue.export(user)).text(),
  keep: (queue, { user, id, value }) => queue.keep(user, id, value),
  kept: (queue, { user, id }) => queue.kept(user, id),
  clock: (_, { at, clock }) => {
    now = { at: new Date(at as string), clock: clock as ClockName }
  },
  room: (_, { bytes }) => {
    room = (bytes as number | null) ?? Infinity
  },
  crash: (_, { commits, before }) => {
    untilCrash = commits as number
    crashBefore = before as boolean
  },
}

await load()
mount()
const queue = await openQueue(options)
const tab = await openQueue(options)
say({ ready: queue.device })

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line) as Command & Reply & { k?: number }
  if (told.k !== undefined) {
    waiting.get(told.k)?.(told)
    waiting.delete(told.k)
    continue
  }
  void (async () => {
    try {
      say({ n: told.n, ok: (await COMMANDS[told.do]!(queue, told, tab)) ?? null })
    } catch (error) {
      say({ n: told.n, error: (error as Error).name, why: String(error) })
    }
  })()
}
process.exit(0)

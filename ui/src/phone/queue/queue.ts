/**
 * What a phone has recorded and the server has not yet received.
 *
 * A record is durable when `add` resolves, belongs to one user, and leaves only with the server's receipt for exactly
 * its bytes, or when its refusal was read and dismissed. Nothing here knows what a patrol is.
 */

import Dexie from 'dexie'

import { takeOn, writing } from './ballast'
import { exportOf } from './exporting'
import { nextUlid } from './ids'
import { ofBytes, ofText } from './sha256'
import { QueueStore, type Row } from './store'
import type { Transport } from './transport'
import { type ClockName, type Counts, type Draft, IdTaken, type Item, PREFIX, StorageFull, type Uploaded } from './types'
import { sendAll } from './upload'

export interface Options {
  transport: Transport
  now: () => { at: Date; clock: ClockName }
  /** Name of the database; only tests have a second one. */
  name?: string
}

const DEVICE = 'device'
const ULID = 'ulid'

/** Open the queue of this phone; pages share one. */
export async function openQueue(options: Options): Promise<Queue> {
  const store = new QueueStore(options.name ?? 'riverchief-queue')
  await store.open()
  const device = await store.transaction('rw', store.device, async () => {
    const known = await store.device.get(DEVICE)
    if (known) return String(known.value)
    const made = `device-${nextUlid(options.now().at.getTime(), '')}`
    await store.device.put({ key: DEVICE, value: made })
    return made
  })
  await takeOn(store)
  // without it a browser that runs out of room may throw the whole database away; some ask the person, none must grant
  void globalThis.navigator?.storage?.persist?.().catch(() => false)
  return new Queue(store, device, options)
}

export class Queue {
  private readonly listeners = new Set<() => void>()
  private readonly channel: BroadcastChannel | null
  private sending: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly store: QueueStore,
    readonly device: string,
    private readonly options: Options,
  ) {
    this.channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`${store.name}-changes`) : null
    if (this.channel) this.channel.onmessage = () => this.tell()
  }

  /**
   * Keep a record; it is durable when this resolves.
   *
   * Throws StorageFull when there is no room: nothing was kept, and the caller still holds the draft. The same draft
   * under the same id again gives the record that is there.
   */
  async add(user: string, draft: Draft): Promise<Item> {
    const { at, clock } = this.options.now()
    const data = draft.file ? await draft.file.arrayBuffer() : null
    const file = data && {
      sha256: await ofBytes(data),
      size: data.byteLength,
      mime: draft.file?.type || 'application/octet-stream',
    }
    if (data && !(await takeOn(this.store))) throw new StorageFull() // what is kept back is not for photographs
    const told = { kind: draft.kind, parent: draft.parent ?? null, body: draft.body, file }
    const { items, files, counters, device } = this.store
    const row = await writing(this.store, data === null, () =>
      this.store.transaction('rw', [items, files, counters, device], async () => {
        const there = draft.id ? await items.get(draft.id) : undefined
        if (there) return sameAgain(there, user, told)
        const id = draft.id ?? `${PREFIX[draft.kind]}-${await this.nextId(at)}`
        const seq = ((await counters.get(user))?.seq ?? 0) + 1
        const text = JSON.stringify({ id, user, device: this.device, seq, ...told, at: at.toISOString(), clock })
        const bytes = new TextEncoder().encode(text).length + (data?.byteLength ?? 0)
        const sha256 = ofText(text)
        const { kind } = draft
        const waits = { state: 'waiting', fileSent: false, answer: null } as const
        const made: Row = { id, user, seq, kind, text, sha256, bytes, file, ...waits }
        await counters.put({ user, seq })
        if (data) await files.put({ id, data })
        await items.add(made)
        return made
      }),
    )
    this.changed()
    return itemOf(row)
  }

  private async nextId(at: Date): Promise<string> {
    const last = await this.store.device.get(ULID)
    const made = nextUlid(at.getTime(), String(last?.value ?? ''))
    await this.store.device.put({ key: ULID, value: made })
    return made
  }

  private mine(user: string) {
    return this.store.items.where('[user+seq]').between([user, Dexie.minKey], [user, Dexie.maxKey])
  }

  /** What is not yet received, and what was refused and not yet dismissed, in the order of recording. */
  async items(user: string): Promise<Item[]> {
    return (await this.store.alive(() => this.mine(user).toArray())).map(itemOf)
  }

  async counts(user: string): Promise<Counts> {
    return this.store.alive(async () => {
      const found: Counts = { waiting: 0, refused: 0, bytes: 0 }
      await this.mine(user).each((row) => {
        found[row.state] += 1
        found.bytes += row.bytes
      })
      return found
    })
  }

  /** Send what waits. One upload at a time, in all tabs where the browser has locks; where not, the server bears it. */
  async upload(user: string): Promise<Uploaded> {
    const locks = globalThis.navigator?.locks as LockManager | undefined
    const send = () => this.send(user)
    const turn = async () => (locks ? await locks.request(`${this.store.name}-upload`, send) : await send())
    const mine = this.sending.then(turn, turn)
    this.sending = mine.catch(() => undefined)
    return mine
  }

  private async send(user: string): Promise<Uploaded> {
    const { store, device, options } = this
    const changed = () => this.changed()
    const tally = await sendAll({ store, device, user, changed, transport: options.transport, now: () => options.now().at })
    await takeOn(store)
    return { ...tally, left: (await this.counts(user)).waiting }
  }

  /** Let go of a refused record that its person has read. Anything else stays. */
  async dismiss(user: string, id: string): Promise<void> {
    const { items, files } = this.store
    await this.store.transaction('rw', items, files, async () => {
      const row = await items.get(id)
      if (row?.user !== user || row.state !== 'refused') return
      await items.delete(id)
      await files.delete(id)
    })
    this.changed()
  }

  /** All that is still here of this user, as one file for `riverchief import queue`. */
  async export(user: string): Promise<Blob> {
    return exportOf(this.store, user, this.device, await this.mine(user).toArray(), this.options.now().at)
  }

  /** Remember something for a page; undefined forgets it. */
  async keep(user: string, key: string, value: unknown): Promise<void> {
    const { kept } = this.store
    await writing(this.store, true, async () => {
      if (value === undefined) await kept.delete([user, key])
      else await kept.put({ user, key, value })
    })
  }

  async kept<T = unknown>(user: string, key: string): Promise<T | undefined> {
    return (await this.store.alive(() => this.store.kept.get([user, key])))?.value as T | undefined
  }

  /** Be told when records come or go, in this tab or another one. */
  onChange(callback: () => void): () => void {
    this.listeners.add(callback)
    return () => this.listeners.delete(callback)
  }

  close(): void {
    this.channel?.close()
    this.store.close()
  }

  private changed(): void {
    this.tell()
    this.channel?.postMessage(null)
  }

  private tell(): void {
    for (const callback of this.listeners) callback()
  }
}

function itemOf(row: Row): Item {
  const { state, answer } = row
  return { ...(JSON.parse(row.text) as Omit<Item, 'state' | 'answer'>), state, answer }
}

function sameAgain(row: Row, user: string, told: Pick<Item, 'kind' | 'parent' | 'body' | 'file'>): Row {
  const { kind, parent, body, file } = itemOf(row)
  if (row.user !== user || JSON.stringify({ kind, parent, body, file }) !== JSON.stringify(told)) throw new IdTaken(row.id)
  return row
}

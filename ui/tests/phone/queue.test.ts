import 'fake-indexeddb/auto'

import { createHash } from 'node:crypto'

import Dexie from 'dexie'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { type Batch, openQueue, type Queue, type SentFile, StorageFull, type Transport, TransportError } from '@/phone/queue'
import { BATCH_BYTES } from '@/phone/queue/upload'

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')

/** A server that keeps what it is sent and gives receipts; each test bends one of its answers. */
class Server implements Transport {
  batches: Batch[] = []
  files: SentFile[] = []
  refuses = new Map<string, string>()
  before: (what: 'records' | 'file') => void = () => {}
  after: () => void = () => {}
  receipt = (text: string) => sha256(text)
  signedIn: string | null = null

  async sendFile(file: SentFile) {
    this.before('file')
    this.files.push(file)
    return { sha256: sha256(new Uint8Array(file.data)) }
  }

  async sendRecords(batch: Batch) {
    this.before('records')
    this.batches.push(batch)
    this.after()
    const answers = batch.records.map((text) => {
      const { id, kind } = JSON.parse(text) as { id: string; kind: string }
      const sentence = this.refuses.get(kind)
      const state = sentence ? ('refused' as const) : ('stored' as const)
      return { id, state, sha256: this.receipt(text), code: sentence ? 'input' : '', sentence: sentence ?? '' }
    })
    return { user: this.signedIn ?? batch.user, answers, now: batch.sent_at }
  }

  get records(): Record<string, unknown>[] {
    return this.batches.flatMap((batch) => batch.records.map((text) => JSON.parse(text) as Record<string, unknown>))
  }
}

let server: Server
let queue: Queue
let at: Date
let name: string
let count = 0

const open = () => openQueue({ transport: server, now: () => ({ at, clock: 'phone' }), name })
const note = (text: string) => ({ kind: 'note' as const, body: { subject: 'case-1', text } })
const photo = (bytes: number[]) => ({
  kind: 'photo' as const,
  body: { subject: 'case-1' },
  file: new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }),
})

beforeEach(async () => {
  server = new Server()
  at = new Date('2026-11-21T08:00:00Z')
  name = `queue-${count++}`
  queue = await open()
})
afterEach(() => queue.close())

describe('recording', () => {
  it('survives a closed tab, with the same device and the next number', async () => {
    const first = await queue.add('wang', note('one'))
    queue.close()
    queue = await open()
    const second = await queue.add('wang', note('two'))
    expect((await queue.items('wang')).map((item) => item.id)).toEqual([first.id, second.id])
    expect([first.seq, second.seq]).toEqual([1, 2])
    expect(second.device).toBe(first.device)
  })

  it('names records in order although the clock jumps back', async () => {
    const ids = []
    for (const day of ['2026-11-21', '2020-01-01', '2031-01-01', '1999-12-31']) {
      at = new Date(`${day}T00:00:00Z`)
      ids.push((await queue.add('wang', note(day))).id)
    }
    expect([...ids].sort()).toEqual(ids)
    expect(ids.every((id) => /^evidence-[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true)
  })

  it('gives the record that is there when the same draft comes again under its id, and refuses another one', async () => {
    const first = await queue.add('wang', { ...note('one'), id: 'evidence-x' })
    expect(await queue.add('wang', { ...note('one'), id: 'evidence-x' })).toEqual(first)
    await expect(queue.add('wang', { ...note('two'), id: 'evidence-x' })).rejects.toThrow('evidence-x')
    expect(await queue.counts('wang')).toMatchObject({ waiting: 1 })
  })

  it('tells who listens', async () => {
    const told = vi.fn()
    const stop = queue.onChange(told)
    await queue.add('wang', note('one'))
    expect(told).toHaveBeenCalledOnce()
    stop()
    await queue.add('wang', note('two'))
    expect(told).toHaveBeenCalledOnce()
  })

  it('remembers for each person apart', async () => {
    await queue.keep('wang', 'patrol', { id: 'patrol-1' })
    expect(await queue.kept('wang', 'patrol')).toEqual({ id: 'patrol-1' })
    expect(await queue.kept('li', 'patrol')).toBeUndefined()
    await queue.keep('wang', 'patrol', undefined)
    expect(await queue.kept('wang', 'patrol')).toBeUndefined()
  })
})

describe('sending', () => {
  it('empties the queue against receipts, in order, texts before photographs', async () => {
    await queue.add('wang', note('one'))
    await queue.add('wang', photo([1, 2, 3]))
    await queue.add('wang', note('two'))
    expect(await queue.upload('wang')).toEqual({ sent: 3, refused: 0, left: 0, stopped: null })
    expect(server.records.map((record) => record.seq)).toEqual([1, 3, 2])
    expect(new Uint8Array(server.files[0]!.data)).toEqual(new Uint8Array([1, 2, 3]))
    expect(server.records[2]).toMatchObject({ file: { sha256: sha256(new Uint8Array([1, 2, 3])), size: 3, mime: 'image/jpeg' } })
    expect(await queue.counts('wang')).toEqual({ waiting: 0, refused: 0, bytes: 0 })
  })

  it('does not send the step of a case before the photograph that is its evidence', async () => {
    const step = { kind: 'case-action' as const, body: { case: 'case-1', action: 'handle', note: 'done' } }
    await queue.add('wang', step)
    await queue.add('wang', photo([1]))
    await queue.add('wang', step)
    await queue.add('wang', note('two'))
    await queue.upload('wang')
    expect(server.records.map((record) => record.seq)).toEqual([1, 4, 2, 3])
  })

  it('keeps everything when the answer is lost, and sends the same bytes again', async () => {
    await queue.add('wang', note('one'))
    server.after = () => {
      throw new TransportError('offline')
    }
    expect(await queue.upload('wang')).toEqual({ sent: 0, refused: 0, left: 1, stopped: 'offline' })
    server.after = () => {}
    expect(await queue.upload('wang')).toMatchObject({ sent: 1, left: 0 })
    expect(server.batches[0]!.records).toEqual(server.batches[1]!.records)
  })

  it('keeps a record whose receipt names other bytes', async () => {
    await queue.add('wang', note('one'))
    server.receipt = () => sha256('something else')
    expect(await queue.upload('wang')).toEqual({ sent: 0, refused: 0, left: 1, stopped: null })
  })

  it('keeps a refused record until it was read', async () => {
    const item = await queue.add('wang', photo([9]))
    server.refuses.set('photo', 'This is no image.')
    expect(await queue.upload('wang')).toEqual({ sent: 0, refused: 1, left: 0, stopped: null })
    await queue.upload('wang')
    expect(server.batches).toHaveLength(1)
    const [refused] = await queue.items('wang')
    expect(refused).toMatchObject({ state: 'refused', answer: { code: 'input', sentence: 'This is no image.' } })
    await queue.dismiss('li', item.id)
    expect(await queue.items('wang')).toHaveLength(1)
    await queue.dismiss('wang', item.id)
    expect(await queue.items('wang')).toEqual([])
  })

  it('does not dismiss what waits', async () => {
    const item = await queue.add('wang', note('one'))
    await queue.dismiss('wang', item.id)
    expect(await queue.items('wang')).toHaveLength(1)
  })

  it('lets a file that is refused for itself block nothing', async () => {
    await queue.add('wang', photo([1]))
    await queue.add('wang', photo([2]))
    server.before = (what) => {
      if (what === 'file' && !server.files.length) {
        server.before = () => {}
        throw new TransportError('refused', 'input', 'Too large.')
      }
    }
    expect(await queue.upload('wang')).toEqual({ sent: 1, refused: 1, left: 0, stopped: null })
  })

  it('does not send a file twice whose record was cut off', async () => {
    await queue.add('wang', photo([1]))
    server.before = (what) => {
      if (what === 'records') throw new TransportError('offline')
    }
    await queue.upload('wang')
    server.before = () => {}
    expect(await queue.upload('wang')).toMatchObject({ sent: 1 })
    expect(server.files).toHaveLength(1)
  })

  it('never shows, sends or counts what another person recorded on this phone', async () => {
    await queue.add('wang', note('mine'))
    expect(await queue.items('li')).toEqual([])
    expect(await queue.upload('li')).toEqual({ sent: 0, refused: 0, left: 0, stopped: null })
    expect(server.batches).toEqual([])
    server.signedIn = 'li'
    expect(await queue.upload('wang')).toEqual({ sent: 0, refused: 0, left: 1, stopped: 'other-user' })
  })

  it('limits a batch in records and in bytes', async () => {
    for (let i = 0; i < 201; i++) await queue.add('wang', note(String(i)))
    await queue.upload('wang')
    expect(server.batches.map((batch) => batch.records.length)).toEqual([200, 1])
    server.batches = []
    for (let i = 0; i < 3; i++) await queue.add('wang', note('河'.repeat(BATCH_BYTES / 3 / 2)))
    await queue.upload('wang')
    expect(server.batches.map((batch) => batch.records.length)).toEqual([1, 1, 1])
  })

  it('sends each record once when two ask at the same time', async () => {
    await queue.add('wang', note('one'))
    await Promise.all([queue.upload('wang'), queue.upload('wang')])
    expect(server.records).toHaveLength(1)
  })
})

describe('a full phone', () => {
  /** Puts fail while the stored values would take more than `room` bytes. */
  function limit(room: number) {
    const sizes = new Map<string, number>()
    const put = IDBObjectStore.prototype.put
    const add = IDBObjectStore.prototype.add
    const remove = IDBObjectStore.prototype.delete
    const size = (value: unknown) => {
      const row = value as { data?: ArrayBuffer; value?: unknown; text?: string }
      const held = row.data ?? (row.value instanceof ArrayBuffer ? row.value : null)
      return held?.byteLength ?? row.text?.length ?? 0
    }
    const guarded = (write: typeof put) =>
      function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
        const name = `${this.name}/${JSON.stringify((value as { id?: string; key?: string }).id ?? (value as { key?: string }).key)}`
        const rest = [...sizes].reduce((sum, [one, n]) => sum + (one === name ? 0 : n), 0)
        if (size(value) > 0 && rest + size(value) > room) throw new DOMException('full', 'QuotaExceededError')
        sizes.set(name, size(value))
        return key === undefined ? write.call(this, value) : write.call(this, value, key)
      }
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(guarded(put))
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(guarded(add))
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, key) {
      sizes.delete(`${this.name}/${JSON.stringify(key)}`)
      return remove.call(this, key)
    })
  }
  afterEach(() => vi.restoreAllMocks())

  it('refuses a photograph, keeps nothing of it, and still takes texts by letting the ballast go', async () => {
    queue.close()
    name += '-full'
    limit(400_000)
    queue = await open()
    await expect(queue.add('wang', photo(new Array<number>(20_000).fill(7)))).rejects.toThrow(StorageFull)
    expect(await queue.items('wang')).toEqual([])
    await queue.add('wang', note('x'.repeat(20_000)))
    await expect(queue.add('wang', photo([1]))).rejects.toThrow(StorageFull)
    expect(await queue.upload('wang')).toMatchObject({ sent: 1, left: 0 })
    await queue.add('wang', photo([1]))
    expect(await queue.counts('wang')).toMatchObject({ waiting: 1 })
  })
})

describe('export', () => {
  it('holds every record of its person and the bytes of its files', async () => {
    const bytes = Array.from({ length: 60_000 }, (_, i) => i % 251)
    await queue.add('wang', note('一'))
    await queue.add('wang', photo(bytes))
    await queue.add('li', note('not hers'))
    const lines = (await (await queue.export('wang')).text()).trimEnd().split('\n').map((line) => JSON.parse(line))
    expect(lines[0]).toMatchObject({ riverchief: 'queue', version: 1, user: 'wang', records: 2 })
    expect(lines).toHaveLength(3)
    for (const line of lines.slice(1)) expect(sha256(line.record)).toBe(line.sha256)
    expect([...Buffer.from(lines[2].file, 'base64')]).toEqual(bytes)
  })
})

it('keeps its device when two tabs open the queue for the first time at once', async () => {
  name += '-twice'
  const [a, b] = await Promise.all([open(), open()])
  expect(a.device).toBe(b.device)
  a.close()
  b.close()
  await Dexie.delete(name)
})

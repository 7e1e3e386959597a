/** What the queue of the phone keeps and gives back. Bodies are those of the server's `web/ground/phone/records.py`. */

export const PREFIX = {
  'patrol-start': 'patrol',
  track: 'track',
  'patrol-finish': 'finish',
  report: 'case',
  photo: 'evidence',
  voice: 'evidence',
  note: 'evidence',
  'case-action': 'action',
  'patrol-answer': 'answer',
  'patrol-company': 'company',
} as const

export type Kind = keyof typeof PREFIX
export type ClockName = 'platform' | 'phone'

/** What a page hands in. `id` only where the page has named it already; `parent` is what the server must have first. */
export interface Draft {
  kind: Kind
  id?: string
  parent?: string | null
  body: Record<string, unknown>
  file?: Blob
}

/** A record that is still on the phone: not yet received, or refused and not yet dismissed. */
export interface Item {
  id: string
  user: string
  device: string
  /** Strictly increasing per device and user; gaps mean nothing. */
  seq: number
  kind: Kind
  parent: string | null
  at: string
  clock: ClockName
  body: Record<string, unknown>
  file: { sha256: string; size: number; mime: string } | null
  state: 'waiting' | 'refused'
  answer: { code: string; sentence: string } | null
}

export interface Counts {
  waiting: number
  refused: number
  bytes: number
}

export type Stop = 'offline' | 'signed-out' | 'other-user' | 'server'

export interface Uploaded {
  sent: number
  refused: number
  left: number
  stopped: Stop | null
}

/** The phone has no room. Nothing was kept and nothing was lost: whoever called still holds the draft. */
export class StorageFull extends Error {
  constructor() {
    super('the phone has no room left for this record')
    this.name = 'StorageFull'
  }
}

/** An id that the queue holds already, with other content. */
export class IdTaken extends Error {
  constructor(readonly id: string) {
    super(`the queue holds another record under ${id}`)
    this.name = 'IdTaken'
  }
}

/** How records and files leave the phone. */

import { ApiError, apiUrl, failure, writeHeaders } from '@/api/client'

import type { Stop } from './types'

/** The receipt of one record: what was received is named by its SHA-256. `held` waits on the server for its parent. */
export interface Receipt {
  id: string
  state: 'stored' | 'held' | 'refused'
  sha256: string
  code: string
  sentence: string
}

export interface Batch {
  user: string
  device: string
  sent_at: string
  /** Each record as the JSON text that the phone wrote; its receipt is the SHA-256 of exactly this text. */
  records: string[]
}

export interface SentFile {
  user: string
  sha256: string
  mime: string
  data: ArrayBuffer
}

export interface Transport {
  sendFile(file: SentFile): Promise<{ sha256: string }>
  sendRecords(batch: Batch): Promise<{ user: string; answers: Receipt[]; now: string }>
}

/** Why nothing came back; `refused` is an answer about this one file, all others stop the upload. */
export class TransportError extends Error {
  constructor(
    readonly why: Stop | 'refused',
    readonly code = '',
    readonly sentence = '',
  ) {
    super(sentence || why)
    this.name = 'TransportError'
  }
}

const RECORDS_TIMEOUT_MS = 60_000
const FILE_TIMEOUT_MS = 300_000

async function ask<T>(path: string, body: BodyInit, headers: Record<string, string>, limit_ms: number): Promise<T> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), limit_ms)
  let response: Response
  try {
    response = await fetch(apiUrl(path), {
      method: 'POST',
      headers: { ...writeHeaders(), ...headers },
      credentials: 'same-origin',
      body,
      signal: stop.signal,
    })
    if (response.ok) return (await response.json()) as T
  } catch {
    throw new TransportError('offline') // no signal, or an answer cut off half-way
  } finally {
    clearTimeout(timer)
  }
  throw asTransportError(await failure(response))
}

export function asTransportError(error: ApiError): TransportError {
  const { status, code, sentence } = error
  const signedOut = status === 401 || (status === 403 && code === 'session.token')
  if (signedOut) return new TransportError('signed-out', code, sentence)
  if (code === 'rule.other_user') return new TransportError('other-user', code, sentence)
  if ([400, 403, 413, 415, 422].includes(status)) return new TransportError('refused', code, sentence)
  return new TransportError('server', code, sentence)
}

/** Over the API of the platform, in the session of the browser. Never leads to the sign-in page by itself. */
export const fetchTransport: Transport = {
  async sendFile({ user, sha256, mime, data }) {
    const form = new FormData()
    form.set('user', user)
    form.set('sha256', sha256)
    form.set('file', new Blob([data], { type: mime }), sha256)
    return ask('/ground/phone/files', form, {}, FILE_TIMEOUT_MS)
  },
  async sendRecords(batch) {
    const headers = { 'Content-Type': 'application/json' }
    return ask('/ground/phone/records', JSON.stringify(batch), headers, RECORDS_TIMEOUT_MS)
  },
}

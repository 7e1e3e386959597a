/** What people without an account ask and send; whoever sends has solved a puzzle. */
import { ApiError, apiUrl, get } from './client'
import type { Items, Named, Person } from './shapes'
import { solve, type Puzzle } from '@/lib/puzzle'

export type Step = 'waiting' | 'refused' | 'accepted' | 'working' | 'checking' | 'done' | 'again'
export type Purpose = 'report' | 'rating' | 'reopening' | 'survey'

export interface Worded {
  code: string
  text_zh: string
  text_en: string
}

export interface Asking {
  kinds: Worded[]
  questions: Worded[]
  limits: { photos: number; photo_bytes: number; words: number }
  office_phone: string
}

export interface SignPage extends Named, Asking {
  code: string
  river: Named | null
  reach: (Named & { length_m: number; assumed: boolean }) | null
  about_zh: string
  about_en: string
  assumed: boolean
  photo: string | null
  lon: number
  lat: number
  class: { section: Named; downstream_m: number; class: number; target_class: number; deciding: string[]; at: string | null } | null
  class_public: boolean
  responsible: Person[]
  nearby: { source: string; kind: string; step: Step; opened_at: string; due: string | null; closed_at: string | null; downstream_m: number }[]
  lines: [number, number][][]
}

export interface Receipt {
  receipt: string
  shown: string
  at: string
  kind: string
  words: string
  n_photos: number
  reach: Named
  sign: string | null
  step: Step
  reason: string
  case: string | null
  joined: boolean
  due: string | null
  responsible: Person[]
  steps: { step: Step; at: string }[]
  answer: string
  photos: { url: string; side: 'before' | 'after'; at: string }[]
  stars: number | null
  stars_words: string
  can_rate: boolean
  can_reopen: boolean
  reopen_until: string | null
  reopen_days: number
  reopen_confirmed: boolean
  office_phone: string
}

export interface SignBrief extends Named {
  code: string
  distance_m?: number
}

export interface OpenSections {
  month: string
  running: boolean
  licence: string
  simulated: boolean
  edition: { code: string; confirmed: boolean; note_zh: string; note_en: string }
  items: (Named & { code: string; level: string; class: number; target_class: number; on_target: boolean | null; deciding: string[]; days: number; complete: boolean })[]
}

const at = (path: string): string => `/public/${path}`
const code = encodeURIComponent

export const asking = (): Promise<Asking> => get(at(''))
export const signs = (lon?: number, lat?: number): Promise<Items<SignBrief>> => get(at('signs'), { lon, lat })
export const sign = (which: string): Promise<SignPage> => get(at(`signs/${code(which)}`))
export const around = (lon: number, lat: number): Promise<{ lines: [number, number][][] }> => get(at('around'), { lon, lat })
export const receipt = (number: string): Promise<Receipt> => get(at(`receipts/${code(number)}`))
export const openAbout = (): Promise<{ open_data: boolean; licence: string }> => get('/open/')
export const openSections = (month: string): Promise<OpenSections> => get('/open/sections', { month })
export const openUrl = (end: string, month: string): string => apiUrl(`/open/sections${end}`, { month })

/** A solved puzzle as headers; begun while the form is being filled in, so that nobody waits for it. */
export async function solved(purpose: Purpose): Promise<Record<string, string>> {
  const puzzle = await get<Puzzle>(at('puzzle'), { purpose })
  const numbers = await solve(puzzle)
  return { 'X-Puzzle': puzzle.token, 'X-Puzzle-Solution': numbers.join(',') }
}

async function once<T>(path: string, body: BodyInit, headers: Record<string, string>): Promise<T> {
  const json: Record<string, string> = typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}
  let answer: Response
  try {
    answer = await fetch(apiUrl(at(path)), { method: 'POST', body, headers: { Accept: 'application/json', ...json, ...headers }, credentials: 'same-origin' })
  } catch {
    throw new ApiError(0, 'offline', '')
  }
  const told: unknown = await answer.json().catch(() => null)
  if (answer.ok) return told as T
  const { code: name = `http_${answer.status}`, sentence = '', data = null } = (told ?? {}) as { code?: string; sentence?: string; data?: unknown }
  throw new ApiError(answer.status, name, sentence, data)
}

/** Send with a solved puzzle; with a fresh one where the first has expired meanwhile. */
async function send<T>(purpose: Purpose, path: string, body: BodyInit, ready?: Promise<Record<string, string>>): Promise<T> {
  const first = await (ready ?? solved(purpose)).catch(() => solved(purpose))
  try {
    return await once<T>(path, body, first)
  } catch (failure) {
    const part = failure instanceof ApiError ? (failure.data as { part?: string } | null)?.part : undefined
    if (part !== 'puzzle') throw failure
    return once<T>(path, body, await solved(purpose))
  }
}

export interface Report {
  kind: string
  words: string
  sign: string
  lon: number | null
  lat: number | null
  files: File[]
}

export function report(given: Report, ready: Promise<Record<string, string>>): Promise<{ receipt: string; shown: string }> {
  const form = new FormData()
  form.append('kind', given.kind)
  form.append('words', given.words)
  if (given.sign) form.append('sign', given.sign)
  if (given.lon !== null && given.lat !== null) {
    form.append('lon', String(given.lon))
    form.append('lat', String(given.lat))
  }
  for (const file of given.files) form.append('files', file, file.name)
  return send('report', 'reports', form, ready)
}

export const rate = (number: string, stars: number, words: string): Promise<Receipt> =>
  send('rating', `receipts/${code(number)}/rating`, JSON.stringify({ stars, words }))
export const reopen = (number: string, words: string): Promise<Receipt> =>
  send('reopening', `receipts/${code(number)}/reopening`, JSON.stringify({ words }))
export const answer = (which: string, device: string, answers: Record<string, number>): Promise<unknown> =>
  send('survey', `signs/${code(which)}/survey`, JSON.stringify({ device, answers }))

import { get, post } from './client'
import type { Evidence, Items, Params, Person, Step } from './shapes'

import type { LetterCard, HandoffCard } from './ledger'

export type CaseState =
  | 'draft'
  | 'reported'
  | 'accepted'
  | 'dispatched'
  | 'handled'
  | 'verified'
  | 'closed'
  | 'returned'
  | 'rejected'
  | 'reopened'
  | 'referred'
  | 'coordinating'
  | 'paused'
  | 'merged'

export interface CaseCard {
  id: string
  number: string
  title_key: string
  params: Params
  state: CaseState
  severity: number
  source: string | null
  lon: number | null
  lat: number | null
  reach: string | null
  chainage_m: number | null
  assignee: Person | null
  due: string | null
  overdue: boolean
  opened_at: string | null
  closed_at: string | null
  confirmed_at: string | null
  alert?: string | null
  section?: string | null
  river?: string | null
  river_chainage_m?: number | null
  assigned_to?: string | null
  reporter?: string | null
  handler?: string | null
  escalation?: number
  extended?: number
  merged_into?: string | null
  type?: string | null
  values?: Record<string, string | number>
  /** What its type asks for and a phone did not say. */
  incomplete?: { field: string; zh: string; en: string }[]
  stage?: 'open' | 'recheck' | 'closed' | 'void'
  origin?: string | null
  origin_number?: string | null
  split_from?: string | null
  joint_regions?: string[]
  region?: string
  photos?: { before: Shot | null; after: Shot | null } | null
}

export interface Shot {
  url: string
  at: string
  by: string
}

export type Need = 'note' | 'evidence' | 'reason' | 'assignee' | 'days' | 'into' | 'parts' | 'closure'

export interface Allowed {
  action: string
  needs: Need[]
  /** May be done, but nobody waits for it. */
  beside: boolean
}

export interface CasePage {
  case: CaseCard
  allowed: Allowed[]
  timeline: Step[]
  evidence: Evidence[]
  marks: string[]
  letters: LetterCard[]
  handoffs: HandoffCard[]
  chain_broken_at?: { index: number; why: string } | null
  responsible?: Person[]
  closures?: { id: string; outcome: string; at: string; by: string; why: unknown }[]
}

export interface PatrolReason {
  key: string
  found: number
  asked: number
  unit: string
}

export interface PatrolResult {
  length_m?: number
  duration_s?: number
  coverage?: { reach: string; from_m: number; to_m: number; fraction: number; pieces: [number, number][] }[]
  /** `why` as the phone told it: no_signal, hidden, closed, denied. */
  gaps?: { start_s: number; end_s: number; distance_m: number; why?: string | null }[]
  valid?: boolean
  reasons?: PatrolReason[]
  rule?: { name: string; name_zh?: string; name_en?: string; version?: string; document: string; document_zh?: string; confirmed: boolean }
  photos?: number
  [field: string]: unknown
}

export interface Patrol {
  id: string
  case: string | null
  by: string
  chief: string | null
  reach: string | null
  chainage_m: number | null
  started_at: string | null
  finished_at: string | null
  points?: number
  result: PatrolResult
  /** [epoch s, longitude, latitude, accuracy m] */
  track?: [number, number, number, number][]
  authenticity?: Authenticity | null
  region?: string
  /** As it was reckoned, or by decision; null while it goes on. */
  counts?: boolean | null
  decided?: boolean
}

export interface Appeal {
  id: string
  by: string
  at: string
  text: string
  decision: 'accepted' | 'refused' | null
  decided_by: string | null
  decided_at: string | null
  reason: string | null
}

/** Somebody who is said to have walked along, and what is missing until both have said so with a photograph. */
export interface Companion {
  username: string
  name_zh: string
  name_en: string
  role: string
  missing: '' | 'photo' | 'them' | 'you' | 'track'
  /** Their own patrol, for whoever may see it. */
  patrol: string | null
}

export interface PatrolPiece {
  id: string
  kind: 'photo' | 'voice' | 'note'
  about?: 'company' | null
  text: string
  by: string
  at: string
  told_at: string | null
  lon: number | null
  lat: number | null
  url: string | null
}

export interface PatrolPage extends Omit<Patrol, 'authenticity'> {
  /** What was recorded, cut where nothing was: [epoch s, longitude, latitude]. */
  runs: [number, number, number][][]
  answers: Record<string, 'ok' | 'bad' | 'not_looked'>
  company: Companion[]
  pieces: PatrolPiece[]
  appeals: Appeal[]
  allowed: ('appeal' | 'decide')[]
  again: { at: string; why: string }[]
  source: string | null
  clock: string | null
  skew_s: number | null
  chain_broken_at: unknown
  authenticity: (Partial<Authenticity> & { withheld_until: string | null; confirmed: boolean; days: number; replies?: { reason: string; text: string; at: string }[] }) | null
}

/** What looked doubtful about a patrol; the walker sees it first, and answers. */
export interface Authenticity {
  score: number
  asked: boolean
  reasons: { kind: string; weight: number; zh: string; en: string }[]
  confirmed: boolean
}

const at = (id: string): string => `/ground/cases/${encodeURIComponent(id)}`

export interface CaseList extends Items<CaseCard> {
  next: string | null
}

export const cases = (filter: Record<string, string>, after = ''): Promise<CaseList> => get('/ground/cases', { ...filter, after, limit: 50 })
export const caseOf = (id: string): Promise<CasePage> => get(at(id))
export const act = (id: string, given: { action: string; note: string; reason: string; days: number; into: string }): Promise<CaseCard> =>
  post(`${at(id)}/actions`, given)
export const addNote = (id: string, text: string): Promise<Evidence> => post(`${at(id)}/notes`, { text })

export interface PhotoAnswer {
  name: string
  accepted: boolean
  id: string | null
  why: string | null
}

export function addPhotos(id: string, files: File[], patrol = ''): Promise<Items<PhotoAnswer>> {
  const form = new FormData()
  for (const file of files) form.append('files', file, file.name)
  if (patrol) form.append('patrol', patrol)
  return post(`${at(id)}/evidence`, form)
}

export interface Draft {
  lon: number
  lat: number
  note: string
  severity: number
}

export const report = (draft: Draft): Promise<CaseCard> => post('/ground/cases', draft)
export const patrols = (): Promise<Items<Patrol>> => get('/ground/patrols')
export const patrolList = (filter: Record<string, string>, offset = 0): Promise<Items<Patrol>> => get('/ground/patrols', { ...filter, offset, limit: 50 })
export const patrolOf = (id: string): Promise<PatrolPage> => get(`/ground/patrols/${encodeURIComponent(id)}`)
export const appealAgainst = (id: string, text: string): Promise<Appeal> => post(`/ground/patrols/${encodeURIComponent(id)}/appeal`, { text })
export const decideAppeal = (id: string, accept: boolean, reason: string): Promise<Appeal> => post(`/ground/patrols/${encodeURIComponent(id)}/decision`, { accept, reason })
export const startPatrol = (caseId: string | null): Promise<Patrol> => post('/ground/patrols', { case: caseId ?? '' })
export const sendTrack = (id: string, points: [number, number, number, number][]): Promise<unknown> =>
  post(`/ground/patrols/${encodeURIComponent(id)}/track`, { points, system: 'wgs84' })
export const finishPatrol = (id: string): Promise<Patrol> =>
  post(`/ground/patrols/${encodeURIComponent(id)}/finish`)

/** The ledger beside its cases: types, figures, tables, letters, hotlines, meetings. */
import { apiUrl, get, post } from './client'
import type { CaseCard } from './ground'
import type { Items, Named, Params } from './shapes'

export interface TypeField extends Named {
  key: string
  kind: 'text' | 'number' | 'whole' | 'choice' | 'date'
  unit: string | null
  required: boolean
  choices: (Named & { code: string })[]
}

export interface CaseType extends Named {
  code: string
  group: string
  severity: number
  verify: string[]
  evidence: string[]
  fields: TypeField[]
  document: string
  confirmed: boolean
}

export interface Catalogue extends Items<CaseType> {
  groups: (Named & { code: string; confirmed: boolean })[]
}

export interface Figures {
  total: number
  open: number
  recheck: number
  closed: number
  void: number
  overdue: number
  unassigned: number
}

/** A piece of a river with how many cases lie on it, and its middle. */
export interface Piece {
  reach: string
  from_m: number
  n: number
  lon: number
  lat: number
}

export interface Along extends Items<Piece> {
  piece_m: number
}

export interface TableRow {
  row: number
  number: string
  type: string | null
  what: string
  who_unknown: boolean
  known_as: string | null
  case: string | null
  case_number: string | null
  faults: { row: number; column: string; zh: string; en: string }[]
  similar?: { id: string; number: string }[]
}

export interface TableResult {
  dry_run: boolean
  unread: string[]
  new: number
  known: number
  faulty: number
  rows: TableRow[]
}

export interface LetterCard extends Named {
  id: string
  case: string
  case_number: string
  case_title_key: string
  case_params: Params
  kind: string
  state: 'drafted' | 'issued' | 'answered' | 'withdrawn'
  label_zh: string | null
  label_en: string | null
  addressee: string | null
  addressee_name: { zh: string; en: string } | null
  demand: string
  issued_at: string | null
  delivered_at: string | null
  answer_due: string | null
  overdue: boolean
  answer: string | null
  answered_at: string | null
  answered_by: string | null
  withdrawn_at: string | null
  reason: string | null
  confirmed: boolean
  document: { zh: string; en: string }
  allowed: string[]
}

export interface LetterPage extends LetterCard {
  case_brief: CaseCard
  candidates: (Named & { code: string; level: string })[]
}

export interface HandoffCard {
  id: string
  hotline: string
  hotline_zh: string
  hotline_en: string
  number: string
  case: string
  case_number: string
  case_state: string
  case_due: string | null
  due: string | null
  due_given: boolean
  overdue: boolean
  answer_to: string
  text: string
  similar: { id: string; number: string }[]
  answer: string | null
  answered_at: string | null
  document: { zh: string; en: string } | null
  confirmed: boolean
}

export interface Hotline extends Named {
  code: string
  example: boolean
}

export interface Meeting {
  id: string
  title: string
  held_at: string
  attendees: string[]
  minutes: string
  decisions: { text: string; case: string | null }[]
}

export interface Notice {
  id: string
  title: string
  text: string
  by: string
  at: string
  to_me: boolean
  read_at: string | null
  readers: number
  read: number
  receipts: { username: string; read_at: string | null }[] | null
}

const at = encodeURIComponent
let known: Promise<Catalogue> | null = null
/** The catalogue of today, asked once. */
export const catalogue = (): Promise<Catalogue> =>
  (known ??= get<Catalogue>('/ground/case-types').catch((error: unknown) => {
    known = null
    throw error
  }))
export const along = (filter: Record<string, string>): Promise<Along> => get('/ground/ledger/along', filter)
export const figures = (filter: Record<string, string>): Promise<Figures> => get('/ground/ledger/figures', filter)
export const templateUrl = (language: string): string => apiUrl('/ground/problems/template.xlsx', { language })
export const answersUrl = (hotline: string): string => apiUrl('/ground/handoffs/answers.xlsx', { hotline })
export const exportUrl = (id: string): string => apiUrl(`/ground/cases/${at(id)}/export`)
export const letterUrl = (id: string, name: string): string => apiUrl(`/ground/letters/${at(id)}/files/${name}`)

export function sendTable(path: 'problems' | 'handoffs', file: File, fields: Record<string, string>, dryRun: boolean): Promise<TableResult> {
  const form = new FormData()
  form.append('file', file, file.name)
  for (const [key, value] of Object.entries(fields)) form.append(key, value)
  form.append('dry_run', String(dryRun))
  return post(`/ground/${path}/import`, form)
}

export const onCase = (id: string, path: string, body: unknown): Promise<unknown> => post(`/ground/cases/${at(id)}/${path}`, body)
export const letters = (state: string, overdue: boolean): Promise<Items<LetterCard>> => get('/ground/letters', { state, overdue: overdue || null })
export const letter = (id: string): Promise<LetterPage> => get(`/ground/letters/${at(id)}`)
export const onLetter = (id: string, action: string, body: unknown): Promise<LetterPage> => post(`/ground/letters/${at(id)}/${action}`, body)
export const hotlines = (): Promise<Items<Hotline>> => get('/ground/hotlines')
export const handoffs = (hotline: string, state: string): Promise<Items<HandoffCard>> => get('/ground/handoffs', { hotline, state })
export const answerHandoff = (id: string, text: string): Promise<unknown> => post(`/ground/handoffs/${at(id)}/answer`, { text })
export const meetings = (): Promise<Items<Meeting>> => get('/ground/meetings')
export const keepMeeting = (body: unknown): Promise<unknown> => post('/ground/meetings', body)
export const decisionToCase = (id: string, body: unknown): Promise<unknown> => post(`/ground/meetings/${at(id)}/cases`, body)
export const notices = (): Promise<Items<Notice>> => get('/ground/notices')
export const sendNotice = (body: unknown): Promise<unknown> => post('/ground/notices', body)
export const readNotice = (id: string): Promise<unknown> => post(`/ground/notices/${at(id)}/read`)

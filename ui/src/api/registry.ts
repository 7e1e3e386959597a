/** The registry of people and things: changes that wait for a second person, the workbook, hand-over, the tree. */
import { get, post } from './client'
import type { Items, Named, Person } from './shapes'

export type Cells = Record<string, string>
export type TableName = 'chiefs' | 'terms' | 'leaves' | 'responsibilities' | 'sections' | 'facilities' | 'cameras'
export type Coded = Named & { code: string }

export interface Column {
  name: string
  kind: string
  needed: boolean
  choices: string[]
  refers: string | null
}

export interface Table extends Items<{ key: string[]; cells: Cells }> {
  file: string
  columns: Column[]
  identity: string[]
}

export interface EditShown {
  file: string
  key: string[]
  before: Cells | null
  after: Cells | null
  row?: number
  columns: { name: string; before: string | null; after: string | null }[]
  about: Coded & { reach: Coded | null }
}

export interface Change {
  id: string
  kind: 'change' | 'import' | 'hand-over'
  extra: { giver?: Coded | string; taker?: Coded | string; day?: string }
  edits: EditShown[]
  edits_total: number
  reason: string
  past: boolean
  by: Person
  at: string
  region: string
  state: 'open' | 'approved' | 'refused' | 'withdrawn'
  decided_by: Person | null
  decided_at: string | null
  decision: string
  conflicts: string[]
  stale: string[][]
  may_decide: boolean
  mine: boolean
  hand_over: string | null
}

export interface Fault {
  sheet: string
  row: number
  column: string
  heading: string
  value: string
  code: string
  sentence: string
}

export interface Preview {
  ok: boolean
  edits: { file: string; key: string[]; before: Cells | null; after: Cells | null; row: number }[]
  edits_total: number
  same: Record<string, number>
  accounts: { username: string; name_zh: string; phone: string; role: string; region: string; chief: string }[]
  accounts_total: number
  faults: Fault[]
  faults_total: number
  needs_reason: boolean
  draft: Change | null
  made: number
}

export interface TreeNode extends Named {
  code: string
  level: string
  keeper: boolean
  region: string
  above: string | null
  assumed: boolean
  stretches: (Coded & { from_m: number; to_m: number })[]
  term: { start: string; end: string | null; document: string } | null
  leave: { start: string; end: string; reason: string } | null
  deputy: Coded | null
  phone: string | null
  call: boolean
  /** The asker may read the annual report of duty. */
  duty: boolean
}

export interface Tree extends Items<TreeNode> {
  day: string
  coming_leave: { chief: string; deputy: string; start: string; end: string }[]
}

export interface Ahead {
  stretches: { reach: string; from_m: number; to_m: number }[]
  cases: { id: string; number: string; state: string }[]
}

export interface Protocol {
  id: string
  day: string
  done_at: string | null
  giver: Coded & { level?: string }
  taker: Coded & { level?: string }
  stretches: { reach: string; from_m: number; to_m: number; name: Coded }[]
  cases: { id: string; number: string }[]
  reason: string
  document: string
  by: Person
  approved_by: Person
  approved_at: string
}

export const changes = (state = ''): Promise<Items<Change> & { may_draft: boolean }> => get('/basin/changes', { state })
export const table = (name: TableName): Promise<Table> => get(`/basin/tables/${name}`)
export const ask = (file: string, cells: Cells, reason: string, key: string[] | null = null): Promise<Change> =>
  post('/basin/changes', { file, cells, reason, key })
export const decide = (id: string, approve: boolean, note: string): Promise<Change> => post(`/basin/changes/${id}/decision`, { approve, note })
export const withdraw = (id: string): Promise<Change> => post(`/basin/changes/${id}/withdrawal`)
export const ahead = (giver: string): Promise<Ahead> => get('/basin/hand-overs/ahead', { giver })
export const handOver = (given: { giver: string; taker: string; day: string; document: string; reason: string }): Promise<Change> =>
  post('/basin/hand-overs', given)
export const protocol = (id: string): Promise<Protocol> => get(`/basin/hand-overs/${id}`)
export const tree = (day = ''): Promise<Tree> => get('/basin/tree', { day })
export const phone = (code: string): Promise<{ phone: string }> => post(`/basin/chiefs/${code}/phone`)

export function workbook(file: File, confirm = false, reason = ''): Promise<Preview> {
  const form = new FormData()
  form.append('file', file)
  form.append('confirm', String(confirm))
  form.append('reason', reason)
  return post('/basin/workbook', form)
}

export interface FileColumn {
  key: string
  zh: string
  en: string
  kind: string
  decimals: number
}

export interface FilePart {
  name: string
  title_zh: string
  title_en: string
  columns: FileColumn[]
  rows: Record<string, unknown>[]
  said: { zh: string; en: string }[]
  notes: { zh: string; en: string }[]
  missing: { zh: string; en: string } | null
}

export interface RiverFile extends Coded {
  length_m: number
  as_of: string
  day: string
  parts: FilePart[]
}

/** A chief's annual report. */
export interface Duty extends Named {
  level: string
  year: number
  this_year: number
  as_of: string
  simulated: boolean
  parts: FilePart[]
}
export const duty = (code: string, year: string): Promise<Duty> => get(`/govern/chiefs/${encodeURIComponent(code)}/duty`, year ? { year } : {})
export const river = (code: string): Promise<RiverFile> => get(`/basin/rivers/${code}`)

export interface LayerCard extends Coded {
  kind: string
  document: string
  day: string
  ask_zh: string
  ask_en: string
  confirmed: boolean
  areas: number
}

export interface LandAnswer {
  area_m2: number
  items: { layer: LayerCard; area_m2: number; share: number; names: string[] }[]
  asked: LayerCard[]
  lacking: string[]
}

export interface CameraCard extends Coded {
  state: 'off' | 'waiting' | 'failed' | 'ok'
  why: { code: string; sentence: string } | null
  tried_at: string | null
  still: { id: string; at: string; sha256: string } | null
  stream_url: string | null
}

export const layers = (): Promise<Items<LayerCard>> => get('/basin/layers')
export const landUse = (footprint: unknown, system: string): Promise<LandAnswer> => post('/basin/land-use', { footprint, system })
export const uploadLayer = (form: FormData): Promise<LayerCard> => post('/basin/layers', form)
export const cameras = (section: string): Promise<Items<CameraCard>> => get('/basin/cameras', { section })

import { apiUrl, get, post } from './client'
import type { Items, Named } from './shapes'
import type { Said } from './standing'

export type SheetStatus = 'confirmed' | 'example' | 'template'

export interface SheetCard extends Named {
  code: string
  version: string
  subject: string
  subject_zh: string
  subject_en: string
  status: SheetStatus
  confirmed: boolean
  document: string | null
  period_kind: 'month' | 'quarter' | 'year'
  max: number | null
  banner_zh: string
  banner_en: string
}

export interface SheetList extends Items<SheetCard> {
  /** Files of this place's own that cannot be read. */
  faults: string[]
}

export interface SheetRecord {
  id: string
  href: string | null
  label: string
}

export interface SheetInput extends Named {
  name: string
  unit: string
  meaning_zh?: string
  meaning_en?: string
  value: number | null
  /** What computes it on the platform; empty where people enter it. */
  source: string
  computed: boolean
  /** A factor that nobody enters. */
  fixed: boolean
  document: string
  confirmed: boolean
  /** The asker may enter it. */
  form: boolean
  missing: Said | null
  records: SheetRecord[]
  entered: { by: string; at: string; value: number | null; why: string; file: string | null; assumed: boolean } | null
}

export interface SheetDerived extends Named {
  name: string
  unit: string
  formula: string
  value: number | null
}

export interface SheetItem extends Named {
  code: string
  kind: string
  group: string | null
  state: string
  value: number | null
  unit: string
  points: number | null
  max: number | null
  formula_zh: string
  formula_en: string
  target: number | null
  target_unit: string
  why: Said
  /** People give its points. */
  manual: boolean
  missing: string[]
  inputs: SheetInput[]
  derived: SheetDerived[]
  review: { points: number; who: string; why: string } | null
}

/** The same sheet for a region inside, ranked among its like. */
export interface SheetPlace extends Named {
  code: string
  points: number | null
  complete: boolean
  computable_max: number
  grade_zh: string | null
  grade_en: string | null
  figures: Record<string, number | null>
  ranks: Record<string, number | null>
}

export interface SheetGroup extends Named {
  code: string
  points: number | null
  max: number | null
}

export interface SheetPage extends SheetCard {
  points: number | null
  complete: boolean
  missing: string[]
  vetoed: boolean
  grade: (Named & { confirmed: boolean; stars: number | null }) | null
  groups: SheetGroup[]
  items: SheetItem[]
  region: string
  region_zh: string
  region_en: string
  period: string
  regions: (Named & { code: string })[]
  /** It says what can be done to gain points. */
  steps: boolean
  places: SheetPlace[]
  enter: boolean
  freeze: { possible: boolean; zh: string; en: string }
  frozen: { id: string; at: string; by: string; hash: string; why: string; version: string; points: number | null }[]
}

export interface ImportRow extends Said {
  row: number
  name: string
  ok: boolean
}

export interface ImportResult {
  dry_run: boolean
  taken: number
  rows: ImportRow[]
}

const at = encodeURIComponent
export const sheets = (): Promise<SheetList> => get('/govern/sheets')
export const sheet = (code: string, region: string, period: string): Promise<SheetPage> => get(`/govern/sheets/${at(code)}`, { region, period })
export const enter = (code: string, body: { region: string; period: string; name?: string; item?: string; value: number; why: string }): Promise<unknown> =>
  post(`/govern/sheets/${at(code)}/inputs`, body)
export const freeze = (code: string, region: string, period: string): Promise<unknown> => post(`/govern/sheets/${at(code)}/freeze`, { region, period })
export function importFile(code: string, region: string, period: string, file: File, dryRun: boolean): Promise<ImportResult> {
  const form = new FormData()
  form.set('file', file)
  form.set('region', region)
  form.set('period', period)
  form.set('dry_run', String(dryRun))
  return post(`/govern/sheets/${at(code)}/import`, form)
}
/** A sheet as it was made official: `zh.docx`, `en.pdf` and so on. */
export const frozenUrl = (key: string, name: string): string => apiUrl(`/govern/frozen/${at(key)}/files/${name}`)

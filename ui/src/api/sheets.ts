import { get, post } from './client'
import type { Items, Named } from './shapes'

export type SheetStatus = 'confirmed' | 'example' | 'template'

export interface SheetCard extends Named {
  code: string
  version?: string
  subject: string
  status: SheetStatus
  period?: string
  document?: string | null
  missing?: number | string[]
  points?: number | null
  max?: number | null
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
  why?: string | null
  /** What computes it on the platform; empty where people enter it. */
  source: string
  /** A factor that nobody enters. */
  fixed: boolean
  document?: string
  confirmed?: boolean
  records: SheetRecord[]
  entered?: { by: string; at: string; why: string } | null
}

export interface SheetDerived extends Named {
  name: string
  unit: string
  formula: string
  value: number | null
  why?: string | null
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
  formula: string
  target: number | null
  target_unit: string
  why_zh: string
  why_en: string
  missing: string[]
  inputs: SheetInput[]
  derived: SheetDerived[]
}

export interface SheetGroup extends Named {
  code: string
  points: number | null
  max: number | null
}

export interface SheetPage {
  sheet: SheetCard
  document: string | null
  confirmed: boolean
  banner_zh: string
  banner_en: string
  points: number | null
  max: number | null
  complete: boolean
  missing: string[]
  vetoed: boolean
  grade: (Named & { confirmed: boolean; stars: number | null }) | null
  groups: SheetGroup[]
  items: SheetItem[]
  region: string
  period: string
  regions?: (Named & { code: string })[]
  freeze: { possible: boolean; zh?: string; en?: string }
  frozen?: { id: string; at: string; by: string; hash: string }[]
}

export interface ImportRow {
  row: number
  ok: boolean
  sentence?: string
  zh?: string
  en?: string
}

export interface ImportResult {
  dry_run: boolean
  taken: number
  rows: ImportRow[]
}

const at = encodeURIComponent
export const sheets = (): Promise<Items<SheetCard>> => get('/govern/sheets')
export const sheet = (code: string, region: string, period: string): Promise<SheetPage> => get(`/govern/sheets/${at(code)}`, { region, period })
export const enter = (code: string, body: { region: string; period: string; name: string; value: number; why: string }): Promise<unknown> =>
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

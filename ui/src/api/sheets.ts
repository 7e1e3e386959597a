import { get, post } from './client'
import type { Items, Named } from './shapes'
import type { Said } from './standing'

export interface SheetCard extends Named {
  code: string
  subject: string
  subject_zh?: string
  subject_en?: string
  status: 'confirmed' | 'example' | 'template'
  document?: string | null
  level?: string | null
  missing?: number
  points?: number | null
  max?: number | null
}

export interface SheetRecord {
  id: string
  href: string | null
  label: string
}

export interface SheetInput extends Partial<Named> {
  name: string
  unit: string
  value: number | null
  source?: string | null
  form?: boolean
  records: SheetRecord[]
  entered?: { by: string; at: string; why: string } | null
  missing?: Said | null
}

export interface SheetItem extends Named {
  code: string
  group?: string | null
  points: number | null
  max: number | null
  formula: string
  inputs: SheetInput[]
  why?: Said | null
}

export interface SheetPage extends SheetCard {
  region: string
  period: string
  banner_zh?: string
  banner_en?: string
  total: number | null
  grade?: (Named & { confirmed?: boolean }) | null
  items: SheetItem[]
  groups?: (Named & { code: string; points: number | null; max: number | null })[]
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

import { get, post } from './client'
import type { Items, Named } from './shapes'
import type { Said } from './standing'

export interface ReportFile {
  name: string
  format: string
  size: number
  sha256: string
}

export interface ReportCard {
  id: string
  kind: string
  title_zh: string
  title_en: string
  period: string
  period_zh: string
  period_en: string
  language: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'stopped'
  progress: number
  step: Said | null
  stopping: boolean
  scheduled: boolean
  asked_at: string
  made_at: string | null
  by: string
  files: ReportFile[]
  error: string | null
  error_code: string | null
}

export interface ReportKind {
  code: string
  title_zh: string
  title_en: string
  /** The last whole period: what a report asked for now would be about. */
  period: string
}

export interface ReportList extends Items<ReportCard> {
  kinds: ReportKind[]
  exports: (Named & { code: string; confirmed: boolean })[]
}

export interface ReportPage extends ReportCard {
  said: Said[]
  diff: { against: string; items: (Said & { kind: string })[] } | null
  missing: Said[]
  digest: string
  as_of: string | null
}

const at = encodeURIComponent
const BASE = '/api/v1/govern/reports'
export const reports = (): Promise<ReportList> => get('/govern/reports')
export const report = (id: string): Promise<ReportPage> => get(`/govern/reports/${at(id)}`)
export const make = (body: { kind: string; period: string; language: string; formats: string[]; signer: string }): Promise<ReportCard> => post('/govern/reports', body)
export const stop = (id: string): Promise<unknown> => post(`/govern/reports/${at(id)}/stop`)
export const fileUrl = (id: string, name: string): string => `${BASE}/${at(id)}/files/${at(name)}`
export const exportUrl = (id: string, code: string): string => `${BASE}/${at(id)}/exports/${at(code)}`

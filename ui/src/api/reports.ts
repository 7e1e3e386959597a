import { get, post } from './client'
import type { Items } from './shapes'
import type { Said } from './standing'

export interface ReportFile {
  name: string
  format: string
  size?: number
  sha256?: string
}

export interface ReportCard {
  id: string
  kind: string
  period: string
  language: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'stopped'
  progress: number | null
  step?: Said | null
  made_at: string | null
  asked_at?: string
  by?: string | null
  files: ReportFile[]
  error?: string | null
}

export interface ReportPage extends ReportCard {
  diff?: { against: string | null; items: (Said & { kind?: string })[] } | null
  missing?: Said[]
}

const at = encodeURIComponent
export const reports = (): Promise<Items<ReportCard>> => get('/govern/reports')
export const report = (id: string): Promise<ReportPage> => get(`/govern/reports/${at(id)}`)
export const make = (body: { kind: string; period: string; language: string; formats: string[] }): Promise<ReportCard> => post('/govern/reports', body)
export const stop = (id: string): Promise<unknown> => post(`/govern/reports/${at(id)}/stop`)
export const fileUrl = (id: string, name: string): string => `/api/v1/govern/reports/${at(id)}/files/${at(name)}`

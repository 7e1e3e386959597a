import { get } from './client'
import type { Items, Named } from './shapes'

export interface OverLimit {
  property: string
  value: number
  limit: number
  unit: string
  period: string
  clause_zh: string
  clause_en: string
  confirmed: boolean
  at: string
  reading_id: string | null
  alert: string | null
}

export interface YearLoad {
  year_kg: number | null
  allowed_kg: number | null
  share: number | null
}

export interface Discharger extends Named {
  code: string
  kind: string
  permit: string | null
  region: string | null
  state: 'over' | 'ok' | 'silent' | 'unmonitored'
  over: OverLimit[]
  load: Record<string, YearLoad>
}

export interface FlowGauge extends Named {
  code: string
  target_m3s: number | null
  days: { day: string; ok: boolean | null; flow_m3s: number | null; why_zh?: string; why_en?: string }[]
  rate: number | null
  n: number
  exempt?: number
  method_zh?: string
  method_en?: string
  confirmed?: boolean
}

export const dischargers = (day: string): Promise<Items<Discharger>> => get('/cloud/dischargers', { day })
export const discharger = (code: string): Promise<Record<string, unknown>> => get(`/cloud/dischargers/${encodeURIComponent(code)}`)
export const carbon = (code: string, year: number): Promise<Record<string, unknown>> => get(`/cloud/dischargers/${encodeURIComponent(code)}/carbon`, { year })
export const flows = (year: number): Promise<Items<FlowGauge>> => get('/cloud/flows', { year })

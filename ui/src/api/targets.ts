import { get, post } from './client'
import type { Said } from './standing'
import type { Items, Named } from './shapes'

export interface TargetOutlook {
  probability: number | null
  low: number | null
  high: number | null
  state: string
  skill: number | null
  note_zh?: string
  note_en?: string
}

export interface TargetItem extends Named {
  id: string
  kind: string
  place: (Partial<Named> & { code: string; kind?: string; lon?: number; lat?: number }) | string | null
  issuer: string | Named
  parent: string | null
  period: { start: string; end: string }
  required: unknown
  to_date: unknown
  outlook: TargetOutlook | null
  allowed: unknown
  deciding: unknown
  spark: (number | null)[]
  children: (Said & { ok: boolean }) | null
  region?: string | null
  signed_by?: string | null
  signed_at?: string | null
  confirmed?: boolean
}

export const targets = (): Promise<Items<TargetItem>> => get('/govern/targets')
export const target = (id: string): Promise<Record<string, unknown>> => get(`/govern/targets/${encodeURIComponent(id)}`)
export const sign = (id: string): Promise<unknown> => post(`/govern/targets/${encodeURIComponent(id)}/sign`)

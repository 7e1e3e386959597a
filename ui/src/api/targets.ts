import { get, post } from './client'
import type { Said } from './standing'
import type { Items, Named } from './shapes'

/** A class, or a value with its unit (`share` is 0 … 1, `d` days). */
export interface Quantity {
  sense?: 'at_least' | 'at_most'
  class?: number
  value?: number | null
  unit?: string
}

export interface OutlookFigure {
  probability: number | null
  low: number | null
  high: number | null
  state: string
}

export interface TargetOutlook extends OutlookFigure {
  /** Against climatology, where it is proved; null else. */
  skill: number | null
  note_zh: string
  note_en: string
  day: string
}

export interface Allowed extends Said {
  kind: 'mean' | 'bad_days' | 'sections'
  property?: string
  limit?: number
  unit?: string
  impossible?: boolean
  assured?: boolean
}

export interface TargetItem extends Named {
  id: string
  kind: string
  place: Named & { code: string; kind: string; lon?: number; lat?: number }
  region: string
  issuer: string
  parent: string | null
  period: { start: string; end: string }
  required: Quantity
  to_date: (Quantity & { met: boolean; means: Record<string, number> }) | null
  outlook: TargetOutlook | null
  allowed: Allowed | null
  deciding: (string | Said)[]
  spark: (number | null)[]
  spark_property: string
  children: (Said & { ok: boolean }) | null
  confirmed: boolean
  assumed: boolean
  document: string
  signed_by: string | null
  signed_at: string | null
}

export interface Skill {
  value: number | null
  low: number | null
  high: number | null
  proved?: boolean
}

export interface ReliabilityBin {
  n: number
  forecast: number | null
  observed: number | null
  observed_low: number | null
  observed_high: number | null
}

/** The basin's past months forecast again from what was known then. */
export interface Again {
  day: string
  n: number
  months?: number
  met?: number
  brier?: number
  skill?: Record<'climatology' | 'own' | 'persistence', Skill>
  reliability?: ReliabilityBin[]
}

/** What became of outlooks that were issued. */
export interface Issued {
  n: number
  enough: boolean
  met?: number
  brier?: number
  skill?: Skill
  reliability?: ReliabilityBin[]
}

export interface TargetPage extends TargetItem {
  sentence: Said | null
  /** By item: mean to date, then 10 %, 50 %, 90 % of the period's mean. */
  items: Record<string, (number | null)[]>
  course: Record<string, (number | null)[][]>
  allowed_all: Allowed[]
  deciding_all: { property?: string; share?: number; section?: string; probability?: number | null; state?: string }[]
  n_history: Record<string, number>
  pooled: boolean
  edition: string
  result_id: string
  handed_down: TargetItem[]
  record: { again: Again | null; issued: Issued }
  past: { day: string; probability: number | null; state: string; met: boolean | null }[]
}

export interface WhatIf extends OutlookFigure {
  plain: OutlookFigure
  sentence: Said | null
}

const at = encodeURIComponent
export const targets = (): Promise<Items<TargetItem>> => get('/govern/targets')
export const target = (id: string): Promise<TargetPage> => get(`/govern/targets/${at(id)}`)
export const sign = (id: string): Promise<unknown> => post(`/govern/targets/${at(id)}/sign`)

/** The outlook with levers pulled, such as `scale:tp=-20%`, `worst_days=5`, `flow=30%`. */
export function whatIf(id: string, levers: string[]): Promise<WhatIf> {
  const query = new URLSearchParams(levers.map((lever) => ['lever', lever]))
  return get(`/govern/targets/${at(id)}/what-if?${query.toString()}`)
}

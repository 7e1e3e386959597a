import { get, post } from './client'
import type { Items, Named } from './shapes'
import type { Said } from './standing'

export interface Limit {
  property: string
  period: 'hour' | 'day' | 'year'
  limit: number
  lower: number | null
  unit: string
  clause_zh: string
  clause_en: string
  document: string
  source: string
  edition: string
  confirmed: boolean
  note_zh: string
  note_en: string
  /** An alert may rest on it. */
  binding?: boolean
}

export interface OverLimit extends Limit {
  value: number
  times: number
  at: string
  reading_id: string | null
  alert: string | null
  why: Said
}

export interface YearLoad {
  year_kg: number | null
  allowed_kg: number | null
  share: number | null
  /** Of the year so far, the part that was measured. */
  covered: number
  measured_from?: string
  rate_kg_day?: number | null
  exhausted_on?: string | null
}

export interface Discharger extends Named {
  code: string
  kind: string
  permit: string | null
  region: string | null
  day: string
  state: 'over' | 'ok' | 'silent' | 'unmonitored'
  last: string | null
  over: OverLimit[]
  load: Record<string, YearLoad>
}

export interface DayMean {
  day: string
  mean: number | null
  n: number
  due: number
  valid: boolean
  over: boolean | null
}

export interface DischargerPage extends Discharger {
  limits: Limit[]
  deciding: Limit[]
  days: Record<string, DayMean[]>
  alerts: { id: string; property: string; value: number; limit: number; state: string; at: string }[]
  validity: { edition: string; hour_share: number; day_share: number; confirmed: boolean; note_zh: string; note_en: string }
}

export interface CarbonLine extends Named {
  id: string
  day: string
  item: string
  amount: number
  unit: string
  factor_t: number
  factor_unit: string
  factor_document: string
  scope: number
  co2_t: number
  coal_t: number | null
  confirmed: boolean
  document: string
  entered_by: string
}

export interface Carbon extends Named {
  year: number
  scope1_t: number
  scope2_t: number
  total_t: number
  coal_t: number | null
  confirmed: boolean
  entered: boolean
  boundary_zh: string
  boundary_en: string
  lines: CarbonLine[]
  refused: (Said & { id: string; item: string })[]
  carriers: (Named & { code: string; unit: string; confirmed: boolean })[]
}

export interface FlowGauge extends Named {
  code: string
  target_m3s: number | null
  days: { day: string; ok: boolean | null; flow_m3s: number | null; why_zh: string; why_en: string }[]
  /** Share of the known days on which the flow was kept. */
  rate: number | null
  n: number
  exempt: number
  method_zh: string
  method_en: string
  confirmed: boolean
}

const at = encodeURIComponent
export const dischargers = (day: string): Promise<Items<Discharger>> => get('/cloud/dischargers', { day })
export const discharger = (code: string): Promise<DischargerPage> => get(`/cloud/dischargers/${at(code)}`)
export const carbon = (code: string, year: number): Promise<Carbon> => get(`/cloud/dischargers/${at(code)}/carbon`, { year })
export const enterEnergy = (code: string, body: { item: string; amount: number; unit: string; day: string; document: string }): Promise<Carbon> =>
  post(`/cloud/dischargers/${at(code)}/energy`, body)
export const enterPermit = (
  code: string,
  body: { property: string; limit: number; unit: string; period: Limit['period']; clause_zh: string; document: string; valid_from: string },
): Promise<unknown> => post(`/cloud/dischargers/${at(code)}/permits`, body)
export const withdrawEnergy = (code: string, id: string): Promise<Carbon> => post(`/cloud/dischargers/${at(code)}/energy/${at(id)}/withdraw`)
export const flows = (year: number): Promise<Items<FlowGauge>> => get('/cloud/flows', { year })

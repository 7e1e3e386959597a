import { get, post } from './client'
import type { MissionCard } from './sky'
import type { CaseCard } from './ground'
import type { Items, Named, Params, Person, Step, WaterClass } from './shapes'

export type Health = 'alive' | 'late' | 'silent'

export interface LiveValue {
  value: number | null
  unit: string
  flag: number
  time: string
}

export interface StationState {
  health: Health
  last: string | null
  values: Record<string, LiveValue>
}

export interface SectionState {
  class: WaterClass
  deciding: string[]
  at: string | null
  on_target: boolean | null
}

export interface AlertMark {
  id: string
  kind: AlertKind
  severity: number
  station: StationRef | null
  section: string | null
  property: string | null
  value: number | null
  limit: number | null
  lon: number | null
  lat: number | null
  reach: string | null
  chainage_m: number | null
  river: string | null
  river_chainage_m: number | null
  at: string
  last_at: string | null
  state: 'open' | 'closed'
}

export interface StationRef extends Partial<Named> {
  code: string
}

export interface CloudState {
  at: string
  reaches: Record<string, WaterClass>
  stations: Record<string, StationState>
  sections: Record<string, SectionState>
  alerts: AlertMark[]
  cases: CaseCard[]
}

export interface SectionInfo extends Named {
  code: string
  river: string | null
  reach: string | null
  chainage_m: number | null
  river_chainage_m?: number | null
  level: string | null
  region?: string | null
  station?: string | null
  boundary?: boolean
  lon?: number
  lat?: number
}

export interface SectionRow extends SectionInfo {
  target_class: number
  now?: SectionState
  class?: WaterClass
  deciding?: string[]
  at?: string | null
  on_target?: boolean | null
}

export interface VerdictInput {
  property: string
  value: number | null
  unit: string
  time: string
  reading_id: string | null
  class: WaterClass
}

export interface SectionPage {
  section: SectionInfo
  sentence: { key: string; params: Params }
  now: {
    class: WaterClass
    deciding: string[]
    why: unknown
    at: string | null
    edition: string
    inputs: VerdictInput[]
    missing: string[]
  } | null
  target_class: number
  calendar: { month: string; class: WaterClass; n: number }[]
  thresholds: Record<string, (number | null)[]>
  instrument: { ok: boolean; notes: unknown[]; n_day?: number }
  responsible: Person[]
  alerts: AlertMark[]
  cases: CaseCard[]
}

/** [time s, value or null, flag, revision] */
export type SeriesPoint = [number, number | null, number, number]

export interface Series {
  place: string
  property: string
  unit: string
  points: SeriesPoint[]
  target_limit?: number | null
}

export type ClassPoint = [number, WaterClass, string[] | string | null]

export interface Frame {
  id: string
  at: string
  peer: string
  raw_hex: string
  decoded: unknown
}

export interface ReadingPage {
  id: string
  place?: string
  property?: string
  value?: number | null
  unit?: string
  time?: string
  flag?: string
  revision?: number
  frame: Frame | null
}

export type AlertKind = 'pollution' | 'departure' | 'instrument' | 'level' | 'flow' | 'discharge'

export interface Alert extends AlertMark {
  unit: string | null
  why: unknown
}

/** Why of an alert of the kind `discharge`: the clause that was not kept. */
export interface PermitWhy {
  zh: string
  en: string
  clause_zh: string
  clause_en: string
  document: string
  confirmed: boolean
  facility: string
  facility_zh: string
  facility_en: string
}

export interface Candidate extends Named {
  code: string
  kind: 'outfall' | 'works' | 'enterprise' | 'boundary' | 'none'
  probability: number
  reach: string | null
  chainage_m: number | null
  lon: number | null
  lat: number | null
  start: string | null
  start_low?: string | null
  start_high?: string | null
  mass_kg: number | null
  mass_low_kg?: number | null
  mass_high_kg?: number | null
}

export interface ReachProbability {
  reach: string
  from_m: number
  to_m: number
  probability: number
}

export interface Spot extends ReachProbability {
  lon: number | null
  lat: number | null
}

/** What the readings say beside the list of suspects; `settles` is the share of what is open about the place. */
export interface Beside {
  places: Spot[]
  second: number
  second_places: Spot[]
  alike: Spot[][]
  samples: { reach: string; chainage_m: number; at: string; settles: number; expected_mgl: number; lon: number | null; lat: number | null }[]
}

export interface Trace {
  id: string
  at: string
  n_readings: number
  candidates: Candidate[]
  reach_probability: ReachProbability[]
  beside: Beside | null
}

export interface ForecastRow extends Named {
  code: string
  arrival: string | null
  arrival_low: string | null
  arrival_high: string | null
  peak: number | null
  peak_low: number | null
  peak_high: number | null
  unit: string
  class: WaterClass
  arrived: boolean
}

export interface FrontPoint {
  reach: string
  chainage_m: number
  concentration: number
}

export interface Front {
  at: string
  points: FrontPoint[]
}

export interface AlertPage {
  alert: Alert
  trace: Trace | null
  forecast: { items: ForecastRow[]; front: Front[] } | null
  mission: MissionCard | null
  case: CaseCard | null
  steps: Step[]
}

/** Code of the place that an alert is about, as the registry knows it. */
export const placeOf = (alert: AlertMark): string => alert.section ?? alert.station?.code ?? ''

export const state = (at: string | null, signal?: AbortSignal): Promise<CloudState> =>
  get('/cloud/state', { at }, signal)
export const sections = (): Promise<Items<SectionRow>> => get('/cloud/sections')
export const section = (code: string): Promise<SectionPage> => get(`/cloud/sections/${encodeURIComponent(code)}`)
export const classes = (code: string, start: string, end: string): Promise<{ points: ClassPoint[] }> =>
  get(`/cloud/sections/${encodeURIComponent(code)}/classes`, { start, end })
export const series = (place: string, property: string, start: string, end: string): Promise<Series> =>
  get('/cloud/series', { place, property, start, end })
export const reading = (id: string): Promise<ReadingPage> => get(`/cloud/readings/${encodeURIComponent(id)}`)
export const frames = (place: string, limit = 20): Promise<Items<Frame>> => get('/cloud/frames', { place, limit })
export const alerts = (open: boolean): Promise<Items<AlertMark>> =>
  get('/cloud/alerts', { state: open ? 'open' : null })
export const alert = (id: string): Promise<AlertPage> => get(`/cloud/alerts/${encodeURIComponent(id)}`)
export const closeAlert = (id: string, reason: string): Promise<unknown> =>
  post(`/cloud/alerts/${encodeURIComponent(id)}/close`, { reason })
export const alertToCase = (id: string): Promise<CaseCard> => post(`/cloud/alerts/${encodeURIComponent(id)}/case`)

/** How things stand over a period: a section's year, ratings of rivers, rankings, why it changed. */
import { get } from './client'
import type { Items, Named, WaterClass } from './shapes'

export interface Said {
  zh: string
  en: string
}

export interface EditionNote {
  code: string
  method?: string
  confirmed: boolean
  note_zh?: string
  note_en?: string
}

export interface DayClass {
  day: string
  class: WaterClass
  deciding: string[]
  n: number
}

export interface MonthClass {
  month: string
  class: WaterClass
  deciding: string[]
  missing: string[]
  means: Record<string, number | null>
  exceedance: Record<string, number>
  n_days: number
  enough: boolean
  complete: boolean
  why: Said
}

export interface SectionYear {
  code: string
  year: number
  target_class: number
  edition: EditionNote
  limits: Record<string, (number | null)[]>
  days: DayClass[]
  months: MonthClass[]
  to_date: { class: WaterClass; deciding: string[]; means: Record<string, number | null>; exceedance: Record<string, number>; n: number }
  as_of: string | null
  changed: (Said & { kind: string })[]
}

export interface Rated extends Said {
  code: string
  rank: number
}

/** Shares and rates are per cent. */
export interface RiverRating extends Named {
  code: string
  n_sections: number
  n_unjudged: number
  classes: Record<string, number>
  good_share: number | null
  bad_share: number | null
  rating: Rated | null
  method: 'shares' | 'means'
  main: (Said & { property: string })[]
  change: { word: Said | null; before: { period: string } } | null
}

export interface Ratings {
  period: string
  against: string
  basin: RiverRating
  rivers: RiverRating[]
  notes: (Said & { confirmed: boolean })[]
}

export interface RankRow extends Named {
  rank: number | null
  moved: number | null
  code: string
  value: number | null
  change_percent: number | null
  change_rank: number | null
  /** Left out of the ranking of changes: it is good anyway. */
  exempt?: boolean
  class?: WaterClass
}

export interface Rankings extends Items<RankRow> {
  period: string
  against?: string
  notes?: (Said & { confirmed: boolean })[]
}

export interface ChangePart {
  value: number
  low: number
  high: number
  percent: number | null
  percent_low: number | null
  percent_high: number | null
}

export interface ChangeOf {
  quantity: 'concentration' | 'load'
  unit: string
  total: ChangePart
  /** Done by the flow (water) or the weather (air). */
  due_to_conditions: ChangePart
  rest: ChangePart
  sentence: Said
  notes: Said[]
}

export interface Change extends Said {
  state: 'explained' | 'no_flow' | 'not_enough'
  changes: ChangeOf[]
  flow: Said
}

export interface LoadEstimate extends Named {
  method: string
  n_samples: number
  periods: { load_t: number; low_t: number; high_t: number; covered: number; complete: boolean }[]
}

export interface SectionLoad extends Named {
  code: string
  above: string[]
  out_t: number
  out_low_t: number
  out_high_t: number
  in_t: number
  discharged_t: number
  rest_t: number
  rest_low_t: number
  rest_high_t: number
  rest_word: string
  flow: Said
  estimates: LoadEstimate[]
  shares: (Named & { owner: string; share: number; low: number; high: number })[]
}

export interface Loads extends Items<SectionLoad> {
  year: number
  property: string
  last: string
  without_data: string[]
  notes: (Said & { confirmed: boolean })[]
}

const at = encodeURIComponent

export const sectionYear = (code: string, year: number, asOf: string): Promise<SectionYear> => get(`/cloud/sections/${at(code)}/year`, { year, as_of: asOf && `${asOf}T23:59:59+08:00` })
export const ratings = (period: string): Promise<Ratings> => get('/cloud/ratings', { period })
export const rankings = (kind: string, period: string): Promise<Rankings> =>
  kind === 'air' ? get('/cloud/air/rankings', { period }) : get('/cloud/rankings', { kind, period })
export const change = (section: string, property: string, year: number): Promise<Change> => get('/govern/change', { section, property, year })
export const loads = (year: number, property: string): Promise<Loads> => get('/govern/loads', { year, property })

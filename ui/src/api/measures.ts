/** What can still be done about an incident, and how much outfalls may discharge. */
import { get, post } from './client'
import type { Named } from './shapes'

export interface Lever extends Named {
  code: string
  kind: 'reduce' | 'aerate' | 'release' | 'divert' | 'gate' | 'block'
  unit: string
  least: number
  most: number
  begin_s: number
  end_s: number
  cost_yuan: number
}

export interface GoalSeries extends Named {
  code: string
  constituent: string
  limit_mgl: number
  time_s: number[]
  before_mgl: number[]
}

export interface GoalReached extends Named {
  code: string
  peak_mgl: number
  peak_s: number
  ratio: number
  arrival_s: number | null
  /** Peak over the limit through the trace's suspects: one of ten below, the middle, one of ten above; with the levers and without. */
  band?: [number, number, number]
  band_before?: [number, number, number]
  kept?: number
}

export interface Tried {
  values: Record<string, number>
  cost_yuan: number
  goals: GoalReached[]
}

export interface Planned extends Tried {
  reached: boolean
  smallest_mgl: Record<string, number>
  binding: string[]
  runs: number
}

interface Answer {
  id: string
  at: string
  took_s: number | null
}

export type Question = 'prepare' | 'confirm' | 'plan'

export interface MeasuresPage {
  alert: string
  waiting: Question[]
  failed: { code: string; sentence: string } | null
  prepare: (Answer & { levers: Lever[]; goals: GoalSeries[] }) | null
  confirm: (Answer & Tried) | null
  plan: (Answer & Planned) | null
}

export interface CapacityRow extends Named {
  code: string
  permit_kgd: number | null
  permit_assumed: boolean
  capacity_kgd: number | null
  margin_kgd: number | null
  binding: (Named & { code: string }) | null
}

export interface CapacityPage {
  property: string
  fairness: string
  edition: string
  flow_share: number | null
  decay_per_day: number
  carried_mgl: number
  items: CapacityRow[]
  sections: (Named & { code: string; target_class: number; limit_mgl: number; background_mgl: number; full_mgl: number })[]
  total: number
}

export const measures = (alert: string): Promise<MeasuresPage> => get('/govern/twin/measures', { alert })
export const tryOut = (alert: string, values: Record<string, number>): Promise<Tried> => post('/govern/twin/measures', { alert, values, ask: 'try' })
export const askFor = (alert: string, ask: Question, values: Record<string, number> = {}): Promise<unknown> => post('/govern/twin/measures', { alert, values, ask })
export const capacity = (property: string, fairness: string, flow_share: number): Promise<CapacityPage> => get('/govern/twin/capacity', { property, fairness, flow_share })

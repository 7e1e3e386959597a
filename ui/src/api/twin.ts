/** The river's twin in operation: its cycles, profiles, hydrographs, the map through time, its record. */
import { get } from './client'
import type { Items, Named } from './shapes'

export interface CycleHead {
  id: string
  at: string
  age_s: number
  modes: string[]
}

export interface CycleRow {
  id: string
  at: string
  state: 'queued' | 'running' | 'done' | 'failed'
  took_s: number | null
  memory_mb: number | null
  modes: string[]
  steps: number | null
  error: number | null
  failed: { code: string; sentence: string } | null
}

export interface Fit extends Named {
  code: string
  observed_m3s: number | null
  modelled_m3s: number | null
  by: '' | 'flow' | 'level'
}

export interface TwinFacts {
  cells: number
  reaches: number
  constituents: string[]
  assumed: number
  begin: string
  end: string
  steps: number
  inflow_m3: number
  outflow_m3: number
  stored_m3: number
  shortage_m3: number
  put_in_m3: number
  error: number
  members: number
  used: number
  refused: { station: string; what: string; why: string }[]
  why_slow: string
  decay_per_day: Record<string, number | null>
  fits: Fit[]
}

export interface TwinReach extends Named {
  code: string
  river: string
  length_m: number
  flow_m3s: number | null
  flow_24h_m3s: number | null
  flow_72h_m3s: number | null
  most_m3s: number | null
  mean_m3s: number
  depth_m: number | null
  velocity_ms: number | null
  room_m: number | null
  concentration: Record<string, number | null>
}

export interface TwinPage extends Items<CycleRow> {
  now: string
  every_s: number
  rivers: (Named & { code: string })[]
  newest: (CycleRow & CycleHead & { facts: TwinFacts; reaches: TwinReach[] }) | null
}

export interface ProfileThing extends Named {
  code: string
  kind: string
  at_m: number
}

export interface ProfilePage extends Named {
  cycle: CycleHead | null
  code: string
  reaches: (Named & { code: string; start_m: number })[]
  time: string[]
  distance_m: number[]
  bed_m: number[]
  bank_m: number[]
  level_m: number[][]
  level_low_m: number[][]
  level_high_m: number[][]
  energy_m: number[][]
  flow_m3s: number[][]
  velocity_ms: number[][]
  concentration: Record<string, { value: number[][]; low: number[][]; high: number[][]; class: number[][] }>
  things: ProfileThing[]
}

export interface TwinGauge extends Named {
  code: string
  reach: string
  chainage_m: number
  /** By what the station reads: `flow`, `level` (null while its datum is not known) or a constituent. */
  series: Record<string, { mean: (number | null)[]; low: (number | null)[]; high: (number | null)[] } | null>
  fit: { observed_m3s: number | null; modelled_m3s: number | null; by: string } | null
  skill: Score[]
}

export interface HydrographPage {
  cycle: CycleHead | null
  now?: string
  time?: string[]
  members?: number
  items?: TwinGauge[]
}

export interface TwinMap {
  cycle: CycleHead | null
  time: string[]
  reaches: Record<string, { flow_m3s: number[]; ratio: number[]; class: Record<string, number[]> }>
}

/** How forecasts of a station, a reading and a lead have done, in the unit of the reading; shares without one. */
export interface Score {
  station: string
  what: string
  lead_h: number
  n: number
  crps: number | null
  persistence: number | null
  climatology: number | null
  bias: number | null
  covered: number | null
}

export type SkillRow = Score & Named & { code: string }

export const twin = (): Promise<TwinPage> => get('/govern/twin')
export const profile = (river: string): Promise<ProfilePage> => get('/govern/twin/profile', { river })
export const hydrographs = (): Promise<HydrographPage> => get('/govern/twin/hydrographs')
export const onMap = (): Promise<TwinMap> => get('/govern/twin/map')
export const skill = (): Promise<Items<SkillRow> & { cycle: CycleHead | null; days: number }> => get('/govern/twin/skill')

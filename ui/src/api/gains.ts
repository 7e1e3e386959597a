import { get } from './client'
import type { Named } from './shapes'
import type { Said } from './standing'

/** Something that can be done, by itself. */
export interface GainStep extends Named {
  code: string
  effort_days: number
  /** How often it can be done; 0 where it cannot, for the reason in `why`. */
  most: number
  gain_of_one: number | null
  gain_of_most: number | null
  items: Record<string, number>
  why: Said | null
}

/** Steps that were evaluated together. */
export interface GainPlan {
  gain: number
  points: number
  effort_days: number
  steps: (Said & { code: string; n: number; gain: number | null })[]
  changes: (Named & { name: string; unit: string; before: number; after: number })[]
}

export interface Gains {
  points: number | null
  max: number
  wanted: number
  steps: GainStep[]
  plans: GainPlan[]
  /** Nothing with less effort than the first plan is enough; without a plan, nothing at all is. */
  proven: boolean
  /** The most that was found to be possible. */
  top: GainPlan | null
  tried: GainPlan | null
  period: string
  days_left: number
  confirmed: boolean
}

const at = encodeURIComponent
export const ofScore = (id: string, points: number, tried: string): Promise<Gains> => get(`/govern/scores/${at(id)}/gains`, { points, tried })
export const ofSheet = (code: string, region: string, period: string, points: number, tried: string): Promise<Gains> =>
  get(`/govern/sheets/${at(code)}/gains`, { region, period, points, tried })

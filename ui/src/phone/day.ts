/** What a walker needs for the day, as the server tells it and the phone keeps it. */
import { get } from '@/api/client'
import type { Allowed, CaseCard } from '@/api/ground'
import type { LonLat, Named } from '@/api/shapes'

export interface Stretch {
  reach: string
  from_m: number
  to_m: number
  length_m: number
  river_offset_m: number
  river: Named & { code: string }
  line: LonLat[]
}

export interface Thing extends Named {
  kind: string
  code: string
  reach: string
  chainage_m: number
  lon: number
  lat: number
}

export interface Duty {
  level: string
  period: string
  first_day: string
  last_day: string
  due: number
  done: number
  seen: number
  seen_asked: number
  shortest_min: number
  shortest_m: number
  photos: number
  not_before: string | null
  rule: Named & { code: string; document: string; confirmed: boolean }
}

export interface DayCase extends CaseCard {
  allowed: Allowed[]
}

export interface ChiefCard extends Named {
  code: string
  level: string
  phone: string | null
}

/** A kind of problem of the catalogue (四乱, outfall, water surface …). */
export interface CaseType extends Named {
  code: string
  severity: number
  /** What is asked of it; an answer that an older platform gave has none. */
  fields?: TypeField[]
}

export interface TypeField extends Named {
  key: string
  kind: 'text' | 'number' | 'whole' | 'choice' | 'date'
  unit: string
  required: boolean
  least: number | null
  choices: (Named & { code: string })[]
}

/** Somebody who may walk along. */
export interface PersonCard extends Named {
  username: string
  role: string
}

/** Somebody who says to have walked along on a patrol of mine that does not say so yet. */
export interface CompanyAsked extends PersonCard {
  patrol: string
  started_at: string
}

/** A point of the checklist that is looked at on every patrol, and the kind of problem that it becomes. */
export interface CheckPoint {
  code: string
  type: string | null
}

export interface Day {
  now: string
  speed: number
  username: string
  stretches: Stretch[]
  water: { reach: string; line: LonLat[] }[]
  things: Thing[]
  duty: Duty | null
  cases: DayCase[]
  chiefs: ChiefCard[]
  people?: PersonCard[]
  company?: CompanyAsked[]
  types: CaseType[]
  checklist: CheckPoint[]
}

export const readDay = (): Promise<Day> => get('/ground/day')

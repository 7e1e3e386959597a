import { get } from './client'
import type { Params, PlaceRef, Step } from './shapes'
import type { Role } from './session'

export interface TodayItem {
  kind: 'case' | 'alert' | 'mission' | 'patrol' | 'finding' | 'verify' | 'instrument' | 'citizen'
  id: string
  title_key: string
  params: Params
  place: PlaceRef | null
  due: string | null
  overdue: boolean
  action_key: string
  href: string
}

/** A line of an office's desk: how many, and where they are listed. */
export interface DeskLine {
  what: string
  total: number
  more: boolean
  href: string
}

export interface Today {
  role: Role
  items: TodayItem[]
  desk: DeskLine[]
  done_count: number
  done_more: boolean
}

/** One link of the chain with everything it came from. */
export interface ExplainNode {
  id: string
  step?: string
  summary?: string
  summary_key?: string
  params?: Params
  at?: string | null
  href?: string | null
  /** Role of each parent, by its id. */
  roles?: Record<string, string>
  /** Shown elsewhere in the tree already. */
  again?: boolean
  /** There, but not for this reader. */
  hidden?: boolean
  parents: ExplainNode[]
}

export interface Health {
  now: string
  processes: Record<string, { pid: number | null; starts: number; last_exit: number | null }>
  events: number
  last_reading_known_at: string | null
  links: { link: string; position: number }[]
  failures: { link: string; event: number; attempts: number; error: string; last_at: string }[]
  failures_total: number
  schedules: { name: string; last_at: string | null; due_at: string | null }[]
  audit: { entries: number; broken_at: number | null }
}

export const today = (): Promise<Today> => get('/today')
export const explain = (id: string): Promise<ExplainNode> => get(`/loop/explain/${encodeURIComponent(id)}`)
export const steps = (of: { alert?: string; case?: string }): Promise<{ items: Step[] } | Step[]> =>
  get('/loop/steps', of)
export const health = (): Promise<Health> => get('/loop/health')

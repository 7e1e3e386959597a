import { get, post } from './client'
import type { Items, Named } from './shapes'

export type LevelCode = 'province' | 'city' | 'county' | 'township' | 'village'
export const LEVELS: LevelCode[] = ['province', 'city', 'county', 'township', 'village']
export const PERIODS = ['day', 'working_day', 'week', 'ten_days', 'month', 'quarter', 'half_year', 'year']
export const KINDS = ['drone', 'meeting', 'assistant', 'paper']
export const CONDITIONS = ['remote', 'good_water']
export const ALERTS = ['yellow', 'orange', 'red']

interface Coded extends Named {
  code: string
}

export interface Substitute {
  kind: string
  most?: number | string
  only?: string[]
  measured?: boolean
}

export interface Level {
  level: string
  period: string
  count: number | string
  months?: number[]
  per_river?: boolean
  shortest_min?: number | string
  shortest_m?: number | string
  spacing_h?: number | string
  photos?: number | string
  track?: boolean
  round_share?: number | string
  whole_within?: string
  alert?: Record<string, number | string>
  substitute?: Substitute[]
}

export interface RuleForm {
  code: string
  version?: string
  name_zh: string
  name_en: string
  document: string
  confirmed: boolean
  valid_from?: string
  valid_to?: string
  level: Level[]
  [key: string]: unknown
}

export interface Fault {
  sentence: string
  line: number | null
}

export interface Looked {
  text: string
  faults: Fault[]
  form: RuleForm | null
  preview: { zh: Record<string, string>; en: Record<string, string> } | null
  unasked: string[]
}

export interface RuleTold extends Coded {
  version: string
  document: string
  confirmed: boolean
  document_zh: string
  note_zh: string
  note_en: string
  preview: { zh: Record<string, string>; en: Record<string, string> }
}

export interface RuleCard extends Coded {
  id: string
  region: string
  version: string
  document: string
  confirmed: boolean
  valid_from: string | null
  valid_to: string | null
  state: 'draft' | 'frozen' | 'issued' | 'withdrawn'
  in_force: boolean
  by: string
  at: string
  approved_by: string | null
  approved_at: string | null
  reason: string | null
  allowed: string[]
}

export interface Tested extends Coded {
  version: string
  chiefs: number
  failing: number
  unasked: number
  levels: { level: string; chiefs: number; failing: number; periods: number; missed: number }[]
}

export interface Missed extends Coded {
  level: string
  periods: number
  missed: number
}

export interface Trial {
  source: 'own' | 'simulated'
  own_patrols: number
  chiefs: number
  patrols: number
  first_day: string
  last_day: string
  proposed: Tested
  in_force: Tested
  newly_fail: Missed[]
  newly_fail_count: number
  newly_pass: Missed[]
  newly_pass_count: number
  failing: Missed[]
}

const at = (id: string): string => `/ground/rules/${encodeURIComponent(id)}`

export const rules = (): Promise<Items<RuleCard> & { region: string; writes: boolean; in_force: RuleTold }> => get('/ground/rules')
export const presets = (): Promise<Items<RuleTold & { text: string }>> => get('/ground/rule-presets')
export const rule = (id: string): Promise<RuleCard & Looked> => get(at(id))
export const check = (given: { text: string } | { form: RuleForm }): Promise<Looked> => post('/ground/rules/check', given)
export const trial = (text: string, source: string): Promise<Trial> => post('/ground/rules/trial', { text, source })
export const keep = (id: string | null, text: string): Promise<RuleCard> => post(id ? at(id) : '/ground/rules', { text })
export const onRule = (id: string, action: string, reason: string): Promise<RuleCard> => post(`${at(id)}/actions`, { action, reason })

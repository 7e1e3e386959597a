import { apiUrl, get, post } from './client'
import type { Items, Named } from './shapes'

export type ProjectState = 'late' | 'late_start' | 'running' | 'planned' | 'completed'

export interface Project extends Named {
  code: string
  board: string
  region: string
  level: string
  task_force: string
  state: ProjectState
  days_late: number | null
  start_planned: string | null
  end_planned: string | null
  start_actual: string | null
  end_actual: string | null
  investment_wan: number | null
  spent_wan: number | null
  share: number | null
  unconfirmed: number
  assumed: boolean
}

export interface Rate {
  total: number
  started: number
  completed: number
  starts_due: number
  ends_due: number
  start_rate: number | null
  completion_rate: number | null
  start_rate_planned: number | null
  completion_rate_planned: number | null
  starts_late: number
  ends_late: number
}

export interface Standing extends Rate, Named {
  code: string
  start_rank: number | null
  completion_rank: number | null
}

export interface Dated {
  month: string
  starts_planned: number
  ends_planned: number
  started: number | null
  completed: number | null
}

export interface Money {
  month: string
  planned_wan: number
  done_wan: number | null
}

export interface Board extends Rate {
  board: string
  levels: string[]
  assumed: boolean
  zh: string
  en: string
  regions: Standing[]
  forces: Standing[]
  curve: Dated[]
  money: Money[]
  money_of: number
  investment_wan: number | null
}

export interface Boards extends Items<Project> {
  day: string
  boards: Board[]
}

export interface ProjectPhoto {
  id: string
  name: string
  lon: number | null
  lat: number | null
  taken_at: string | null
  away_m: number | null
  doubts: string[]
  by: string
  at: string
  hash: string
  url: string
}

export interface ProjectReport {
  id: string
  month: string
  share: number
  spent_wan: number
  text: string
  started: string | null
  completed: string | null
  reached: Record<string, string>
  state: 'open' | 'confirmed' | 'returned'
  by: string
  at: string
  decided_by: string
  decided_at: string | null
  reason: string
  assumed: boolean
  may_decide: boolean
  may_add: boolean
  photos: ProjectPhoto[]
}

export interface PlotCheck {
  id: string
  kind: 'survival' | 'preservation' | 'replanting'
  on: string
  counted: number | null
  alive: number | null
  replanted: number | null
  note: string
  by: string
  confirmed_by: string
  assumed: boolean
  may_confirm: boolean
  result: { share: number; low: number; high: number; mark: number; confirmed: boolean; verdict: 'passed' | 'failed' | 'open' } | null
}

export interface Plot {
  id: string
  number: string
  area_ha: number
  species_zh: string
  species_en: string
  planted_on: string | null
  trees_per_ha: number | null
  assumed: boolean
  checks: PlotCheck[]
}

export interface Mark {
  pass: number
  confirmed: boolean
  document: string
  note_zh: string
  note_en: string
}

export interface ProjectPage extends Project {
  day: string
  river: (Named & { code: string }) | null
  river_chainage_m: number | null
  lon: number | null
  lat: number | null
  document: string
  may_report: boolean
  hidden: boolean
  milestones: (Named & { planned: string | null; actual: string | null })[]
  progress: { month: string; share_planned: number; share_done: number | null; planned_wan: number; done_wan: number | null }[]
  reports: ProjectReport[]
  chain_broken_at: { index: number; why: string } | null
  plots: Plot[]
  marks: Record<'survival' | 'preservation', Mark>
  photo_limits: { far_m: number; old_days: number; confirmed: boolean }
}

interface Part {
  percent: number | null
  percent_low: number | null
  percent_high: number | null
}

export interface Effect {
  section: Named & { code: string }
  property: string
  state: string
  zh: string
  en: string
  change: { total: Part; due_to_conditions: Part; rest: Part; n_samples: number } | null
  flow: { zh: string; en: string } | null
}

export interface Taken {
  dry_run: boolean
  new: number
  changed: number
  same: number
  rows: { sheet: string; row: number; project: string; what: string; state: 'new' | 'changed' | 'same' }[]
  faults: { sheet: string; row: number; column: string; heading: string; value: string; code: string; sentence: string }[]
}

const at = encodeURIComponent
export const projects = (month: string): Promise<Boards> => get('/govern/projects', { month })
export const project = (code: string): Promise<ProjectPage> => get(`/govern/projects/${at(code)}`)
export const effects = (code: string): Promise<Items<Effect> & { note: { zh: string; en: string } }> => get(`/govern/projects/${at(code)}/effect`)
export const report = (code: string, body: unknown): Promise<ProjectReport> => post(`/govern/projects/${at(code)}/reports`, body)
export const decide = (id: string, accept: boolean, reason: string): Promise<ProjectReport> => post(`/govern/progress/${at(id)}/decision`, { accept, reason })
export const countTrees = (plot: string, body: unknown): Promise<PlotCheck> => post(`/govern/plots/${at(plot)}/checks`, body)
export const confirmCount = (id: string): Promise<PlotCheck> => post(`/govern/plot-checks/${at(id)}/confirm`)
export const workbookUrl = (): string => apiUrl('/govern/projects/workbook')

export function sendPhotos(id: string, files: File[]): Promise<Items<{ name: string; accepted: boolean; why: string | null; doubts: string[] }>> {
  const form = new FormData()
  for (const file of files) form.append('files', file, file.name)
  return post(`/govern/progress/${at(id)}/photos`, form)
}

export function sendWorkbook(file: File, dryRun: boolean): Promise<Taken> {
  const form = new FormData()
  form.append('file', file, file.name)
  form.append('dry_run', String(dryRun))
  return post('/govern/projects/workbook', form)
}

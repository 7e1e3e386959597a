import { apiUrl, get, post } from './client'
import type { EditionNote, Said } from './standing'
import type { Items, Named } from './shapes'

export interface AirNow extends Named {
  code: string
  aqi: number | null
  level: number | null
  primary: string[]
  missing: string[]
  at: string | null
  values: Record<string, number | null>
  why: Said
}

export interface AirNowPage extends Items<AirNow> {
  /** The mean over the stations. */
  city: AirNow | null
  edition: EditionNote
}

export interface AirDay {
  day: string
  aqi: number | null
  level: number | null
  primary: string[]
  valid: boolean
  dust?: boolean
  why?: Said
}

export interface AirYear extends Named {
  place: string
  year: number
  edition: EditionNote
  days: AirDay[]
  to_date: {
    good_days: number
    valid_days: number
    good_share: number | null
    means: Record<string, number | null>
    composite: number | null
    composite_name?: string
    composite_confirmed?: boolean
    main?: string[]
    missing?: string[]
    dust_days?: number
  }
  limits: Record<string, number | null>
  notes: (Said & { confirmed: boolean })[]
  places: (Named & { code: string })[]
}

export interface Inspection {
  id?: string
  at: string
  person: string
  finding: string
  done: number | null
}

export interface AirMeasure extends Named {
  id: string
  kind: string
  region: string | null
  address_zh: string
  address_en: string
  indicator_zh: string
  indicator_en: string
  target: number | null
  done: number | null
  unit: string
  state: string
  due: string | null
  document: string
  assumed: boolean
  inspections: Inspection[]
}

export interface ControlRow extends Named {
  code: string
  region: string
  grade: string
  cut_percent: number
  measure_zh: string
  measure_en: string
  assumed: boolean
}

export interface ControlList extends Items<ControlRow> {
  day: string
  level: string | null
  issued: { level: string; document: string; assumed: boolean } | null
  levels: string[]
  confirmed: boolean
  note_zh: string
  note_en: string
}

export interface NewMeasure {
  kind: string
  name_zh: string
  region: string
  indicator_zh: string
  target: number | null
  unit: string
}

export const now = (): Promise<AirNowPage> => get('/cloud/air/now')
export const year = (place: string, wanted: number): Promise<AirYear> => get('/cloud/air/year', { place, year: wanted })
export const measures = (): Promise<Items<AirMeasure>> => get('/cloud/air/measures')
export const enterMeasure = (body: NewMeasure): Promise<AirMeasure> => post('/cloud/air/measures', body)
export const inspect = (id: string, finding: string, done: number | null): Promise<unknown> => post(`/cloud/air/measures/${encodeURIComponent(id)}/inspections`, { finding, done })
export const controlList = (day: string, level: string): Promise<ControlList> => get('/cloud/air/control-list', { day, level })
export const controlTableUrl = (day: string, level: string): string => apiUrl('/cloud/air/control-list.csv', { day, level })

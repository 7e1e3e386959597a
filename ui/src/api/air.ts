import { get, post } from './client'
import type { EditionNote, Said } from './standing'
import type { Items, Named } from './shapes'

export interface AirNow extends Named {
  code: string
  aqi: number | null
  level: number | null
  primary: string[]
  at: string | null
  values: Record<string, number | null>
  lon?: number
  lat?: number
  simulated?: boolean
}

export interface AirNowPage extends Items<AirNow> {
  edition?: EditionNote
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

export interface AirYear extends Partial<Named> {
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
  }
  limits?: Record<string, number | null>
  targets?: (Named & { id: string; kind: string; required: number; sense?: string; unit?: string })[]
  notes?: (Said & { confirmed?: boolean })[]
  places?: (Named & { code: string })[]
}

export interface Inspection {
  id?: string
  at: string
  person: string
  finding: string
}

export interface AirMeasure extends Named {
  id: string
  kind: string
  region: string | null
  address_zh?: string
  address_en?: string
  indicator_zh?: string
  indicator_en?: string
  target: number | null
  done: number | null
  unit: string
  state: string
  assumed?: boolean
  inspections: Inspection[]
}

export interface ControlRow extends Named {
  code: string
  grade: string
  measure_zh: string
  measure_en: string
}

export interface ControlList extends Items<ControlRow> {
  day: string
  level: string | null
  confirmed: boolean
  note_zh?: string
  note_en?: string
}

export const now = (): Promise<AirNowPage> => get('/cloud/air/now')
export const year = (place: string, wanted: number): Promise<AirYear> => get('/cloud/air/year', { place, year: wanted })
export const measures = (): Promise<Items<AirMeasure>> => get('/cloud/air/measures')
export const inspect = (id: string, finding: string): Promise<unknown> => post(`/cloud/air/measures/${encodeURIComponent(id)}/inspections`, { finding })
export const controlList = (day: string): Promise<ControlList> => get('/cloud/air/control-list', { day })

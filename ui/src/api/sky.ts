import type { FeatureCollection } from 'geojson'

import { apiUrl, get, post } from './client'
import type { CaseCard } from './ground'
import type { Items } from './shapes'

export interface Sortie {
  n: number
  length_m: number
  duration_s: number
  photos: number
}

export interface MissionCard {
  id: string
  state: 'planned' | 'flown' | 'done'
  alert: string | null
  reach: string
  from_m: number
  to_m: number
  camera: string
  altitude_m: number
  gsd_cm: number
  overlap: number | [number, number] | Record<string, number>
  sorties: Sortie[]
  case?: string | null
  length_m?: number
  lon?: number | null
  lat?: number | null
  planned_at?: string | null
  flown_at?: string | null
  drone?: string | null
  stretches?: [string, number, number][]
}

export interface Photo {
  id: string
  lon: number | null
  lat: number | null
  taken_at: string | null
  alt_m: number | null
  url: string
  thumb_url: string
  placed: boolean
  why: string | null
  reach: string | null
  chainage_m: number | null
  name?: string
  width_px?: number | null
  height_px?: number | null
}

export interface Finding {
  id: string
  photo: string
  kind: string
  lon: number | null
  lat: number | null
  error_m: number | null
  state: 'open' | 'case' | 'dismissed' | string
  case: string | null
  /** Column and row in the photograph [px]. */
  u?: number
  v?: number
  note?: string
}

export interface MissionPage {
  mission: MissionCard
  lines: FeatureCollection
  photos: Photo[]
  coverage: { fraction: number | null; gaps: FeatureCollection } | null
  findings: Finding[]
}

export interface UploadAnswer {
  name: string
  accepted: boolean
  id: string | null
  why: string | null
}

const at = (id: string): string => `/sky/missions/${encodeURIComponent(id)}`

export const missions = (): Promise<Items<MissionCard>> => get('/sky/missions')
export const mission = (id: string): Promise<MissionPage> => get(at(id))
export const planUrl = (id: string, sortie = 1): string => apiUrl(`${at(id)}/plan`, { sortie })
export const geojsonUrl = (id: string): string => apiUrl(`${at(id)}/geojson`)

export function uploadPhotos(id: string, files: File[]): Promise<{ items: UploadAnswer[] }> {
  const form = new FormData()
  for (const file of files) form.append('files', file, file.name)
  return post(`${at(id)}/photos`, form)
}

/** Column and row in the photograph [px]. */
export interface Mark {
  u: number
  v: number
  kind: string
  note: string
}

export const markFinding = (photo: string, mark: Mark): Promise<Finding> =>
  post(`/sky/photos/${encodeURIComponent(photo)}/findings`, mark)
export const findingToCase = (id: string): Promise<CaseCard> => post(`/sky/findings/${encodeURIComponent(id)}/case`)
export const dismissFinding = (id: string, reason: string): Promise<Finding> =>
  post(`/sky/findings/${encodeURIComponent(id)}/dismiss`, { reason })

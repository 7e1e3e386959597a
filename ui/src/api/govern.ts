import { get } from './client'
import type { Items, Named } from './shapes'

export interface ScoreCard {
  id: string
  chief?: Named & { code?: string; level?: string }
  sheet?: string | Named
  month?: string
  points: number | null
  max: number | null
  at?: string
}

export interface ScoreRecord {
  id: string
  href: string | null
  label: string
}

export interface ScoreInput extends Partial<Named> {
  name: string
  unit?: string
  value: number | null
  records: ScoreRecord[]
}

export interface ScoreItem extends Named {
  code: string
  points: number | null
  max: number | null
  inputs: ScoreInput[]
  why_zh: string
  why_en: string
}

export interface ScoreSheet extends ScoreCard {
  items: ScoreItem[]
  document?: string | null
  assumed?: boolean
  banner_zh?: string
  banner_en?: string
}

export interface Chief extends Named {
  code: string
  level: string
  region: string | null
  intervals?: { reach: string; from_m: number; to_m: number }[]
  assumed?: boolean
}

export const scores = (): Promise<Items<ScoreCard>> => get('/govern/scores')
export const score = (id: string): Promise<ScoreSheet> => get(`/govern/scores/${encodeURIComponent(id)}`)
export const chiefs = (): Promise<Items<Chief>> => get('/basin/chiefs')

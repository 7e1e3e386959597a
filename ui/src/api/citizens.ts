/** What the office does with citizens' reports, signs and the survey. */
import { apiUrl, get, post } from './client'
import type { Items, Named } from './shapes'

export interface CitizenReport {
  id: string
  receipt: string
  kind: string
  words: string
  sign: string | null
  source: string
  at: string
  due: string
  reach: string
  chainage_m: number
  lon: number | null
  lat: number | null
  state: 'waiting' | 'case' | 'merged' | 'rejected' | 'spam'
  held: boolean
  from_same: number
  photos: string[]
  reason: string
  case: string | null
  decided_by: string | null
  decided_at: string | null
  stars: number | null
  stars_words: string
  again_words: string
}

export interface SaidOfCase {
  id: string
  at: string
  kind: string
  words: string
  stars: number | null
  stars_words: string
  again_words: string
  again_at: string | null
}

export interface Share {
  n: number
  share: number | null
  low: number | null
  high: number | null
}

export interface Answered extends Named {
  code: string
  n: number
  enough: boolean
  shares: Record<string, Share>
}

export interface Satisfaction {
  month: string
  questions: { code: string; text_zh: string; text_en: string }[]
  smallest: number
  confirmed: boolean
  all: Omit<Answered, keyof Named | 'code'>
  county: Answered[]
  reach: Answered[]
  sign: Answered[]
  ratings: Share & { mean: number | null }
}

export interface SignRow extends Named {
  code: string
  state: string
  assumed: boolean
  address: string
  n_reports: number
}

const code = encodeURIComponent

export const reports = (state: string, page: number): Promise<Items<CitizenReport> & { page_size: number }> => get('/ground/citizens', { state, page })
export const decide = (id: string, given: { action: string; reason: string; into: string }): Promise<CitizenReport> =>
  post(`/ground/citizens/${code(id)}/actions`, given)
export const ofCase = (id: string): Promise<Items<SaidOfCase> & { released: Record<string, string> }> => get(`/ground/cases/${code(id)}/citizens`)
export const release = (evidence: string, side: string): Promise<unknown> => post(`/ground/evidence/${code(evidence)}/release`, { side })
export const satisfaction = (month: string): Promise<Satisfaction> => get('/ground/satisfaction', { month })
export const signs = (): Promise<Items<SignRow>> => get('/basin/signs')
export const qrUrl = (sign: string, kind: string): string => apiUrl(`/basin/signs/${code(sign)}/qr`, { kind })
export const sheetUrl = (codes: string[]): string => apiUrl('/basin/signs-sheet', { codes_wanted: codes.join(',') })

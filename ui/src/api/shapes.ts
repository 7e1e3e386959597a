/** Shapes that more than one stage uses. Times are ISO 8601 in UTC; numbers carry their unit in the name. */

export interface Named {
  name_zh: string
  name_en: string
}

export interface Items<T> {
  items: T[]
  total: number
  more?: boolean
}

export type Params = Record<string, unknown>

export interface PlaceRef extends Partial<Named> {
  code?: string
  reach?: string
  chainage_m?: number
}

export interface Person extends Named {
  code?: string
  username?: string
  level?: string
}

/** 1 … 6 for Ⅰ … worse than Ⅴ, 0 where it cannot be judged. */
export type WaterClass = 0 | 1 | 2 | 3 | 4 | 5 | 6

export interface Step {
  step: string
  id: string
  /** The one step without which this would not be. */
  parent?: string | null
  at: string
  who?: Person | string | null
  summary_key: string
  params: Params
  href: string | null
  evidence?: Evidence[]
}

export interface Evidence {
  id: string
  kind: 'photo' | 'track' | 'note'
  sha256: string | null
  prev_hash: string | null
  hash: string
  by: Person | string | null
  at: string
  url: string | null
  lon: number | null
  lat: number | null
  text: string | null
}

export type LonLat = [number, number]

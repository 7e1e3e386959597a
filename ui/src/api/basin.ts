import type { FeatureCollection, LineString, Point } from 'geojson'

import { get } from './client'
import type { Named, Person } from './shapes'

export interface ReachProperties extends Named {
  code: string
  river: string
  river_name_zh: string
  river_name_en: string
  from_node: string
  to_node: string
  length_m: number
  velocity_ms: number
  flow_m3s: number
  main: boolean
  /** Chainage of the reach's head along its river [m]. */
  river_offset_m: number
}

export type PlaceKind =
  | 'station'
  | 'section'
  | 'outfall'
  | 'works'
  | 'enterprise'
  | 'intake'
  | 'gate'
  | 'reservoir'
  | 'lake'
  | 'dam'
  | 'weir'
  | 'dike'
  | 'bridge'
  | 'pump'
  | 'camera'
  | 'region'

export interface PlaceProperties extends Named {
  kind: PlaceKind
  code: string
  reach: string | null
  chainage_m: number | null
  river: string | null
  river_chainage_m: number | null
  target_class?: number | null
  level?: string | null
  station_kind?: string | null
  boundary?: boolean | null
  interval_s?: Record<string, number> | null
  station?: string | null
}

export type Network = FeatureCollection<LineString, ReachProperties>
export type Places = FeatureCollection<Point, PlaceProperties>

export interface Located {
  reach: string
  chainage_m: number
  distance_m: number
  river: string
  responsible: Person[]
}

export const network = (): Promise<Network> => get('/basin/network')
export const places = (): Promise<Places> => get('/basin/places')
export const locate = (lon: number, lat: number): Promise<Located> => get('/basin/at', { lon, lat })

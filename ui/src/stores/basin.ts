import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

import * as api from '@/api/basin'
import { chiefs as readChiefs, type Chief } from '@/api/govern'
import type { LonLat } from '@/api/shapes'
import { pointAt, stretch } from '@/lib/geo'

export interface RiverLine {
  code: string
  name_zh: string
  name_en: string
  main: boolean
  length_m: number
  reaches: api.ReachProperties[]
}

/** The registry of the basin: read once, then asked by code. */
export const useBasin = defineStore('basin', () => {
  const network = shallowRef<api.Network | null>(null)
  const places = shallowRef<api.Places | null>(null)
  const people = shallowRef<Chief[]>([])
  let reading: Promise<void> | null = null

  function load(): Promise<void> {
    reading ??= Promise.all([api.network(), api.places(), readChiefs()])
      .then(([lines, points, chiefs]) => {
        people.value = chiefs.items
        network.value = lines
        places.value = points
      })
      .catch((error: unknown) => {
        reading = null
        throw error
      })
    return reading
  }

  function forget(): void {
    reading = null
    network.value = places.value = null
  }

  const reaches = computed(() => new Map((network.value?.features ?? []).map((f) => [f.properties.code, f])))
  const byCode = computed(() => new Map((places.value?.features ?? []).map((f) => [f.properties.code, f])))

  /** The region with this code; codes come with and without their trailing zeros. */
  function regionOf(code: string | null | undefined): api.PlaceProperties | null {
    const wanted = (code ?? '').replace(/0+$/, '')
    if (!wanted) return null
    return places.value?.features.find(({ properties: p }) => p.kind === 'region' && p.code.replace(/0+$/, '') === wanted)?.properties ?? null
  }

  const chiefs = computed(() => new Map(people.value.map((chief) => [chief.code, chief])))

  const rivers = computed<RiverLine[]>(() => {
    const found = new Map<string, RiverLine>()
    for (const { properties: reach } of network.value?.features ?? []) {
      let river = found.get(reach.river)
      if (!river) {
        river = {
          code: reach.river,
          name_zh: reach.river_name_zh,
          name_en: reach.river_name_en,
          main: false,
          length_m: 0,
          reaches: [],
        }
        found.set(reach.river, river)
      }
      river.reaches.push(reach)
      river.main ||= reach.main
      river.length_m = Math.max(river.length_m, reach.river_offset_m + reach.length_m)
    }
    for (const river of found.values()) river.reaches.sort((a, b) => a.river_offset_m - b.river_offset_m)
    return [...found.values()].sort((a, b) => Number(b.main) - Number(a.main) || b.length_m - a.length_m)
  })

  function positionOf(reach: string, chainageM: number): LonLat | null {
    const found = reaches.value.get(reach)
    if (!found) return null
    return pointAt(found.geometry.coordinates as LonLat[], found.properties.length_m, chainageM)
  }

  function stretchOf(reach: string, fromM: number, toM: number): LonLat[] | null {
    const found = reaches.value.get(reach)
    if (!found) return null
    return stretch(found.geometry.coordinates as LonLat[], found.properties.length_m, fromM, toM)
  }

  /** Chainage along the river [m] of a place on one of its reaches. */
  function riverChainage(reach: string, chainageM: number): number | null {
    const found = reaches.value.get(reach)
    return found ? found.properties.river_offset_m + chainageM : null
  }

  return { network, places, reaches, byCode, chiefs, rivers, regionOf, load, forget, positionOf, stretchOf, riverChainage }
})

/** The map's state in the address, so that it can be sent to a colleague. */
import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import type { View } from '@/components/MapCanvas.vue'

import { toIso, toSeconds } from './time'

export const LAYERS = ['class', 'trace', 'front', 'cases', 'heat', 'stations', 'facilities', 'flights'] as const
export type Layer = (typeof LAYERS)[number]
export const DEFAULT_LAYERS: readonly Layer[] = ['class', 'front', 'cases', 'stations']

/** Days back that problems are counted along the rivers. */
export const SINCE = [30, 90, 365, 1095] as const

export interface Target {
  kind: string
  code: string
}

const one = (value: unknown): string => (Array.isArray(value) ? String(value[0] ?? '') : String(value ?? ''))

export function parseLayers(text: string): Layer[] {
  if (!text) return [...DEFAULT_LAYERS]
  return LAYERS.filter((layer) => text.split(',').includes(layer))
}

export function parseTarget(text: string): Target | null {
  const at = text.indexOf(':')
  return at > 0 ? { kind: text.slice(0, at), code: text.slice(at + 1) } : null
}

export function parseView(text: string): View | null {
  const [lon, lat, zoom] = text.split(',').map(Number)
  return [lon, lat, zoom].every((n) => n !== undefined && Number.isFinite(n)) && text
    ? { lon: lon!, lat: lat!, zoom: zoom! }
    : null
}

export function parseSince(text: string): number {
  return SINCE.find((days) => String(days) === text) ?? 365
}

export function useMapUrl(): {
  layers: ComputedRef<Layer[]>
  target: ComputedRef<Target | null>
  atS: ComputedRef<number | null>
  river: ComputedRef<string>
  view: ComputedRef<View | null>
  /** Of which type the cases are; empty for all. */
  type: ComputedRef<string>
  sinceDays: ComputedRef<number>
  set: (change: Record<string, string | null>) => void
  toggle: (layer: Layer) => void
  toTime: (seconds: number | null) => void
} {
  const route = useRoute()
  const router = useRouter()
  const layers = computed(() => parseLayers(one(route.query.layers)))
  const target = computed(() => parseTarget(one(route.query.sel)))
  const atS = computed(() => {
    const seconds = toSeconds(one(route.query.at))
    return Number.isFinite(seconds) ? seconds : null
  })
  const river = computed(() => one(route.query.river))
  const view = computed(() => parseView(one(route.query.view)))
  const type = computed(() => one(route.query.type))
  const sinceDays = computed(() => parseSince(one(route.query.since)))

  // changes of one moment are written together; the last navigation would drop the others
  let pending: Record<string, string | null> | null = null
  function set(change: Record<string, string | null>): void {
    if (pending) {
      Object.assign(pending, change)
      return
    }
    pending = { ...change }
    queueMicrotask(() => {
      const query = { ...route.query }
      for (const [key, value] of Object.entries(pending ?? {})) {
        if (value === null) delete query[key]
        else query[key] = value
      }
      pending = null
      if (route.name === 'map') void router.replace({ query })
    })
  }

  const toggle = (layer: Layer): void => {
    const next = layers.value.includes(layer) ? layers.value.filter((l) => l !== layer) : [...layers.value, layer]
    set({ layers: next.join(',') || 'none' })
  }
  const toTime = (seconds: number | null): void => set({ at: seconds === null ? null : toIso(seconds) })
  return { layers, target, atS, river, view, type, sinceDays, set, toggle, toTime }
}

/** Where on my stretch a point lies: the nearest place of its lines, as chainage and as what people say (K12+340). */
import type { LonLat } from '@/api/shapes'
import { chainages } from '@/lib/geo'

import type { Stretch } from './day'

export interface OnRiver {
  stretch: Stretch
  chainage_m: number
  distance_m: number
}

const M_PER_DEG = 111_195

/** The nearest place on the lines of my stretches; null without lines. */
export function snap(point: LonLat, stretches: readonly Stretch[]): OnRiver | null {
  let best: OnRiver | null = null
  for (const stretch of stretches) {
    const along = chainages(stretch.line, stretch.length_m)
    for (let i = 1; i < stretch.line.length; i++) {
      const found = onLeg(point, stretch.line[i - 1]!, stretch.line[i]!)
      if (best && found.distance_m >= best.distance_m) continue
      const chainage_m = along[i - 1]! + found.part * (along[i]! - along[i - 1]!)
      best = { stretch, chainage_m, distance_m: found.distance_m }
    }
  }
  return best
}

function onLeg(point: LonLat, a: LonLat, b: LonLat): { part: number; distance_m: number } {
  const wide = M_PER_DEG * Math.cos((point[1] * Math.PI) / 180)
  const [ax, ay] = [(a[0] - point[0]) * wide, (a[1] - point[1]) * M_PER_DEG]
  const [dx, dy] = [(b[0] - a[0]) * wide, (b[1] - a[1]) * M_PER_DEG]
  const square = dx * dx + dy * dy
  const part = square ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square)) : 0
  return { part, distance_m: Math.hypot(ax + part * dx, ay + part * dy) }
}

/** A chainage along the whole river as it is said on the bank. */
export function stake(metres: number): string {
  const whole = Math.round(metres)
  return `K${Math.floor(whole / 1000)}+${String(whole % 1000).padStart(3, '0')}`
}

/** My stretch as it is said: parts of one river that follow each other are one. */
export function spans(stretches: readonly Stretch[]): { river: Stretch['river']; from_m: number; to_m: number }[] {
  const found: { river: Stretch['river']; from_m: number; to_m: number }[] = []
  const along = stretches.map((s) => ({ river: s.river, from_m: s.river_offset_m + s.from_m, to_m: s.river_offset_m + s.to_m }))
  for (const part of along.sort((a, b) => a.river.code.localeCompare(b.river.code) || a.from_m - b.from_m)) {
    const last = found[found.length - 1]
    if (last && last.river.code === part.river.code && part.from_m - last.to_m < 1) last.to_m = Math.max(last.to_m, part.to_m)
    else found.push({ ...part })
  }
  return found
}

/** Pieces of my stretch that the path came near to, as a share of it; drawn and shown, never reported. */
export function coverage(path: readonly LonLat[], stretches: readonly Stretch[], nearM = 100, stepM = 50): number | null {
  let all = 0
  const seen = new Set<string>()
  for (const stretch of stretches) all += Math.max(1, Math.ceil((stretch.to_m - stretch.from_m) / stepM))
  if (!all) return null
  for (const point of path) {
    const at = snap(point, stretches)
    if (!at || at.distance_m > nearM) continue
    const { from_m, to_m, reach } = at.stretch
    if (at.chainage_m < from_m || at.chainage_m > to_m) continue
    const last = Math.max(1, Math.ceil((to_m - from_m) / stepM)) - 1
    const side = Math.sqrt(nearM * nearM - at.distance_m * at.distance_m)
    const low = Math.max(0, Math.floor((at.chainage_m - side - from_m) / stepM))
    const high = Math.min(last, Math.floor((at.chainage_m + side - from_m) / stepM))
    for (let i = low; i <= high; i++) seen.add(`${reach}:${from_m}:${i}`)
  }
  return seen.size / all
}

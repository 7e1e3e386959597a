/** A walk as it grows: fixes, gaps that stay gaps, length. Pure; what records it is `walk.ts`. */
import type { LonLat } from '@/api/shapes'
import { distanceM } from '@/lib/geo'

/** Seconds since 1970 by the platform's clock, longitude, latitude, accuracy [m], speed [m/s], marked as not real. */
export type Fix = [number, number, number, number, number | null, 0 | 1]

export type GapWhy = 'no_signal' | 'hidden' | 'closed' | 'denied'

export interface Gap {
  from_s: number
  to_s: number
  why: GapWhy
}

/** Longer than this without a fix is a gap [s]; the server reckons by a limit of its own. */
export const GAP_S = 60
/** Fixes that claim less [m] neither lengthen the walk nor move the dot. */
export const VAGUE_M = 50
/** Nearer to the last one than this [m], a fix is the receiver's noise. */
const STEP_M = 3

export interface Shape {
  length_m: number
  fixes: number
  last: Fix | null
  /** The last fix that lengthened the walk. */
  anchor: LonLat | null
  gaps: Gap[]
}

export const emptyShape = (): Shape => ({ length_m: 0, fixes: 0, last: null, anchor: null, gaps: [] })

/** The walk with one more fix; `why` says what stood in the way if there was a gap before it. */
export function grown(shape: Shape, fix: Fix, why: GapWhy): Shape {
  const here: LonLat = [fix[1], fix[2]]
  const before = shape.last
  const gap = before !== null && fix[0] - before[0] > GAP_S
  const gaps = gap ? [...shape.gaps, { from_s: before[0], to_s: fix[0], why }] : shape.gaps
  if (fix[3] > VAGUE_M) return { ...shape, gaps, fixes: shape.fixes + 1, last: fix }
  const step = shape.anchor && !gap ? distanceM(shape.anchor, here) : 0
  const moves = !shape.anchor || gap || step >= Math.max(STEP_M, fix[3] / 4)
  return {
    length_m: shape.length_m + (moves ? step : 0),
    fixes: shape.fixes + 1,
    last: fix,
    anchor: moves ? here : shape.anchor,
    gaps,
  }
}

/** Time without fixes [s]. */
export const missedS = (shape: Shape): number => shape.gaps.reduce((sum, gap) => sum + gap.to_s - gap.from_s, 0)

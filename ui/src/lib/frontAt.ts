/** Choosing the forecast front that belongs to a time. */
import type { Front } from '@/api/cloud'

import { toSeconds } from './time'

/** The front nearest to a time; none where the forecast does not reach it within `withinS`. */
export function frontAt(fronts: readonly Front[], timeS: number, withinS = 3 * 3600): Front | null {
  let best: Front | null = null
  let distance = withinS
  for (const front of fronts) {
    const away = Math.abs(toSeconds(front.at) - timeS)
    if (away <= distance) [best, distance] = [front, away]
  }
  return best
}

export function frontTop(fronts: readonly Front[]): number {
  let top = 0
  for (const front of fronts) for (const point of front.points) top = Math.max(top, point.concentration)
  return top
}

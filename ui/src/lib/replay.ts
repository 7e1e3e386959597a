/** A patrol played back: what was walked until a time, the gaps before it, and where the walker was. Pure. */
import type { LonLat } from './../api/shapes'

export type Fix = [time: number, lon: number, lat: number]

export interface Gap {
  from: number
  to: number
  a: LonLat
  b: LonLat
}

export interface Moment {
  /** Lines that were recorded. */
  walked: LonLat[][]
  /** Straight lines over what was not. */
  gaps: LonLat[][]
  /** Where the walker was; null before the first fix, and inside a gap the place where it began. */
  here: LonLat | null
}

const at = (fix: Fix): LonLat => [fix[1], fix[2]]

export function gapsOf(runs: Fix[][]): Gap[] {
  return runs.slice(1).map((run, i) => {
    const [last, first] = [runs[i]![runs[i]!.length - 1]!, run[0]!]
    return { from: last[0], to: first[0], a: at(last), b: at(first) }
  })
}

export function momentOf(runs: Fix[][], time: number): Moment {
  const walked: LonLat[][] = []
  let here: LonLat | null = null
  for (const run of runs) {
    const done: LonLat[] = []
    for (const [i, fix] of run.entries()) {
      if (fix[0] > time) {
        const before = run[i - 1]
        if (before) {
          const share = (time - before[0]) / (fix[0] - before[0])
          done.push([before[1] + share * (fix[1] - before[1]), before[2] + share * (fix[2] - before[2])])
        }
        break
      }
      done.push(at(fix))
    }
    if (done.length) here = done[done.length - 1]!
    if (done.length > 1) walked.push(done)
  }
  const gaps = gapsOf(runs).filter((gap) => gap.to <= time).map((gap) => [gap.a, gap.b])
  return { walked, gaps, here }
}

/** Box around points with some room, so that a patrol on one spot is not drawn without end: west, south, east, north. */
export function boxOf(points: LonLat[], roomDeg = 0.002): [number, number, number, number] | null {
  if (!points.length) return null
  const [x, y] = [points.map((p) => p[0]), points.map((p) => p[1])]
  return [Math.min(...x) - roomDeg, Math.min(...y) - roomDeg, Math.max(...x) + roomDeg, Math.max(...y) + roomDeg]
}

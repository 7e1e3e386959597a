/** The twin's pages reckoned without a page: instants, frames of a profile, words of a band. Pure. */
import type { ProfilePage, Score, TwinGauge } from '@/api/twin'

import type { Band } from './hydrograph'
import { toSeconds } from './time'

/** Number of the instant nearest to a time; the one nearest to `nowS` where none is chosen. */
export function instantAt(times: string[], at: number | null, nowS: number): number {
  const wanted = at ?? nowS
  let best = 0
  for (const [i, time] of times.entries()) {
    if (Math.abs(toSeconds(time) - wanted) < Math.abs(toSeconds(times[best]!) - wanted)) best = i
  }
  return best
}

export interface Shape {
  bed: number[]
  bank: (number | null)[]
  level: number[]
  energy: number[]
  levelLow: number[]
  levelHigh: number[]
  low: number
  high: number
}

/** How many deepest depths a river may fall before heights would hide its water. */
export const STEEP = 12

const most = (rows: number[][]): number => rows.reduce((top, row) => row.reduce((a, b) => (b > a ? b : a), top), -Infinity)

/** Whether heights above the bed tell more than heights. */
export function steep(page: ProfilePage): boolean {
  const depth = most(page.level_m.map((row) => row.map((z, i) => z - page.bed_m[i]!)))
  const fall = Math.max(...page.bed_m) - Math.min(...page.bed_m)
  return fall > STEEP * Math.max(depth, 0.1)
}

/** Lines of a profile at an instant; `flat` counts heights from the bed. The frame is that of all instants. */
export function shapeAt(page: ProfilePage, instant: number, flat: boolean): Shape {
  const under = (row: number[]): number[] => (flat ? row.map((z, i) => z - page.bed_m[i]!) : row)
  const bed = under(page.bed_m)
  const highest = Math.max(most(page.energy_m.map(under)), most(page.level_high_m.map(under)))
  const low = Math.min(...bed)
  const room = (highest - low) * 0.45
  // banks far above all water would flatten what is to be seen: there they are left out
  const bank = under(page.bank_m).map((z) => (z > highest + room ? null : z))
  return {
    bed,
    bank,
    level: under(page.level_m[instant] ?? []),
    energy: under(page.energy_m[instant] ?? []),
    levelLow: under(page.level_low_m[instant] ?? []),
    levelHigh: under(page.level_high_m[instant] ?? []),
    low,
    high: Math.max(highest, ...bank.map((z) => z ?? highest)),
  }
}

/** Number of the point nearest to a distance. */
export function pointAt(distances: number[], m: number): number {
  let best = 0
  for (const [i, d] of distances.entries()) if (Math.abs(d - m) < Math.abs(distances[best]! - m)) best = i
  return best
}

/** Stretches of one class, for a strip under a profile. */
export function classRuns(distances: number[], classes: number[]): { fromM: number; toM: number; value: number }[] {
  const runs: { fromM: number; toM: number; value: number }[] = []
  for (const [i, value] of classes.entries()) {
    const fromM = i === 0 ? distances[0]! : (distances[i - 1]! + distances[i]!) / 2
    const toM = i === classes.length - 1 ? distances[i]! : (distances[i]! + distances[i + 1]!) / 2
    const last = runs[runs.length - 1]
    if (last && last.value === value) last.toM = toM
    else runs.push({ fromM, toM, value })
  }
  return runs
}

/** The twin's line at a station with its band. */
export function bandOf(gauge: TwinGauge, times: string[], show: string): Band[] {
  const series = gauge.series[show]
  return times.flatMap((time, i) => {
    const middle = series?.mean[i]
    if (middle === null || middle === undefined) return []
    return [{ timeS: toSeconds(time), middle, low: series?.low[i] ?? middle, high: series?.high[i] ?? middle }]
  })
}

/** What stations read, flow and level first. */
export function readings(gauges: TwinGauge[]): string[] {
  const found = new Set(gauges.flatMap((gauge) => Object.keys(gauge.series)))
  return [...['flow', 'level'].filter((code) => found.has(code)), ...[...found].filter((code) => code !== 'flow' && code !== 'level')]
}

/** 1 − score over that of another way to forecast; null where that was without error or is not known. */
export function skillOver(crps: number | null, other: number | null): number | null {
  return crps === null || other === null || other <= 0 ? null : 1 - crps / other
}

/** Fewer pairs than this tell next to nothing: errors of one forecast and the next are alike. */
export const FEW = 20

/** Whether forecasts did better than saying that nothing changes and than what is usual. */
export function better(row: Score): boolean {
  return (skillOver(row.crps, row.persistence) ?? 0) > 0 && (skillOver(row.crps, row.climatology) ?? 0) > 0
}

/** How a flow stands to the mean, as a step of one hue from 0: below half, below, about, above, far above. */
export function ratioStep(ratio: number): number {
  const step = [0.5, 0.8, 1.25, 2.5].findIndex((limit) => ratio < limit)
  return step < 0 ? 4 : step
}

/** Shares at which the map’s hue for probability has its five stops: what the legend shows. */
export const STEP_SHARES = [0, 0.1, 0.35, 0.7, 1] as const

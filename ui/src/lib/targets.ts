/** Targets as the board shows them: order, filters, values in words. Pure. */
import type { TargetItem } from '@/api/targets'
import { PROBABILITY_STOPS } from '@/theme/classes'

/** Missed and at risk come first: an early warning is read from the top. */
export const STATES = ['missed', 'at_risk', 'open', 'likely', 'met', 'no_history'] as const
export type OutlookState = (typeof STATES)[number]

export const stateOf = (item: TargetItem): string => item.outlook?.state ?? 'no_history'

/** By the risk of missing: what is lost, then the lowest probability; what cannot be told comes last. */
export function byRisk(items: TargetItem[]): TargetItem[] {
  const rank = (item: TargetItem): number => {
    const state = stateOf(item)
    const p = item.outlook?.probability
    if (state === 'missed') return -1
    if (p === null || p === undefined) return 2
    return p
  }
  return [...items].sort((a, b) => rank(a) - rank(b))
}

/** Code of the place a target is about. */
export function placeCode(item: TargetItem): string {
  const place = item.place
  return typeof place === 'string' ? place : (place?.code ?? '')
}

/** County (six digits) of a target: its own region, or that of its place. */
export function countyOf(item: TargetItem): string {
  const code = item.region ?? (/^\d{4,12}$/.test(placeCode(item)) ? placeCode(item) : '')
  return code.length > 4 ? code.slice(0, 6) : ''
}

export interface Branch {
  item: TargetItem
  children: Branch[]
}

/** Parents over their children; a child whose parent is not shown stands by itself. */
export function branches(items: TargetItem[]): Branch[] {
  const known = new Map(items.map((item) => [item.id, { item, children: [] as Branch[] }]))
  const roots: Branch[] = []
  for (const branch of known.values()) {
    const parent = branch.item.parent ? known.get(branch.item.parent) : undefined
    ;(parent?.children ?? roots).push(branch)
  }
  return roots
}

/** Which of the five shades a probability has. */
export function shade(probability: number | null | undefined): number {
  if (probability === null || probability === undefined) return 0
  return Math.min(PROBABILITY_STOPS.paper.length - 1, Math.floor(probability * PROBABILITY_STOPS.paper.length))
}

const dayText = (epochDay: number): string => new Date(epochDay * 86_400_000).toISOString().slice(0, 10)

/** A course of days [epoch day, mean to date, 10 %, 50 %, 90 %] as a line that has been and a band that may come. */
export function courseOf(rows: (number | null)[][]): {
  observed: { at: string; value: number | null }[]
  band: { at: string; low: number; middle: number; high: number }[]
} {
  const observed: { at: string; value: number | null }[] = []
  const band: { at: string; low: number; middle: number; high: number }[] = []
  for (const [day, mean, low, middle, high] of rows) {
    if (day === null || day === undefined) continue
    const at = dayText(day)
    if (mean !== null && mean !== undefined) observed.push({ at, value: mean })
    if (low !== null && low !== undefined && middle != null && high != null) band.push({ at, low, middle, high })
  }
  // the band begins where the line ends
  const last = observed.at(-1)
  if (last && last.value !== null && band[0] && band[0].at > last.at) band.unshift({ at: last.at, low: last.value, middle: last.value, high: last.value })
  return { observed, band }
}

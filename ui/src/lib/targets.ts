/** Targets as the board shows them: order, filters, values in words. Pure. */
import type { TargetItem } from '@/api/targets'
import { PROBABILITY_STOPS } from '@/theme/classes'

/** Missed and at risk come first: an early warning is read from the top. */
export const STATES = ['missed', 'at_risk', 'open', 'likely', 'met', 'no_history'] as const
export type OutlookState = (typeof STATES)[number]

export const stateOf = (item: TargetItem): string => item.outlook?.state ?? 'pending'

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
  return item.place?.code ?? ''
}

/** County (six digits) of a target; regions may come with trailing zeros. */
export function countyOf(item: TargetItem): string {
  const code = (item.region ?? '').replace(/0+$/, '')
  return code.length > 4 ? (item.region ?? '').slice(0, 6) : ''
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

export interface Levers {
  /** Item whose remaining values are scaled; empty for all. */
  item: string
  scale: number
  worstDays: number
  flow: number
}

export const NOTHING_PULLED: Levers = { item: '', scale: 0, worstDays: 0, flow: 0 }

/** Levers as the server reads them; one that stands at nothing is not named. */
export function leverTexts(levers: Levers): string[] {
  return [
    levers.scale ? `scale${levers.item ? `:${levers.item}` : ''}=${levers.scale}%` : '',
    levers.worstDays ? `worst_days=${levers.worstDays}` : '',
    levers.flow ? `flow=${levers.flow}%` : '',
  ].filter(Boolean)
}

/** The loop's chain of links, and which of them have happened. */
import type { Step } from '@/api/shapes'

export const CHAIN = [
  'frame', 'reading', 'verdict', 'alert', 'trace', 'mission', 'finding', 'case', 'patrol', 'evidence', 'closure', 'score',
] as const
export type Link = (typeof CHAIN)[number]

export interface LinkState {
  link: Link
  first: Step | null
  n: number
}

export function chainOf(steps: Step[]): LinkState[] {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const above = (from: Step | null, link: Link): Step | null => {
    let step = from
    for (let depth = 0; step && step.step !== link && depth < 8; depth++) step = step.parent ? (byId.get(step.parent) ?? null) : null
    return step
  }
  const earliest = (link: Link): Step | null => {
    const mine = steps.filter((step) => step.step === link)
    return mine.length ? mine.reduce((a, b) => (a.at <= b.at ? a : b)) : null
  }
  // of many readings and frames, those that raised the alert
  const reading = above(earliest('alert'), 'reading')
  const cause: Partial<Record<Link, Step | null>> = { reading, frame: above(reading, 'frame') }
  return CHAIN.map((link) => {
    const mine = steps.filter((step) => step.step === link)
    const first = cause[link]?.step === link ? cause[link]! : earliest(link)
    return { link, first, n: mine.length }
  })
}

/** Where a step opens: its own page, or the provenance of what it made. */
export function stepHref(step: Pick<Step, 'id' | 'href'>): string {
  return step.href && step.href.startsWith('/') ? step.href : `/explain/${step.id}`
}

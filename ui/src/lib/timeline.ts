/** The timeline folded for reading: the same kind of link again and again is one line that opens. */
import type { Step } from '@/api/shapes'

export interface Fold {
  first: Step
  /** Later steps of the same kind with nothing else between them, or repeated traces. */
  more: Step[]
}

/** Links that are renewed with every reading; only the first and what came of it last are told. */
const RENEWED = new Set(['trace', 'reading', 'frame', 'verdict'])

export function folded(steps: Step[]): Fold[] {
  const sorted = [...steps].sort((a, b) => a.at.localeCompare(b.at))
  const folds: Fold[] = []
  const open = new Map<string, Fold>()
  for (const step of sorted) {
    const known = RENEWED.has(step.step) ? open.get(step.step) : undefined
    if (known) {
      known.more.push(step)
      continue
    }
    const fold: Fold = { first: step, more: [] }
    open.set(step.step, fold)
    folds.push(fold)
  }
  return folds
}

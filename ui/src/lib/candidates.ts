/** Candidates worth reading first; "none of these" always stands among them. */
import type { Candidate } from '@/api/cloud'

export interface Split {
  likely: Candidate[]
  rest: Candidate[]
  restSum: number
}

/** The first three, everything from `least` on, and none-of-these; the rest is summed. */
export function splitCandidates(candidates: Candidate[], least = 0.01): Split {
  const sorted = [...candidates].sort((a, b) => b.probability - a.probability)
  const keep = (one: Candidate, index: number): boolean => index < 3 || one.probability >= least || one.kind === 'none'
  const likely = sorted.filter(keep)
  const rest = sorted.filter((one, index) => !keep(one, index))
  return { likely, rest, restSum: rest.reduce((sum, one) => sum + one.probability, 0) }
}

/** Limits of a standard as lines for a chart. */
import type { Limit } from './hydrograph'

/** The target's limit and the two classes around it; thresholds are [Ⅰ, Ⅱ, Ⅲ, Ⅳ, Ⅴ]. */
export function limitsFor(
  thresholds: Record<string, (number | null)[]>,
  property: string,
  target: number,
  named: (waterClass: number) => string,
): Limit[] {
  const row = thresholds[property]
  if (!Array.isArray(row)) return []
  const wanted = [...new Set([target, target + 1, target + 2])].filter((c) => c >= 1 && c <= row.length)
  const limits: Limit[] = []
  for (const waterClass of wanted) {
    const value = row[waterClass - 1]
    // two classes may share a limit: the better one names it
    if (typeof value === 'number' && !limits.some((limit) => limit.value === value)) {
      limits.push({ name: `${named(waterClass)} ${value}`, value, class: waterClass })
    }
  }
  return limits
}

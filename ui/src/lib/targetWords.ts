/** A target's numbers in the reader's words: required, to date, still allowed, what decides. */
import type { Quantity, TargetItem } from '@/api/targets'

import { formatNumber, percent, withUnit } from './number'
import { useWords } from './words'

export function useTargetWords() {
  const { t, of, property, className, prefs, why } = useWords()

  function amount(quantity: Quantity | null): string {
    if (!quantity) return '—'
    if (quantity.class !== undefined) return className(quantity.class)
    if (quantity.value === null || quantity.value === undefined) return '—'
    if (quantity.unit === 'share') return `${formatNumber(quantity.value * 100, Number.isInteger(quantity.value * 100) ? 0 : 1)}\u202f%`
    if (quantity.unit === 'd') return t('targets.days', { n: formatNumber(quantity.value, 0) })
    return withUnit(formatNumber(quantity.value, 1), quantity.unit)
  }

  const required = (item: TargetItem): string =>
    t(`targets.sense.${item.required.class !== undefined ? 'class' : (item.required.sense ?? 'at_most')}`, { value: amount(item.required) })
  /** The line that the sparkline's values must keep; none where they are of an item without a limit of its own. */
  const limit = (item: TargetItem): number | null => (item.allowed?.property && item.allowed.property === item.spark_property ? (item.allowed.limit ?? null) : null)
  const said = (one: string | { zh: string; en: string }): string => (typeof one === 'string' ? property(one) : why(one))
  return {
    required,
    limit,
    said,
    amount,
    toDate: (item: TargetItem): string => amount(item.to_date),
    allowed: (item: TargetItem): string => (item.allowed ? why(item.allowed) : '—'),
    deciding: (item: TargetItem): string => item.deciding.map(said).join(prefs.zh ? '、' : ', ') || '—',
    kind: (item: TargetItem): string => of('targetKind', item.kind),
    chance: (probability: number | null): string => percent(probability),
  }
}

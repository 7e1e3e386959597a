/** A target's numbers in the reader's words: required, to date, still allowed, what decides. */
import type { TargetItem } from '@/api/targets'

import { formatNumber, formatValue, percent, withUnit } from './number'
import { useWords } from './words'

interface Quantity {
  value?: number | null
  class?: number
  unit?: string
  sense?: string
  zh?: string
  en?: string
  property?: string
  n?: number
}

export function useTargetWords() {
  const { t, name, of, property, className, prefs, why } = useWords()

  function amount(quantity: Quantity): string {
    if (quantity.class !== undefined) return className(quantity.class)
    const { value, unit } = quantity
    if (value === null || value === undefined) return '—'
    if (unit === 'share' || unit === 'fraction') return percent(value)
    if (quantity.property) return withUnit(formatValue(value, quantity.property), unit)
    return withUnit(formatNumber(value, Number.isInteger(value) ? 0 : unit === '%' ? 1 : 2), unit)
  }

  function said(value: unknown, item: TargetItem): string {
    if (value === null || value === undefined) return '—'
    if (typeof value === 'number') return formatNumber(value, Number.isInteger(value) ? 0 : 2)
    if (Array.isArray(value)) return value.map((one) => said(one, item)).join(t('list.comma'))
    if (typeof value === 'string') return property(value)
    const quantity = value as Quantity
    if (quantity.zh || quantity.en) return why(quantity)
    return amount(quantity)
  }

  const required = (item: TargetItem): string => {
    const needed = item.required as Quantity | null
    const sense = needed && typeof needed === 'object' ? needed.sense : undefined
    const text = said(needed, item)
    return sense ? t(`targets.sense.${sense}`, { value: text }) : text
  }
  const limit = (item: TargetItem): number | null => {
    const needed = item.required as Quantity | number | null
    if (typeof needed === 'number') return needed
    return needed?.value ?? null
  }
  const issuer = (item: TargetItem): string => (typeof item.issuer === 'string' ? item.issuer : name(item.issuer))
  const isAir = (kind: string): boolean => /air|good_day|pm25|aqi/.test(kind)
  return {
    required,
    limit,
    issuer,
    isAir,
    toDate: (item: TargetItem): string => said(item.to_date, item),
    allowed: (item: TargetItem): string => said(item.allowed, item),
    deciding: (item: TargetItem): string => said(item.deciding, item),
    kind: (item: TargetItem): string => of('targetKind', item.kind),
    zh: (): boolean => prefs.zh,
  }
}

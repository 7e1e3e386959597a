/** Numbers with thin spaces, and decimals by property as instruments report them. */

/** Thin, and never the end of a line. */
const THIN = '\u202f'

const DECIMALS: Record<string, number> = {
  water_temperature: 1,
  ph: 2,
  do: 2,
  ec: 0,
  turbidity: 1,
  codmn: 2,
  cod: 1,
  bod5: 1,
  nh3n: 3,
  tp: 3,
  tn: 2,
  level: 2,
  flow: 2,
  rain: 1,
  voltage: 1,
}

const UNITS: Record<string, string> = { ph: '1', water_temperature: '°C', ec: 'µS/cm', turbidity: 'NTU', level: 'm', flow: 'm³/s', rain: 'mm', voltage: 'V' }

/** Unit that a property is kept in; concentrations are mg/L. */
export function unitFor(property: string | null): string | null {
  return property ? (UNITS[property] ?? 'mg/L') : null
}

export function formatNumber(value: number | null | undefined, decimals = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '—'
  const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.')
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole
  const negative = value < 0 && Number(Math.abs(value).toFixed(decimals)) !== 0
  return (negative ? '−' : '') + grouped + (fraction ? `.${fraction}` : '')
}

export function formatValue(value: number | null | undefined, property: string | null): string {
  return formatNumber(value, DECIMALS[property ?? ''] ?? 2)
}

/** Value and unit with a thin space; pure numbers (unit `1`) stand alone. */
export function withUnit(text: string, unit: string | null | undefined): string {
  return !unit || unit === '1' ? text : `${text}${THIN}${unit}`
}

export function km(metres: number | null | undefined, decimals = 1): string {
  return metres === null || metres === undefined || !Number.isFinite(metres)
    ? '—'
    : `${formatNumber(metres / 1000, decimals)}${THIN}km`
}

export function length(metres: number): string {
  return metres < 1000 ? `${formatNumber(metres, 0)}${THIN}m` : km(metres)
}

export function percent(fraction: number | null | undefined): string {
  return fraction === null || fraction === undefined ? '—' : `${formatNumber(fraction * 100, 0)}${THIN}%`
}

/** Round steps for an axis that covers low … high in about `count` ticks. */
export function ticks(low: number, high: number, count = 5): number[] {
  if (!(high > low)) return [low]
  const raw = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power
  const result: number[] = []
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) {
    result.push(Number(tick.toPrecision(12)))
  }
  return result
}

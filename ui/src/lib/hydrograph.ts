/** The hydrograph as an ECharts option; pure. Times are shifted to the basin's zone and drawn as UTC. */
import type { EChartsCoreOption } from 'echarts/core'

import type { Series } from '@/api/cloud'
import { classColour, type TOKENS } from '@/theme/classes'

import { formatNumber, formatValue, withUnit } from './number'
import { drawn } from './series'
import { local } from './time'

const SHIFT_MS = 8 * 3600 * 1000

export interface Limit {
  name: string
  value: number
  class: number | null
}

/** Forecast with its band; times in epoch seconds. */
export interface Band {
  timeS: number
  low: number
  middle: number
  high: number
}

export interface ChartInput {
  series: Series
  limits: Limit[]
  band: Band[]
  startS: number | null
  endS: number | null
  nowS: number
  token: (typeof TOKENS)[keyof typeof TOKENS]
  words: { now: string; revised: string; measured: string; modelled: string; flag: (flag: number) => string }
}

const shift = (ms: number): number => ms + SHIFT_MS

function axisTime(value: number): string {
  const then = local((value - SHIFT_MS) / 1000)
  return then.time === '00:00' ? then.date.slice(5) : then.time
}

/** Round ends of an axis, and in how many steps each is reached without a remainder. */
const TOPS = [[1, 5], [1.2, 4], [1.6, 4], [2, 4], [2.4, 4], [3, 3], [4, 4], [5, 5], [6, 3], [8, 4], [10, 5]] as const

/** The next round number above a value, for the end of an axis, and its steps from zero. */
export function niceAxis(value: number): { top: number; step: number } {
  if (!(value > 0)) return { top: 1, step: 0.2 }
  const power = 10 ** Math.floor(Math.log10(value))
  const [factor, parts] = TOPS.find(([factor]) => factor * power >= value * 0.9999) ?? [10, 5]
  const top = Number((factor * power).toPrecision(6))
  return { top, step: Number((top / parts).toPrecision(6)) }
}

export const niceTop = (value: number): number => niceAxis(value).top

/** A number on an axis: as many decimals as it has, none made up. */
function axisValue(value: number): string {
  return Math.abs(value) < 1e4 ? String(Number(value.toPrecision(4))).replace('-', '−') : formatNumber(value, 0)
}

/** Labels of lines that lie close together stand apart: the lower one's below its line. */
function labelSide(limit: Limit, limits: Limit[], top: number): 'insideStartTop' | 'insideStartBottom' {
  return limits.some((other) => other.value > limit.value && other.value - limit.value < top * 0.1) ? 'insideStartBottom' : 'insideStartTop'
}

function limitLines(input: ChartInput, top: number): object {
  return {
    silent: true,
    symbol: 'none',
    label: { position: 'insideStartTop', distance: [4, 2], fontSize: 11, color: input.token.ink2, formatter: '{b}' },
    data: [
      ...input.limits.map((limit) => ({
        name: limit.name,
        yAxis: limit.value,
        label: { position: labelSide(limit, input.limits, top) },
        lineStyle: {
          type: 'dashed',
          width: 1.4,
          color: limit.class === null ? input.token.ink3 : classColour(limit.class),
        },
      })),
      ...(input.endS !== null && input.endS > input.nowS + 3600
        ? [
            {
              name: input.words.now,
              xAxis: shift(input.nowS * 1000),
              lineStyle: { type: 'solid', width: 1, color: input.token.lineStrong },
              label: { position: 'end', distance: 2, formatter: '{b}', color: input.token.ink2, fontSize: 11 },
            },
          ]
        : []),
    ],
  }
}

const EDGE = 'edge'
const MODELLED = 'modelled'

interface Hovered {
  seriesName: string
  value: [number, number | null, number?, number?]
}

/** What is told of the time that is pointed at: what was measured, what was modelled with its band. */
function tooltip(input: ChartInput, items: Hovered[]): string {
  const known = items.filter((one) => one.seriesName !== EDGE && one.value[1] !== null)
  const measured = known.find((one) => one.seriesName !== MODELLED)
  const modelled = known.find((one) => one.seriesName === MODELLED)
  const first = measured ?? modelled
  if (!first) return ''
  const then = local((first.value[0] - SHIFT_MS) / 1000)
  const number = (value: number | null | undefined): string => formatValue(value, input.series.property)
  const bold = (value: number | null): string => `<b>${withUnit(number(value), input.series.unit)}</b>`
  const lines = [`${then.date} ${then.time} UTC+8`]
  if (measured) {
    const flag = measured.value[2] ? ` · ${input.words.flag(measured.value[2])}` : ''
    lines.push(`${input.band.length ? `${input.words.measured} ` : ''}${bold(measured.value[1])}${flag}`)
  }
  if (modelled) lines.push(`${input.words.modelled} ${bold(modelled.value[1])} (${number(modelled.value[2])}–${number(modelled.value[3])})`)
  return lines.join('<br>')
}

function bandSeries(input: ChartInput): object[] {
  if (input.band.length === 0) return []
  const base = { type: 'line', symbol: 'none', silent: true, animation: false }
  const at = (b: Band): number => shift(b.timeS * 1000)
  return [
    { ...base, name: EDGE, stack: 'band', lineStyle: { opacity: 0 }, data: input.band.map((b) => [at(b), b.low]) },
    {
      ...base,
      name: EDGE,
      stack: 'band',
      lineStyle: { opacity: 0 },
      areaStyle: { color: input.token.river, opacity: 0.2 },
      data: input.band.map((b) => [at(b), b.high - b.low]),
    },
    {
      ...base,
      name: MODELLED,
      lineStyle: { color: input.token.river, type: 'dotted', width: 2 },
      data: input.band.map((b) => [at(b), b.middle, b.low, b.high]),
    },
  ]
}

export function chartOption(input: ChartInput): EChartsCoreOption {
  const { series, token } = input
  const parts = drawn(series.points)
  const values = [
    ...parts.line.map((p) => p[1]).filter((v): v is number => v !== null),
    ...input.band.map((b) => b.high),
  ]
  const top = Math.max(...values, 0)
  // a limit far above everything measured would flatten the line: it is left out of the picture
  const shown = input.limits.filter((limit) => values.length === 0 || limit.value <= top * 2.2)
  const marks = [...parts.flagged, ...parts.revised].map((p) => p[1])
  const axis = niceAxis(Math.max(top, ...marks, ...shown.map((limit) => limit.value * 1.08)))
  // what never comes near zero is shown where it moves
  const away = ['ph', 'level', 'do', 'water_temperature', 'ec'].includes(series.property)
  return {
    useUTC: true,
    animation: false,
    grid: { left: 6, right: 12, top: 14, bottom: 4, containLabel: true },
    xAxis: {
      type: 'time',
      min: input.startS === null ? undefined : shift(input.startS * 1000),
      max: input.endS === null ? undefined : shift(input.endS * 1000),
      axisLine: { lineStyle: { color: token.lineStrong } },
      axisTick: { show: false },
      axisLabel: { color: token.ink2, hideOverlap: true, formatter: axisTime },
      splitNumber: 4,
    },
    yAxis: {
      type: 'value',
      scale: away,
      axisLabel: { color: token.ink2, formatter: axisValue },
      splitLine: { lineStyle: { color: token.line } },
      splitNumber: 4,
      ...(away ? (shown.length > 0 ? { max: axis.top } : {}) : { max: axis.top, interval: axis.step }),
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: token.ground,
      borderColor: token.lineStrong,
      textStyle: { color: token.ink, fontSize: 12.5 },
      formatter: (items: Hovered[]) => tooltip(input, items),
    },
    series: [
      {
        type: 'line',
        symbol: 'circle',
        symbolSize: 4,
        showSymbol: parts.line.length < 60,
        sampling: 'lttb',
        connectNulls: false,
        lineStyle: { color: token.river, width: 2 },
        itemStyle: { color: token.river },
        data: parts.line.map(([ms, value]) => [shift(ms), value]),
        markLine: limitLines({ ...input, limits: shown }, axis.top),
      },
      {
        type: 'scatter',
        symbol: 'path://M-5 -5L5 5M5 -5L-5 5',
        symbolSize: 8,
        itemStyle: { color: 'none', borderColor: token.alarm, borderWidth: 1.6 },
        data: parts.flagged.map(([ms, value, flag]) => [shift(ms), value, flag]),
      },
      {
        type: 'scatter',
        symbol: 'emptyDiamond',
        symbolSize: 9,
        itemStyle: { color: token.ink },
        data: parts.revised.map(([ms, value]) => [shift(ms), value]),
      },
      ...bandSeries(input),
    ],
  }
}

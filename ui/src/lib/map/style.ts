/**
 * The map's style: our own lines and points on paper, no tiles and no glyphs from anywhere. Without a `glyphs`
 * address MapLibre draws text with the fonts of this machine, named by `text-font`.
 */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification, SymbolLayerSpecification } from 'maplibre-gl'

import { CLASS_COLOURS, HEAT_STOPS, PROBABILITY_STOPS, TOKENS, type Theme } from '@/theme/classes'

import { EMPTY } from './features'

export const SOURCES = ['reaches', 'names', 'places', 'trace', 'front', 'lines', 'gaps', 'photos', 'findings', 'cases', 'alerts', 'chosen', 'track', 'marks', 'heat'] as const
export type SourceName = (typeof SOURCES)[number]

const FONT = ['Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'sans-serif']

const FACILITY: FilterSpecification = ['in', ['get', 'kind'], ['literal', ['outfall', 'works', 'enterprise', 'intake', 'gate', 'reservoir', 'lake', 'dam', 'weir', 'dike', 'bridge', 'pump', 'camera']]]

const classColours: ExpressionSpecification = [
  'match', ['get', 'class'],
  1, CLASS_COLOURS[1], 2, CLASS_COLOURS[2], 3, CLASS_COLOURS[3],
  4, CLASS_COLOURS[4], 5, CLASS_COLOURS[5], 6, CLASS_COLOURS[6],
  CLASS_COLOURS[0],
]

const byZoom = (small: number, large: number): ExpressionSpecification => ['interpolate', ['linear'], ['zoom'], 7, small, 13, large]

const width = (factor: number): ExpressionSpecification => [
  'interpolate', ['linear'], ['zoom'],
  7, ['case', ['get', 'main'], 4 * factor, 2.4 * factor],
  13, ['case', ['get', 'main'], 11 * factor, 7 * factor],
]

/** `scale` makes text and symbols larger, for a wall that is read from afar. */
export function mapStyle(theme: Theme, scale = 1): StyleSpecification {
  return {
    version: 8,
    sources: Object.fromEntries(SOURCES.map((name) => [name, { type: 'geojson', data: EMPTY }])),
    layers: [...lines(theme), ...points(theme), ...labels(theme)].map((layer) => (scale === 1 ? layer : enlarged(layer, scale))),
  }
}

/** Text and icons of a layer enlarged; sizes are numbers or interpolations whose outputs come every second. */
function enlarged(layer: LayerSpecification, scale: number): LayerSpecification {
  if (layer.type !== 'symbol') return layer
  const layout: Record<string, unknown> = { ...layer.layout }
  if (layout['text-size'] !== undefined) layout['text-size'] = times(layout['text-size'], scale)
  // symbols are seen from further away than text is read
  if (layout['icon-size'] !== undefined) layout['icon-size'] = times(layout['icon-size'], 1 + (scale - 1) / 2.5)
  return { ...layer, layout } as LayerSpecification
}

function times(size: unknown, scale: number): unknown {
  if (typeof size === 'number') return size * scale
  if (!Array.isArray(size)) return size
  if (size[0] === 'case') return size.map((part, i) => (i >= 2 ? times(part, scale) : part))
  return size.map((part, i) => (i >= 4 && i % 2 === 0 ? times(part, scale) : part))
}

function lines(theme: Theme): LayerSpecification[] {
  const token = TOKENS[theme]
  const stops = PROBABILITY_STOPS[theme]
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const
  return [
    { id: 'paper', type: 'background', paint: { 'background-color': token.ground } },
    {
      id: 'heat', type: 'heatmap', source: 'heat',
      paint: {
        'heatmap-weight': ['get', 'weight'],
        'heatmap-radius': byZoom(16, 70),
        'heatmap-intensity': byZoom(0.9, 1.6),
        'heatmap-opacity': 0.75,
        'heatmap-color': ['interpolate', ['linear'], ['heatmap-density'], 0, 'rgba(0,0,0,0)', 0.15, HEAT_STOPS[theme][0], 0.5, HEAT_STOPS[theme][1], 1, HEAT_STOPS[theme][2]],
      },
    },
    { id: 'reach-bed', type: 'line', source: 'reaches', layout: round, paint: { 'line-color': token.idle, 'line-width': width(1) } },
    {
      id: 'reach-class', type: 'line', source: 'reaches', layout: round,
      filter: ['>', ['get', 'class'], 0],
      paint: { 'line-color': classColours, 'line-width': width(1) },
    },
    {
      id: 'reach-unknown', type: 'line', source: 'reaches',
      filter: ['==', ['get', 'class'], 0],
      paint: { 'line-color': token.ground, 'line-width': width(0.4), 'line-dasharray': [1.5, 3] },
    },
    {
      id: 'trace', type: 'line', source: 'trace', layout: { ...round, 'line-cap': 'butt' },
      paint: {
        'line-color': ['interpolate', ['linear'], ['get', 'share'], 0, stops[0], 0.1, stops[1], 0.35, stops[2], 0.7, stops[3], 1, stops[4]],
        'line-width': ['interpolate', ['linear'], ['zoom'], 7, 8, 13, 20],
        // what is little likely fades; a step of a scale has its legend's colour
        'line-opacity': ['case', ['has', 'step'], 0.9, ['interpolate', ['linear'], ['get', 'share'], 0, 0.1, 0.1, 0.55, 1, 0.95]],
      },
    },
    {
      id: 'front', type: 'circle', source: 'front',
      paint: {
        'circle-color': token.wave,
        'circle-blur': 0.75,
        'circle-opacity': ['interpolate', ['linear'], ['get', 'strength'], 0, 0.06, 1, 0.6],
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 7, ['+', 4, ['*', 10, ['get', 'strength']]], 13, ['+', 10, ['*', 30, ['get', 'strength']]]],
      },
    },
    { id: 'gaps', type: 'line', source: 'gaps', layout: round, paint: { 'line-color': token.alarm, 'line-width': byZoom(5, 12), 'line-opacity': 0.55, 'line-dasharray': [1, 1.6] } },
    { id: 'gap-areas', type: 'fill', source: 'gaps', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': token.alarm, 'fill-opacity': 0.16 } },
    { id: 'flight', type: 'line', source: 'lines', layout: round, paint: { 'line-color': token.flight, 'line-width': byZoom(1, 1.8) } },
    { id: 'track', type: 'line', source: 'track', layout: round, paint: { 'line-color': token.ink, 'line-width': 2.5, 'line-dasharray': [0.1, 2] } },
  ]
}

function points(theme: Theme): LayerSpecification[] {
  const token = TOKENS[theme]
  const icons = (id: string, source: SourceName, size: number, more: object = {}): LayerSpecification => ({
    id, type: 'symbol', source,
    layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-size': byZoom(size * 0.8, size * 1.25), ...more },
  })
  return [
    {
      id: 'flight-arrows', type: 'symbol', source: 'lines',
      layout: { 'symbol-placement': 'line', 'symbol-spacing': 90, 'icon-image': 'flight-arrow', 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-size': 0.7 },
    },
    icons('photos', 'photos', 0.8),
    { ...icons('facilities', 'places', 0.62), minzoom: 8.4, filter: FACILITY } as LayerSpecification,
    {
      id: 'chosen', type: 'circle', source: 'chosen',
      paint: { 'circle-radius': byZoom(13, 18), 'circle-color': token.river, 'circle-opacity': 0.18, 'circle-stroke-color': token.river, 'circle-stroke-width': 2 },
    },
    icons('findings', 'findings', 0.9),
  ]
}

function labels(theme: Theme): LayerSpecification[] {
  const token = TOKENS[theme]
  const halo = { 'text-halo-color': token.ground, 'text-halo-width': 1.6 }
  const around: SymbolLayerSpecification['layout'] = {
    'text-variable-anchor': ['left', 'right', 'top', 'bottom', 'top-left', 'bottom-left', 'top-right', 'bottom-right'],
    'text-radial-offset': 0.9,
    'text-justify': 'auto',
  }
  const shown = { 'icon-allow-overlap': true, 'text-optional': true, 'icon-image': ['get', 'icon'] as ExpressionSpecification, 'text-field': ['get', 'label'] as ExpressionSpecification }
  const only = (kind: string): ExpressionSpecification => ['==', ['get', 'kind'], kind]
  const riverName = (id: string, main: boolean): LayerSpecification => ({
    id, type: 'symbol', source: 'names', filter: ['==', ['get', 'main'], main],
    layout: {
      'text-field': ['get', 'name'], 'text-font': FONT, 'symbol-sort-key': ['get', 'rank'], 'text-size': main ? byZoom(17, 22) : byZoom(12.5, 16),
      'text-letter-spacing': 0.14, 'text-padding': main ? 2 : 4, ...around, 'text-radial-offset': main ? 1.3 : 1,
    },
    paint: { 'text-color': main ? token.ink : token.ink3, ...halo },
  })
  // the last is placed first: what must be read wins over what may be left out
  return [
    riverName('river-names', false),
    {
      id: 'facility-names', type: 'symbol', source: 'places', minzoom: 9.6,
      filter: FACILITY,
      layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 11.5, ...around },
      paint: { 'text-color': token.ink2, ...halo },
    },
    {
      id: 'towns', type: 'symbol', source: 'places',
      // counties always, townships when near, provinces and prefectures never
      filter: ['all', only('region'), ['>', ['get', 'rank'], 4], ['<=', ['get', 'rank'], ['step', ['zoom'], 6, 10.5, 12]]],
      layout: { ...shown, 'text-font': FONT, 'text-size': byZoom(12, 15), ...around, 'text-radial-offset': 0.6 },
      paint: { 'text-color': token.town, ...halo },
    },
    {
      id: 'station-names', type: 'symbol', source: 'places', minzoom: 9.4, filter: only('station'),
      layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12, ...around },
      paint: { 'text-color': token.ink2, ...halo },
    },
    {
      id: 'section-names', type: 'symbol', source: 'places', filter: only('section'),
      layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': byZoom(12.5, 15), ...around, 'text-radial-offset': 1.1, 'text-padding': 0 },
      paint: { 'text-color': token.ink, ...halo },
    },
    riverName('river-main', true),
    {
      id: 'alerts', type: 'symbol', source: 'alerts',
      layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-size': byZoom(1.25, 1.9) },
    },
    {
      id: 'marks', type: 'symbol', source: 'marks',
      layout: { ...shown, 'icon-size': byZoom(0.8, 1.1), 'text-font': FONT, 'text-size': 13, ...around },
      paint: { 'text-color': token.ink, ...halo },
    },
    // symbols are placed before every name, so that no name lies under one
    {
      id: 'stations', type: 'symbol', source: 'places', filter: only('station'),
      layout: {
        'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': true,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 7, ['case', ['get', 'under'], 1.15, 0.62], 13, ['case', ['get', 'under'], 1.9, 1.1]],
      },
    },
    {
      id: 'sections', type: 'symbol', source: 'places', filter: only('section'),
      layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-padding': 0, 'icon-size': byZoom(0.8, 1.3) },
    },
    {
      id: 'cases', type: 'symbol', source: 'cases',
      layout: { 'icon-image': ['get', 'icon'], 'icon-anchor': 'bottom', 'icon-allow-overlap': true, 'icon-padding': 0, 'icon-size': byZoom(0.85, 1.1), 'symbol-sort-key': ['get', 'rank'] },
    },
  ]
}

/** The symbols as images for the map: drawn on a canvas when the map first asks for their name. */
import { classColour, PROBABILITY_STOPS, TOKENS, type Theme } from '@/theme/classes'

import { SHAPES, type SymbolName } from './shapes'

export interface MapImage {
  data: ImageData
  pixelRatio: number
}

const RATIO = 2

/** Empty edge of a symbol's box that its image leaves out, so that names come as near as the eye allows. */
const MARGIN: Record<string, number> = { section: 3, region: 8, 'station-alive': 4, 'station-late': 4, 'station-silent': 4, case: 2 }

/**
 * Image for a name like `section|4`, `outfall`, `case|3|2d` (symbol, class or severity, text).
 * Null where the name is no symbol of ours.
 */
export function drawImage(name: string, theme: Theme): MapImage | null {
  const [symbol, variant = '', text = ''] = name.split('|')
  if (!symbol || !(symbol in SHAPES)) return null
  const margin = MARGIN[symbol] ?? 0
  const full = symbol === 'case' ? 34 : symbol === 'region' ? 16 : 22
  const size = Math.round((full * (24 - 2 * margin)) / 24)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size * RATIO
  const context = canvas.getContext('2d')
  if (!context) return null
  context.scale((full * RATIO) / 24, (full * RATIO) / 24)
  context.translate(-margin, -margin)
  context.lineCap = context.lineJoin = 'round'
  const paint = { main: colourOf(symbol as SymbolName, variant, theme), ground: TOKENS[theme].ground, edge: TOKENS[theme].ink2 }
  for (const part of SHAPES[symbol as SymbolName]) {
    const path = new Path2D(part.d)
    context.setLineDash(part.dash ?? [])
    const fill = part.fill ?? 'main'
    if (part.stroke) {
      context.strokeStyle = paint[part.stroke]
      context.lineWidth = part.width ?? 1
      context.stroke(path)
    }
    if (fill !== 'none') {
      context.fillStyle = paint[fill]
      context.fill(path)
      if (part.stroke === 'main') context.stroke(path)
    }
  }
  if (text) {
    context.fillStyle = symbol === 'case' && variant === '2' ? '#0b1720' : '#ffffff'
    context.font = `700 ${text.length > 2 ? 6.2 : 7.5}px Inter, "Noto Sans SC", "Noto Sans CJK SC", sans-serif`
    context.textAlign = 'center'
    context.fillText(text, 12, 12.4)
  }
  return { data: context.getImageData(0, 0, canvas.width, canvas.height), pixelRatio: RATIO }
}

/** Severity 3 is the gravest. */
export function severityColour(severity: number): string {
  return severity >= 3 ? '#c22a20' : severity === 2 ? '#f08a24' : '#55626d'
}

function colourOf(symbol: SymbolName, variant: string, theme: Theme): string {
  const token = TOKENS[theme]
  if (symbol === 'section') return classColour(Number(variant || 0))
  if (symbol === 'target') return PROBABILITY_STOPS[theme][Number(variant || 0)] ?? TOKENS[theme].idle
  if (symbol === 'case') return severityColour(Number(variant || 1))
  if (symbol.startsWith('alert') || symbol === 'finding') return token.alarm
  if (symbol.startsWith('station')) return symbol === 'station-silent' || variant === 'air' ? token.ink3 : token.river
  if (symbol === 'project') return token.river
  if (symbol === 'region') return token.town
  if (symbol === 'flight' || symbol === 'photo') return token.flight
  return token.ink3
}

/** Arrow head along a flight line. */
export function drawArrow(theme: Theme): MapImage | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 12 * RATIO
  const context = canvas.getContext('2d')
  if (!context) return null
  context.scale(RATIO, RATIO)
  context.fillStyle = TOKENS[theme].flight
  context.fill(new Path2D('M2 1.5L10.5 6L2 10.5z'))
  return { data: context.getImageData(0, 0, canvas.width, canvas.height), pixelRatio: RATIO }
}

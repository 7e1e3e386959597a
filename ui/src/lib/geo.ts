/** Position on the network drawn as geometry: chainage to point, stretch to line. Geometry is for drawing only. */
import type { LonLat } from '@/api/shapes'

const EARTH_M = 6_371_008.8
const RAD = Math.PI / 180

export function distanceM(a: LonLat, b: LonLat): number {
  const dLat = (b[1] - a[1]) * RAD
  const dLon = (b[0] - a[0]) * RAD
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * RAD) * Math.cos(b[1] * RAD) * Math.sin(dLon / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** Distance along a line at each vertex [m], scaled so that the last equals the registry's length. */
export function chainages(line: LonLat[], lengthM: number): number[] {
  const along = [0]
  for (let i = 1; i < line.length; i++) along.push(along[i - 1]! + distanceM(line[i - 1]!, line[i]!))
  const drawn = along[along.length - 1] || 1
  return along.map((value) => (value / drawn) * lengthM)
}

function interpolate(line: LonLat[], along: number[], at: number): LonLat {
  const last = line.length - 1
  if (at <= 0) return line[0]!
  if (at >= along[last]!) return line[last]!
  let i = 1
  while (along[i]! < at) i++
  const span = along[i]! - along[i - 1]! || 1
  const t = (at - along[i - 1]!) / span
  const [a, b] = [line[i - 1]!, line[i]!]
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

export function pointAt(line: LonLat[], lengthM: number, chainageM: number): LonLat {
  return interpolate(line, chainages(line, lengthM), chainageM)
}

/** The part of a line between two chainages, with both ends interpolated. */
export function stretch(line: LonLat[], lengthM: number, fromM: number, toM: number): LonLat[] {
  const along = chainages(line, lengthM)
  const inside = line.filter((_, i) => along[i]! > fromM && along[i]! < toM)
  return [interpolate(line, along, fromM), ...inside, interpolate(line, along, toM)]
}

/** Smallest box around points, as west, south, east, north. */
export function boundsOf(points: LonLat[]): [number, number, number, number] | null {
  if (points.length === 0) return null
  const lons = points.map((p) => p[0])
  const lats = points.map((p) => p[1])
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

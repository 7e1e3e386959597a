/** Small things of the public pages. */
import type { Worded } from '@/api/public'

/** Letters that this browser drew for itself: what lets it answer once a month, and tells nobody who it is. */
export function device(): string {
  const key = 'riverchief.device'
  let kept = localStorage.getItem(key)
  if (!kept || kept.length < 16) {
    const drawn = crypto.getRandomValues(new Uint8Array(16))
    kept = [...drawn].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    localStorage.setItem(key, kept)
  }
  return kept
}

export const said = (item: Worded, zh: boolean): string => (zh ? item.text_zh : item.text_en)

type Point = [number, number]

/** Lines and a point as a drawing of `size` units around a centre; `deg` is half the width [° of latitude]. */
export function frame(centre: Point, deg: number, size: number) {
  const squeeze = Math.cos((centre[1] * Math.PI) / 180)
  const scale = size / (2 * deg)
  return {
    to: ([lon, lat]: Point): Point => [size / 2 + (lon - centre[0]) * squeeze * scale, size / 2 - (lat - centre[1]) * scale],
    from: ([x, y]: Point): Point => [centre[0] + (x - size / 2) / (squeeze * scale), centre[1] - (y - size / 2) / scale],
  }
}

import { describe, expect, it } from 'vitest'

import type { LonLat } from '@/api/shapes'
import { boundsOf, chainages, distanceM, pointAt, stretch } from '@/lib/geo'

const LINE: LonLat[] = [
  [112, 37],
  [112, 37.1],
  [112.2, 37.1],
]

describe('geometry for drawing', () => {
  it('measures one degree of latitude as 111.2 km', () => {
    expect(distanceM([112, 37], [112, 38])).toBeCloseTo((Math.PI / 180) * 6_371_008.8, 3)
  })

  it('scales the drawn line to the length of the registry', () => {
    const along = chainages(LINE, 50_000)
    expect(along[0]).toBe(0)
    expect(along[2]).toBeCloseTo(50_000, 6)
    expect(along[1]).toBeGreaterThan(0)
  })

  it('finds ends at the ends and points on the line between', () => {
    expect(pointAt(LINE, 50_000, -5)).toEqual([112, 37])
    expect(pointAt(LINE, 50_000, 60_000)).toEqual([112.2, 37.1])
    const along = chainages(LINE, 50_000)
    const middle = pointAt(LINE, 50_000, along[1]! / 2)
    expect(middle[0]).toBeCloseTo(112, 9)
    expect(middle[1]).toBeCloseTo(37.05, 9)
  })

  it('cuts a stretch that keeps the vertices inside it', () => {
    const cut = stretch(LINE, 50_000, 5_000, 45_000)
    expect(cut).toHaveLength(3)
    expect(cut[1]).toEqual([112, 37.1])
    expect(cut[0]).toEqual(pointAt(LINE, 50_000, 5_000))
  })

  it('bounds points', () => {
    expect(boundsOf(LINE)).toEqual([112, 37, 112.2, 37.1])
    expect(boundsOf([])).toBeNull()
  })
})

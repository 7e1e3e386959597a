import { describe, expect, it } from 'vitest'

import { frame } from '@/lib/citizens'

describe('the little map', () => {
  it('is as wide as it says, and comes back', () => {
    const view = frame([112.2, 37.2], 0.02, 300)
    expect(view.to([112.2, 37.2])).toEqual([150, 150])
    expect(view.to([112.2, 37.22])[1]).toBeCloseTo(0)
    expect(view.to([112.2 + 0.02 / Math.cos((37.2 * Math.PI) / 180), 37.2])[0]).toBeCloseTo(300)
    const [lon, lat] = view.from(view.to([112.21, 37.19]))
    expect(lon).toBeCloseTo(112.21, 9)
    expect(lat).toBeCloseTo(37.19, 9)
  })
})

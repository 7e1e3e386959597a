import { describe, expect, it } from 'vitest'

import { isOtherDocument, ownAddress } from '@/lib/leave'

describe('where one goes after signing in', () => {
  it('follows our own addresses and no others', () => {
    expect(ownAddress('/case/case-1?x=1')).toBe('/case/case-1?x=1')
    for (const foreign of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', undefined, ['/a']]) {
      expect(ownAddress(foreign)).toBe('/today')
    }
  })

  it('tells the pages of the desk from other documents', () => {
    expect(['/m', '/m/report', '/m?x=1', '/admin/', '/accounts/2fa/'].every(isOtherDocument)).toBe(true)
    expect(['/map', '/me', '/messages', '/today', '/administer'].some(isOtherDocument)).toBe(false)
  })
})

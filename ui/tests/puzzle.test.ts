import { createHash } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { solve, zeroBits } from '@/lib/puzzle'

describe('puzzle', () => {
  it('counts zero bits', () => {
    expect(zeroBits(new Uint8Array([0, 0b0001_0000, 255]))).toBe(11)
    expect(zeroBits(new Uint8Array([255]))).toBe(0)
    expect(zeroBits(new Uint8Array(32))).toBe(256)
  })

  it('finds what another implementation of SHA-256 agrees with, and the smallest of it', async () => {
    const token = 'WyJuYW1lIiwicmVwb3J0Il0.c2lnbmF0dXJl'
    const hash = (part: number, n: number): Uint8Array => new Uint8Array(createHash('sha256').update(`${token}.${part}.${n}`).digest())
    const numbers = await solve({ token, parts: 4, bits: 8 })
    expect(numbers).toHaveLength(4)
    numbers.forEach((n, part) => {
      expect(hash(part, n)[0]).toBe(0)
      for (let smaller = 0; smaller < n; smaller++) expect(hash(part, smaller)[0]).not.toBe(0)
    })
  })
})

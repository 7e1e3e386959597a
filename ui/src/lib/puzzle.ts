/**
 * The puzzle before a report, solved in slices so that the page stays alive. SHA-256 comes from a library: browsers
 * give their own only over HTTPS, and a sign's page must also work on an office's plain HTTP.
 */
import { sha256 } from '@noble/hashes/sha2.js'

export interface Puzzle {
  token: string
  parts: number
  bits: number
}

const SLICE_MS = 24
const encoder = new TextEncoder()

/** How many zero bits a digest begins with. */
export function zeroBits(digest: Uint8Array): number {
  let bits = 0
  for (const byte of digest) {
    if (byte) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** For each part, the smallest number whose hash with the token begins with enough zero bits. */
export async function solve({ token, parts, bits }: Puzzle): Promise<number[]> {
  const found: number[] = []
  let until = performance.now() + SLICE_MS
  for (let part = 0; part < parts; part++) {
    const begun = sha256.create().update(encoder.encode(`${token}.${part}.`))
    for (let number = 0; ; number++) {
      if (zeroBits(begun.clone().update(encoder.encode(String(number))).digest()) >= bits) {
        found.push(number)
        break
      }
      if ((number & 63) === 63 && performance.now() > until) {
        await pause()
        until = performance.now() + SLICE_MS
      }
    }
  }
  return found
}

/** SHA-256 as hexadecimal text. */

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** Of a text, at once: a transaction of IndexedDB ends while one waits for anything else. */
export function ofText(text: string): string {
  return bytesToHex(sha256(new TextEncoder().encode(text)))
}

/** Of a file. A page that came over plain http has no `crypto.subtle`; the library is slower and says the same. */
export async function ofBytes(data: ArrayBuffer): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined
  const digest = subtle ? new Uint8Array(await subtle.digest('SHA-256', data)) : sha256(new Uint8Array(data))
  return bytesToHex(digest)
}

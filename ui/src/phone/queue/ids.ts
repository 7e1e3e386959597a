/** ULIDs that grow on one phone whatever its clock does. */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_LETTERS = 10
const RANDOM_LETTERS = 16
const LATEST_MS = 2 ** 48 - 1

/** A ULID for a time, later in order than `last`: where the clock stands or has jumped back, the one after `last`. */
export function nextUlid(at_ms: number, last: string): string {
  const fresh = timeLetters(at_ms) + randomLetters()
  return fresh > last ? fresh : successor(last)
}

function timeLetters(at_ms: number): string {
  let rest = Math.min(Math.max(Math.trunc(at_ms), 0), LATEST_MS)
  let letters = ''
  for (let i = 0; i < TIME_LETTERS; i++) {
    letters = ALPHABET.charAt(rest % 32) + letters
    rest = Math.floor(rest / 32)
  }
  return letters
}

function randomLetters(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_LETTERS))
  return Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('')
}

function successor(ulid: string): string {
  const letters = [...ulid]
  for (let i = letters.length - 1; i >= 0; i--) {
    const value = ALPHABET.indexOf(letters[i] ?? '')
    if (value < 31) {
      letters[i] = ALPHABET.charAt(value + 1)
      break
    }
    letters[i] = '0'
  }
  return letters.join('')
}

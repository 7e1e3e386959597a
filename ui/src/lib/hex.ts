/** Bytes for reading. */

export interface HexRow {
  offset: string
  bytes: string
  text: string
}

function bytesOf(hex: string): number[] {
  const clean = hex.replace(/[^0-9a-f]/gi, '')
  const bytes: number[] = []
  for (let i = 0; i + 1 < clean.length; i += 2) bytes.push(Number.parseInt(clean.slice(i, i + 2), 16))
  return bytes
}

const shown = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')

export function hexRows(hex: string, perRow = 16): HexRow[] {
  const bytes = bytesOf(hex)
  const rows: HexRow[] = []
  for (let i = 0; i < bytes.length; i += perRow) {
    const part = bytes.slice(i, i + perRow)
    rows.push({
      offset: i.toString(16).padStart(4, '0'),
      bytes: part.map((b) => b.toString(16).padStart(2, '0')).join(' ').padEnd(perRow * 3 - 1),
      text: part.map(shown).join(''),
    })
  }
  return rows
}

/** The frame as text where it is text (HJ 212 is); empty where it is binary. */
export function hexToText(hex: string): string {
  const bytes = bytesOf(hex)
  const strange = bytes.filter((b) => !(b >= 32 && b < 127) && b !== 13 && b !== 10 && b !== 9).length
  if (bytes.length === 0 || strange > bytes.length * 0.02) return ''
  return bytes.map((b) => (b === 13 || b === 10 ? '' : shown(b))).join('')
}

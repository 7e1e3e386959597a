/** Labels on a line without overlaps: each gets the first row where it fits, or is left out. */

export interface LabelWish {
  x: number
  text: string
  /** Greater goes first. */
  priority: number
}

export interface LabelSpot {
  /** Index of the wish. */
  index: number
  x: number
  row: number
  anchor: 'start' | 'middle' | 'end'
}

/** Width of a text in em: CJK characters are square, Latin ones about half. */
export function textEm(text: string): number {
  let em = 0
  for (const character of text) em += /[\u2e80-\u9fff\uf900-\uffef]/.test(character) ? 1 : 0.57
  return em
}

export function layLabels(
  wishes: LabelWish[],
  options: { left: number; right: number; rows: number; fontPx: number; gapPx?: number },
): LabelSpot[] {
  const { left, right, rows, fontPx, gapPx = 8 } = options
  const taken: [number, number][][] = Array.from({ length: rows }, () => [])
  const spots: LabelSpot[] = []
  const order = wishes.map((_, index) => index).sort((a, b) => wishes[b]!.priority - wishes[a]!.priority)
  for (const index of order) {
    const wish = wishes[index]!
    const width = textEm(wish.text) * fontPx
    if (width > right - left) continue
    let from = wish.x - width / 2
    let anchor: LabelSpot['anchor'] = 'middle'
    if (from < left) [from, anchor] = [left, 'start']
    else if (from + width > right) [from, anchor] = [right - width, 'end']
    const to = from + width
    const row = taken.findIndex((spans) => spans.every(([a, b]) => to + gapPx <= a || from >= b + gapPx))
    if (row < 0) continue
    taken[row]!.push([from, to])
    const x = anchor === 'start' ? from : anchor === 'end' ? to : wish.x
    spots.push({ index, x, row, anchor })
  }
  return spots
}

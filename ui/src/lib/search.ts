/** Search by name in both languages, code, and pinyin initials (`wzqn` finds 王庄桥南). */

// Where each initial begins in pinyin order: the first common character of every letter.
const BOUNDARIES = [
  ['a', '阿'], ['b', '八'], ['c', '嚓'], ['d', '哒'], ['e', '妸'], ['f', '发'], ['g', '旮'], ['h', '哈'],
  ['j', '讥'], ['k', '咔'], ['l', '垃'], ['m', '痳'], ['n', '拏'], ['o', '噢'], ['p', '妑'], ['q', '七'],
  ['r', '呥'], ['s', '扨'], ['t', '它'], ['w', '穵'], ['x', '夕'], ['y', '丫'], ['z', '帀'],
] as const

const collator = new Intl.Collator('zh-CN-u-co-pinyin')

/** Pinyin initial of a Chinese character; letters and digits stand for themselves, the rest is dropped. */
export function initialOf(character: string): string {
  if (/[a-z0-9]/i.test(character)) return character.toLowerCase()
  if (!/\p{Script=Han}/u.test(character)) return ''
  let found = ''
  for (const [letter, first] of BOUNDARIES) {
    if (collator.compare(character, first) >= 0) found = letter
    else break
  }
  return found
}

export const initials = (text: string): string => [...text].map(initialOf).join('')

export interface Entry {
  kind: string
  code: string
  name_zh: string
  name_en: string
  href: string
}

/** How well an entry answers a query; 0 is not at all. */
export function matchScore(entry: Entry, query: string): number {
  const wanted = query.trim().toLowerCase()
  if (!wanted) return 0
  const names = [entry.name_zh.toLowerCase(), entry.name_en.toLowerCase(), entry.code.toLowerCase()]
  if (names.some((name) => name === wanted)) return 5
  if (names.some((name) => name.startsWith(wanted))) return 4
  if (names.some((name) => name.includes(wanted))) return 3
  const letters = initials(entry.name_zh)
  if (letters === wanted) return 3
  if (letters.startsWith(wanted)) return 2
  return wanted.length > 1 && letters.includes(wanted) ? 1 : 0
}

export function search(entries: Entry[], query: string, limit = 12): Entry[] {
  return entries
    .map((entry) => ({ entry, score: matchScore(entry, query) }))
    .filter((row) => row.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map((row) => row.entry)
}

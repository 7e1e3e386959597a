import { describe, expect, it } from 'vitest'

import { initials, search, type Entry } from '@/lib/search'

const entry = (code: string, name_zh: string, name_en: string): Entry => ({ kind: 'section', code, name_zh, name_en, href: `/section/${code}` })
const ENTRIES = [
  entry('sec-wzqn', '王庄桥南', 'Wangzhuang Bridge South'),
  entry('sec-haocun', '郝村', 'Haocun'),
  entry('wq-xiangle', '香乐桥水质站', 'Xiangle Bridge station'),
]

describe('search', () => {
  it('reads pinyin initials', () => {
    expect(initials('王庄桥南')).toBe('wzqn')
    expect(initials('潇河')).toBe('xh')
    expect(initials('昌源河 2')).toBe('cyh2')
  })

  it('finds by initials, by either name, by code', () => {
    expect(search(ENTRIES, 'wzqn')[0]?.code).toBe('sec-wzqn')
    expect(search(ENTRIES, 'xlq')[0]?.code).toBe('wq-xiangle')
    expect(search(ENTRIES, '郝')[0]?.code).toBe('sec-haocun')
    expect(search(ENTRIES, 'bridge')).toHaveLength(2)
    expect(search(ENTRIES, 'sec-haocun')[0]?.code).toBe('sec-haocun')
  })

  it('puts the exact name before what only contains it', () => {
    const rows = [entry('a', '汾河三坝', 'Third weir'), entry('b', '汾河', 'Fen')]
    expect(search(rows, '汾河').map((row) => row.code)).toEqual(['b', 'a'])
  })

  it('finds nothing for nothing', () => {
    expect(search(ENTRIES, '  ')).toEqual([])
    expect(search(ENTRIES, 'zzzz')).toEqual([])
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { messages } from '@/phone/words'

type Tree = { [key: string]: string | Tree }
function leaves(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [path + key] : leaves(value, `${path}${key}.`),
  )
}
const [zh, en] = [leaves(messages['zh-CN'] as Tree), leaves(messages.en as Tree)]
const folder = join(__dirname, '../src/phone')

describe('texts of the phone', () => {
  it('has the same keys in both languages', () => {
    expect(zh.filter((key) => !en.includes(key))).toEqual([])
    expect(en.filter((key) => !zh.includes(key))).toEqual([])
  })

  it('knows every key that a page asks for by name', () => {
    const known = new Set(zh)
    const missing = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(vue|ts)$/.test(name))
      .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/\bt\(\s*'([\w.]+)'/g)].map((match) => `${name}: ${match[1]}`))
      .filter((line) => !known.has(line.split(': ')[1]!))
    expect(missing).toEqual([])
  })
})

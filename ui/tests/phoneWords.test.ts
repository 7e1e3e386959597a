import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it, vi } from 'vitest'

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
vi.stubGlobal('document', { documentElement: { classList: { toggle: () => undefined } } })
const { i18n } = await import('@/phone/say')

type Tree = { [key: string]: string | Tree }
function leaves(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [path + key] : leaves(value, `${path}${key}.`),
  )
}
const messages = i18n.global.messages.value as unknown as Record<'zh-CN' | 'en', Tree>
const [zh, en] = [leaves(messages['zh-CN']), leaves(messages.en)]
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

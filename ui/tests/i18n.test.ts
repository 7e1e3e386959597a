import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { flatKey, messages, type Tree } from '@/i18n'

function leaves(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const here = path ? `${path}.${key}` : key
    if (typeof value === 'string') found.set(here, value)
    else for (const [inner, text] of leaves(value, here)) found.set(inner, text)
  }
  return found
}

const zh = leaves(messages['zh-CN'])
const en = leaves(messages.en)

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort()

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return ['i18n', 'phone'].includes(entry.name) ? [] : sources(path)
    return /\.(vue|ts)$/.test(entry.name) ? [path] : []
  })
}

describe('texts', () => {
  it('has the same keys in both languages', () => {
    expect([...zh.keys()].filter((key) => !en.has(key))).toEqual([])
    expect([...en.keys()].filter((key) => !zh.has(key))).toEqual([])
  })

  it('has no empty text', () => {
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('fills the same holes in both languages, except where a language leaves one out on purpose', () => {
    const different = [...zh].filter(([key, text]) => {
      const extra = holes(en.get(key)!).filter((hole) => !holes(text).includes(hole))
      return extra.length > 0
    })
    expect(different).toEqual([])
  })

  it('knows every key that a page asks for by name', () => {
    const missing: string[] = []
    for (const path of sources(join(__dirname, '../src'))) {
      const text = readFileSync(path, 'utf8')
      for (const match of text.matchAll(/\bt\(\s*'([\w.]+)'|keypath="([\w.]+)"/g)) {
        const key = match[1] ?? match[2]!
        if (!zh.has(key)) missing.push(`${path}: ${key}`)
      }
      for (const match of text.matchAll(/title: '([\w]+\.[\w.]+)'/g)) {
        if (path.endsWith('router.ts') && !zh.has(match[1]!)) missing.push(`${path}: ${match[1]}`)
      }
    }
    expect(missing).toEqual([])
  })

  it('shouts nowhere and never says oops', () => {
    expect([...zh, ...en].filter(([, text]) => /[!！]|oops/i.test(text))).toEqual([])
  })

  it('turns a key of the server into one level', () => {
    expect(flatKey('case.title.pollution')).toBe('key.case_title_pollution')
  })
})

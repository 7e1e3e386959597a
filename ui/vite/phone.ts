/** What the walker's page needs of the build: a service worker that knows every file of it, and files made small once. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

import type { Plugin, Rolldown } from 'vite'

const PAGE = 'm.html'
const SHARED = ['icon.svg', 'icon-192.png', 'manifest.webmanifest']
const WORKER = new URL('./sw.js', import.meta.url)

/** The entry of the page with all that it imports, and their style sheets. */
function filesOf(bundle: Rolldown.OutputBundle): string[] {
  const chunks = Object.values(bundle).filter((one): one is Rolldown.OutputChunk => one.type === 'chunk')
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const entry = chunks.find((chunk) => chunk.isEntry && chunk.facadeModuleId?.endsWith(PAGE))
  if (!entry) throw new Error(`the build has no ${PAGE}`)
  const found = new Set<string>()
  const add = (name: string): void => {
    const chunk = byName.get(name)
    if (!chunk || found.has(name)) return
    found.add(name)
    for (const css of chunk.viteMetadata?.importedCss ?? []) found.add(css)
    chunk.imports.forEach(add)
  }
  add(entry.fileName)
  return [...found].sort()
}

/** Write `sw.js` beside the pages: the same files give the same worker, so phones fetch nothing that has not changed. */
export function serviceWorker(): Plugin {
  let base = '/'
  let files: string[] = []
  return {
    name: 'phone-service-worker',
    apply: 'build',
    configResolved: (config) => void (base = config.base),
    generateBundle: (_options, bundle) => void (files = filesOf(bundle as unknown as Rolldown.OutputBundle)),
    writeBundle(options) {
      const folder = options.dir!
      const hash = createHash('sha256')
      for (const name of [...files, PAGE, ...SHARED]) hash.update(readFileSync(join(folder, name)))
      const text = readFileSync(WORKER, 'utf8')
        .replace('__VERSION__', hash.digest('hex').slice(0, 12))
        .replace('__FILES__', JSON.stringify([...files, ...SHARED].map((name) => base + name)))
      writeFileSync(join(folder, 'sw.js'), text)
    },
  }
}

/** Keep every text file of the pages compressed beside itself; the server chooses by what the browser takes. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    enforce: 'post',
    closeBundle() {
      const folder = this.environment.config.build.outDir
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const path = join(folder, name)
        if (!/\.(js|mjs|css|svg|webmanifest|json)$/.test(name) || statSync(path).size < 1024) continue
        const bytes = readFileSync(path)
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
      }
    },
  }
}

/** Bundle the queue with its process for `tests/web/ground/phone`: node bundle.mjs OUT_FOLDER. */

import { fileURLToPath, URL } from 'node:url'

import { build } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

await build({
  configFile: false,
  root: here('../..'),
  logLevel: 'error',
  publicDir: false,
  resolve: { alias: { '@': here('../../src') } },
  ssr: { noExternal: true },
  build: { ssr: here('./process.ts'), outDir: process.argv[2], minify: false, emptyOutDir: false },
})

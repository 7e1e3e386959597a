import { fileURLToPath, URL } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

import { compressed, serviceWorker } from './vite/phone'

const backend = process.env.RIVERCHIEF_BACKEND ?? 'http://127.0.0.1:8000'

export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/static/ui/' : '/',
  plugins: [vue(), serviceWorker(), compressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../src/riverchief/web/static/ui',
    emptyOutDir: true,
    manifest: true,
    // village phones are old, and so is the browser inside their messengers
    target: ['chrome87', 'safari14'],
    rolldownOptions: {
      input: { desk: fileURLToPath(new URL('./index.html', import.meta.url)), phone: fileURLToPath(new URL('./m.html', import.meta.url)) },
    },
    // maplibre-gl alone is larger than the default; it is a chunk of its own, loaded with the first map
    chunkSizeWarningLimit: 1400,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/live', '/media'].map((path) => [path, { target: backend, changeOrigin: false }]),
    ),
  },
  test: { environment: 'node', include: ['tests/**/*.test.ts'] },
}))

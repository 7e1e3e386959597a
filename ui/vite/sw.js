/* The walker's page without signal: its own files from the phone, everything else from the network. */
const CACHE = 'riverchief-phone-__VERSION__'
const PAGE = '/m'
const FILES = __FILES__

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([...FILES, new Request(PAGE, { cache: 'reload' })]))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('riverchief-phone-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  // the scope is a prefix, so that /map and /mission lie in it too; they are not this worker's
  const page = request.mode === 'navigate' && (url.pathname === PAGE || url.pathname.startsWith(`${PAGE}/`))
  if (!page && !FILES.includes(url.pathname)) return
  event.respondWith(caches.match(page ? PAGE : url.pathname, { ignoreVary: true }).then((kept) => kept ?? fetch(request)))
})

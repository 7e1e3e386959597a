/**
 * DEV ONLY. Answers the API with invented data on the real basin folder, and serves the built pages, so that
 * pages can be drawn without the platform. `npm run mock`, then http://127.0.0.1:8090 (or `npm run dev:mock`).
 */
import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'

import * as basin from './basin.mjs'
import * as incident from './incident.mjs'
import * as river from './river.mjs'
import * as standing from './standing.mjs'

const PORT = Number(process.env.MOCK_PORT ?? 8090)
const BUILT = new URL('../../../src/riverchief/web/static/ui/', import.meta.url)
const list = (items) => ({ items, total: items.length })
const USERS = ['prefecture:晋中市河长办:Jinzhong office', 'county:祁县河长办:Qi county office', 'department:生态环境局 王工:Ecology bureau', 'chief:祁县段河长:Chief of the Qi stretch', 'guard:巡河员 刘:Guard Liu', 'auditor:审计:Auditor']
  .map((row) => row.split(':')).map(([role, name_zh, name_en]) => ({ username: role, password: 'demo', role, name_zh, name_en }))
let user = null

const session = () => ({ user, simulated: true, clock: { now: river.iso(river.nowMs()), speed: river.SPEED }, basin: { code: 'jinzhong', name_zh: '晋中市河流', name_en: 'Rivers of Jinzhong', bbox: basin.bbox, review_number: '' }, csrf: 'mock' })
const responsible = (reach) => basin.duties.filter((d) => d.reach === reach).map((d) => basin.chiefs.find((c) => c.code === d.chief)).filter(Boolean).slice(0, 3)

function sectionPage(code) {
  const s = basin.sections.find((row) => row.code === code)
  if (!s) return null
  const now = river.sectionNow(s, river.nowMs())
  const word = !now.class ? 'unknown' : now.on_target ? 'ok' : 'bad'
  return {
    section: { ...basin.place(code).properties, lon: Number(s.lon), lat: Number(s.lat) }, target_class: Number(s.target_class),
    sentence: { key: `section.sentence.${word}`, params: { class: now.class, target: Number(s.target_class), deciding: now.deciding, since: river.iso(river.nowMs() - 61 * 3600e3) } },
    now: now.class ? { ...now, edition: 'GB 3838-2002', why: { zh: '总磷高于Ⅲ类限值。', en: 'Total phosphorus is above the class III limit.' }, missing: ['codmn'] } : null,
    calendar: Array.from({ length: 12 }, (_, i) => ({ month: `2026-${String(i + 1).padStart(2, '0')}`, class: i > 10 ? 0 : 2 + ((i * 7) % 4), n: 180 })),
    thresholds: river.thresholds, instrument: { ok: true, notes: [], n_day: 96 }, responsible: responsible(s.reach), alerts: code === 'sec-xiangle' ? [incident.alert] : [], cases: incident.cases.slice(0, 2),
  }
}
const today = () => ({ role: user.role, done_count: 4, items: [
  { kind: 'case', id: incident.C, title_key: 'today.case.handle', params: { number: '2026-00312', severity: 3 }, place: basin.place('works-qixian-2').properties, due: incident.cases[0].due, overdue: false, action_key: 'handle', href: `/case/${incident.C}` },
  { kind: 'verify', id: 'case-02MOCK', title_key: 'today.verify.verify', params: { number: '2026-00307' }, place: basin.place('out-xiangle').properties, due: incident.cases[1].due, overdue: true, action_key: 'verify', href: '/case/case-02MOCK' },
  { kind: 'alert', id: incident.alert.id, title_key: 'today.alert.open', params: { station_zh: '香乐桥水质站', station_en: 'Xiangle Bridge station', property: 'tp' }, place: null, due: null, overdue: false, action_key: 'open', href: `/alert/${incident.alert.id}` },
  { kind: 'finding', id: 'finding-01MOCK', title_key: 'today.finding.review', params: {}, place: basin.place('works-qixian-2').properties, due: null, overdue: false, action_key: 'review', href: `/mission/${incident.mission.id}` },
  { kind: 'instrument', id: 'alert-01MOCKSENSOR', title_key: 'today.instrument.check', params: { station_zh: '贾令桥水质站', station_en: 'Jialing station', property: 'ph' }, place: null, due: null, overdue: false, action_key: 'check', href: '/alert/alert-01MOCKSENSOR' },
] })
const score = { id: 'score-01', sheet: 'chief-monthly', chief: basin.chiefs[8], month: '2026-11', at: river.iso(river.nowMs()), points: 86.5, max: 100 }
const health = () => ({ now: river.iso(river.nowMs()), processes: { web: { pid: 210, starts: 1, last_exit: null }, worker: { pid: null, starts: 3, last_exit: 1 } }, events: 512, last_reading_known_at: river.iso(river.nowMs() - 60e3), links: [{ link: 'judge-section', position: 512 }, { link: 'trace-alert', position: 509 }], failures: [], failures_total: 0, schedules: [{ name: 'close-quiet-alerts', last_at: river.iso(river.nowMs() - 600e3), due_at: river.iso(river.nowMs() + 300e3) }], audit: { entries: 88, broken_at: null } })

const ms = (text, otherwise) => (text ? Date.parse(text) : otherwise)
const routes = [
  ...standing.routes,
  [/^\/session\/demo-users$/, () => list(USERS)],
  [/^\/session$/, (q, m, method, body) => {
    if (method === 'POST') user = USERS.find((u) => u.username === body.username && u.password === body.password) ?? null
    if (method === 'DELETE') user = null
    if (method !== 'GET') return Object.assign(user || method === 'DELETE' ? session() : { status: 403, code: 'not_allowed', sentence: 'name or password is wrong.' }, { cookie: user?.username ?? '' })
    return session()
  }],
  [/^\/today$/, today],
  [/^\/basin\/network$/, () => basin.network],
  [/^\/basin\/places$/, () => basin.places],
  [/^\/basin\/chiefs$/, () => list(basin.chiefs.map((c) => ({ ...c, assumed: true, intervals: basin.duties.filter((d) => d.chief === c.code) })))],
  [/^\/cloud\/state$/, (q) => ({ ...river.state(ms(q.get('at'), river.nowMs())), alerts: incident.alerts, cases: incident.cases })],
  [/^\/cloud\/sections$/, () => list(basin.sections.map((s) => ({ ...basin.place(s.code).properties, ...river.sectionNow(s, river.nowMs()) })))],
  [/^\/cloud\/sections\/([^/]+)\/classes$/, (q, m) => {
    const s = basin.sections.find((row) => row.code === m[1])
    const points = []
    for (let t = Math.ceil(ms(q.get('start')) / 14400e3) * 14400e3; s?.station && t < Math.min(ms(q.get('end')), river.nowMs()); t += 14400e3) points.push([t / 1000, river.sectionNow(s, t).class, []])
    return { points }
  }],
  [/^\/cloud\/sections\/([^/]+)$/, (q, m) => sectionPage(m[1])],
  [/^\/cloud\/series$/, (q) => river.series(q.get('place'), q.get('property'), ms(q.get('start')), ms(q.get('end')))],
  [/^\/cloud\/frames$/, (q) => list(incident.frames(Number(q.get('limit') ?? 10)))],
  [/^\/cloud\/alerts$/, () => list(incident.alerts)],
  [/^\/cloud\/alerts\/alert-01MOCKSENSOR$/, () => ({ alert: { ...incident.alerts[1], unit: '1', why: { zh: '读数超出量程', en: 'out of range' } }, trace: null, forecast: { items: [], front: [] }, mission: null, case: null, steps: incident.steps().slice(0, 2) })],
  [/^\/cloud\/alerts\/([^/]+)$/, () => incident.alertPage()],
  [/^\/sky\/missions$/, () => list([incident.mission])],
  [/^\/sky\/missions\/([^/]+)$/, () => incident.missionPage()],
  [/^\/sky\/photos\/([^/]+)\/findings$/, () => incident.findings[0]],
  [/^\/ground\/cases$/, () => list(incident.cases)],
  [/^\/ground\/cases\/([^/]+)$/, (q, m) => incident.casePage(m[1])],
  [/^\/ground\/patrols$/, () => list([])],
  [/^\/govern\/scores$/, () => list([score])],
  [/^\/govern\/scores\/([^/]+)$/, () => ({ ...score, items: [{ code: 'patrol', name_zh: '日常巡河', name_en: 'Patrols', points: 36.5, max: 40, formula: '40 * min(1, patrols_done / patrols_due)', inputs: [{ name: 'patrols_done', value: 11, records: [{ id: 'patrol-01', href: null, label: '' }] }, { name: 'patrols_due', value: 12, records: [] }] }] })],
  [/^\/govern\/projects$/, () => list(basin.projects.map((p) => ({ ...p, start_planned: p.start_planned || null, end_planned: p.end_planned || null, start_actual: p.start_actual || null, end_actual: p.end_actual || null })))],
  [/^\/loop\/explain\/(.+)$/, () => incident.explain()],
  [/^\/loop\/health$/, health],
]

const PHOTO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><rect width="400" height="300" fill="#7c8a5c"/><path d="M-10 200C90 120 180 240 410 90v70C200 300 110 190-10 270z" fill="#5b7480"/><path d="M210 190l30-60" stroke="#41352b" stroke-width="9"/></svg>'
const TYPES = { js: 'text/javascript', mjs: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', html: 'text/html; charset=utf-8' }

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock')
  if (url.pathname === '/live') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    return void response.write('retry: 2000\n\n')
  }
  if (url.pathname === '/mock/photo.svg') return void response.writeHead(200, { 'content-type': TYPES.svg }).end(PHOTO)
  if (url.pathname.startsWith('/api/v1')) {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const path = url.pathname.slice(7)
    user = USERS.find((one) => one.username === /mock=(\w+)/.exec(request.headers.cookie ?? '')?.[1]) ?? null
    for (const [pattern, handle] of routes) {
      const match = pattern.exec(path)
      if (!match) continue
      const answer = handle(url.searchParams, match, request.method, text.startsWith('{') ? JSON.parse(text) : {})
      const status = answer === null ? 404 : typeof answer.status === 'number' ? answer.status : 200
      return void response.writeHead(status, { 'content-type': 'application/json', ...(answer?.cookie === undefined ? {} : { 'set-cookie': `mock=${answer.cookie}; Path=/` }) }).end(JSON.stringify(answer ?? { code: 'not_found', sentence: `${path} is not known.` }))
    }
    return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":"not_found","sentence":"not in the mock"}')
  }
  const file = new URL(url.pathname.replace(/^\/static\/ui\//, ''), BUILT)
  const found = url.pathname.startsWith('/static/ui/') && existsSync(file) ? file : new URL('index.html', BUILT)
  if (!existsSync(found)) return void response.writeHead(503).end('npm run build first')
  response.writeHead(200, { 'content-type': TYPES[found.pathname.split('.').pop()] ?? 'application/octet-stream' }).end(readFileSync(found))
}).listen(PORT, '127.0.0.1', () => console.log(`mock at http://127.0.0.1:${PORT}`))

/** The self-check as rows: what was looked at, whether it is well, what was found. */
import type { Health } from '@/api/loop'

export interface HealthRow {
  code: string
  /** null: told, not judged. */
  ok: boolean | null
  key: string
  params: Record<string, unknown>
}

export function healthRows(health: Health): HealthRow[] {
  const rows: HealthRow[] = []
  for (const [name, process] of Object.entries(health.processes)) {
    rows.push({
      code: `process.${name}`,
      ok: process.pid !== null,
      key: process.pid === null ? 'health.stopped' : 'health.running',
      params: { pid: process.pid === null ? '—' : String(process.pid), starts: process.starts },
    })
  }
  rows.push({
    code: 'last_reading',
    ok: health.last_reading_known_at === null ? null : true,
    key: health.last_reading_known_at ? 'health.lastReading' : 'health.noReading',
    params: { at: health.last_reading_known_at },
  })
  for (const link of health.links) {
    // a link that waits for a rare kind of event stands where it last had one: told, not judged
    rows.push({ code: `link.${link.link}`, ok: null, key: 'health.link', params: { position: link.position } })
  }
  rows.push({ code: 'failures', ok: health.failures_total === 0, key: 'health.failures', params: { n: health.failures_total } })
  rows.push({
    code: 'audit',
    ok: health.audit.broken_at === null,
    key: health.audit.broken_at === null ? 'health.auditWhole' : 'health.auditBroken',
    params: { n: health.audit.entries, at: health.audit.broken_at },
  })
  return rows
}

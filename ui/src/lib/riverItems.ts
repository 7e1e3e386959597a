/** Everything that stands on one river, for the longitudinal view. */
import type { CloudState } from '@/api/cloud'
import type { RiverLine, useBasin } from '@/stores/basin'

import { stationsUnderSections } from './map/features'
import type { LongItem } from './longitudinal'
import { pinAge, toSeconds } from './time'

type Basin = Pick<ReturnType<typeof useBasin>, 'places' | 'rivers'>
type Name = (thing: { name_zh: string; name_en: string }) => string

export function riverItems(river: RiverLine, basin: Basin, state: CloudState | null, name: Name, nowS: number): LongItem[] {
  const items: LongItem[] = []
  const watched = basin.places ? stationsUnderSections(basin.places) : new Set<string>()
  for (const { properties: p } of basin.places?.features ?? []) {
    if (p.river !== river.code || p.river_chainage_m === null) continue
    items.push({
      kind: p.kind,
      code: p.code,
      label: watched.has(p.code) ? '' : name(p),
      under: watched.has(p.code),
      atM: p.river_chainage_m,
      ...(p.kind === 'section' ? { class: state?.sections[p.code]?.class ?? 0 } : {}),
      ...(p.kind === 'station' ? { health: state?.stations[p.code]?.health ?? 'silent' } : {}),
    })
  }
  // a tributary joins where its last node is the head of one of this river's reaches
  for (const other of basin.rivers) {
    const mouth = other.reaches[other.reaches.length - 1]?.to_node
    const at = river.reaches.find((reach) => reach.from_node === mouth)
    if (other.code !== river.code && at && at.river_offset_m > 0) {
      items.push({ kind: 'confluence', code: other.code, label: name(other), atM: at.river_offset_m })
    }
  }
  for (const item of state?.cases ?? []) {
    if (item.river !== river.code || item.river_chainage_m == null || item.state === 'closed') continue
    const at = item.river_chainage_m
    const opened = toSeconds(item.opened_at)
    const age = Number.isFinite(opened) ? pinAge(nowS - opened) : ''
    items.push({ kind: 'case', code: item.id, label: item.number, atM: at, severity: item.severity, age })
  }
  for (const item of (state?.alerts ?? []).filter((a) => a.state === 'open')) {
    if (item.river === river.code && item.river_chainage_m !== null) {
      items.push({ kind: 'alert', code: item.id, label: '', atM: item.river_chainage_m })
    }
  }
  return items
}

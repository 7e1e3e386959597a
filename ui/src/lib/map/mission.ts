/** Missions as map collections: planned lines, photographs, what was not covered, findings. Pure. */
import type { Feature } from 'geojson'

import type { MissionPage } from '@/api/sky'

import { collect, point } from './features'

export function missionFeatures(pages: MissionPage[]) {
  const lines: Feature[] = []
  const gaps: Feature[] = []
  const photos: Feature[] = []
  const findings: Feature[] = []
  for (const page of pages) {
    lines.push(...(page.lines?.features ?? []).filter((f) => /LineString/.test(f.geometry?.type ?? '')))
    gaps.push(...(page.coverage?.gaps?.features ?? []).filter((f) => f.geometry))
    for (const photo of page.photos) {
      if (photo.lon === null || photo.lat === null) continue
      photos.push(point(photo.lon, photo.lat, { kind: 'photo', code: page.mission.id, photo: photo.id, icon: 'photo' }))
    }
    for (const finding of page.findings) {
      if (finding.lon === null || finding.lat === null || finding.state === 'dismissed') continue
      findings.push(point(finding.lon, finding.lat, { kind: 'photo', code: page.mission.id, finding: finding.id, icon: 'finding' }))
    }
  }
  return { lines: collect(lines), gaps: collect(gaps), photos: collect(photos), findings: collect(findings) }
}

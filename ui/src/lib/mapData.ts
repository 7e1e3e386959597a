/** What the map shows: state at a time, traces and forecasts of open alerts, missions with their photographs. */
import { computed, shallowRef, watch, type Ref } from 'vue'

import * as cloud from '@/api/cloud'
import * as sky from '@/api/sky'
import { useBasin } from '@/stores/basin'
import { useLiveRefresh } from '@/stores/live'
import { useSession } from '@/stores/session'

import { useLoaded } from './async'
import { frontAt, frontTop } from './frontAt'
import { toIso } from './time'

/** Alerts whose trace and forecast are drawn at once; more would hide the river. */
const DRAWN_ALERTS = 3
const DRAWN_MISSIONS = 3

export function useMapData(atS: Ref<number | null>, wanted: { flights: Ref<boolean> }) {
  const basin = useBasin()
  const session = useSession()
  const registry = useLoaded(async () => {
    await basin.load()
    return true
  })

  const askedAt = computed(() => (atS.value !== null && atS.value < session.nowS - 60 ? toIso(atS.value) : null))
  const state = useLoaded(() => cloud.state(askedAt.value), [askedAt])
  const alerts = shallowRef<cloud.AlertPage[]>([])
  const missions = shallowRef<sky.MissionPage[]>([])

  async function readAlerts(): Promise<void> {
    const open = (await cloud.alerts(true)).items.filter((a) => a.kind === 'pollution' || a.kind === 'departure')
    const pages = await Promise.allSettled(open.slice(0, DRAWN_ALERTS).map((a) => cloud.alert(a.id)))
    alerts.value = pages.flatMap((p) => (p.status === 'fulfilled' ? [p.value] : []))
  }

  async function readMissions(): Promise<void> {
    const list = (await sky.missions()).items.slice(0, DRAWN_MISSIONS)
    const pages = await Promise.allSettled(list.map((m) => sky.mission(m.id)))
    missions.value = pages.flatMap((p) => (p.status === 'fulfilled' ? [p.value] : []))
  }

  const quietly = (work: () => Promise<void>) => (): void => void work().catch(() => undefined)
  quietly(readAlerts)()
  watch(wanted.flights, (on) => on && missions.value.length === 0 && quietly(readMissions)(), { immediate: true })
  useLiveRefresh(['reading', 'verdict', 'alert', 'case', 'closure', 'instrument'], () => askedAt.value === null && state.refresh(), 5000)
  useLiveRefresh(['alert', 'trace'], quietly(readAlerts))
  useLiveRefresh(['mission', 'photo', 'finding'], () => wanted.flights.value && quietly(readMissions)())

  const fronts = computed(() => alerts.value.flatMap((page) => page.forecast?.front ?? []))
  const top = computed(() => frontTop(fronts.value))
  const front = computed(() => {
    const when = atS.value ?? session.slowS
    return alerts.value.flatMap((page) => frontAt(page.forecast?.front ?? [], when)?.points ?? [])
  })
  const trace = computed(() => alerts.value.flatMap((page) => page.trace?.reach_probability ?? []))
  return { basin, registry, state, alerts, missions, fronts, front, top, trace }
}

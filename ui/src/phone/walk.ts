/**
 * The patrol that is being walked. Every fix is written down before it is shown, so that a phone that goes out loses
 * none; what was not recorded is a gap with its reason.
 */
import { reactive, toRaw } from 'vue'

import type { LonLat } from '@/api/shapes'

import { nowS } from './clock'
import { outbox, put, queue } from './outbox'
import { emptyShape, GAP_S, grown, VAGUE_M, type Fix, type GapWhy, type Shape } from './track'
import { username } from './who'

/** Fixes of one record. */
const BATCH = 30
/** Points of the path that is drawn; a longer one is thinned by half. */
const DRAWN = 1_500

export type Answer = 'ok' | 'bad' | 'not_looked'

interface Walk {
  id: string
  caseId: string | null
  started_s: number
  shape: Shape
  /** Fixes that are in no record yet. */
  tail: Fix[]
  photos: number
  reports: number
  answers: Record<string, Answer>
  /** Usernames of those who walk along, and how many photographs show all of them. */
  companions: string[]
  together: number
  path: LonLat[]
}

export const walking = reactive({
  walk: null as Walk | null,
  here: null as Fix | null,
  /** Why no position comes: the receiver, or the person's own settings. */
  blind: null as GapWhy | null,
  restored: false,
})

let watching: number | null = null
let why: GapWhy = 'no_signal'
let lock: WakeLockSentinel | null = null
let writing: Promise<unknown> = Promise.resolve()

const KEPT = 'walk'

/** Take up a patrol that was left by a reload, a crash or an empty battery. */
export async function restore(): Promise<void> {
  const kept = (await (await queue()).kept(username.value, KEPT)) as Walk | null | undefined
  walking.walk = kept ? { ...kept, companions: kept.companions ?? [], together: kept.together ?? 0 } : null
  walking.restored = true
  why = 'closed'
  if (kept) listen()
}

/** Start: one tap. Raises StorageFull when not even the start can be kept. */
export async function start(caseId: string | null = null, companions: string[] = []): Promise<void> {
  const started = new Date(nowS() * 1000)
  const item = await put({ kind: 'patrol-start', body: { started_at: started.toISOString(), case: caseId, companions: [...companions] } })
  walking.walk = {
    id: item.id,
    caseId,
    started_s: started.getTime() / 1000,
    shape: emptyShape(),
    tail: [],
    photos: 0,
    reports: 0,
    answers: {},
    companions: [...companions],
    together: 0,
    path: [],
  }
  why = 'no_signal'
  await save()
  listen()
}

/** End the patrol: the last fixes, what was looked at, the gaps that the phone knows of, who walked along. */
export async function finish(): Promise<string> {
  const walk = walking.walk!
  await writing
  await flush(walk)
  const body = {
    finished_at: new Date(nowS() * 1000).toISOString(),
    answers: { ...walk.answers },
    gaps: walk.shape.gaps.map((gap) => ({ ...gap })),
    companions: [...walk.companions],
  }
  await put({ kind: 'patrol-finish', parent: walk.id, body })
  stopListening()
  walking.walk = null
  await (await queue()).keep(username.value, KEPT, null)
  return walk.id
}

export async function answer(code: string, given: Answer): Promise<void> {
  if (!walking.walk) return
  walking.walk.answers[code] = given
  await save()
}

/** Say who walks along; all of them. */
export async function accompany(companions: string[]): Promise<void> {
  if (!walking.walk) return
  walking.walk.companions = [...companions]
  await save()
}

/** Count what was added during the walk. */
export async function added(what: 'photos' | 'reports' | 'together'): Promise<void> {
  if (!walking.walk) return
  walking.walk[what] += 1
  await save()
}

/** Listen to the receiver, also without a patrol: a report needs a place. */
export function listen(): void {
  if (watching !== null || !('geolocation' in navigator)) return
  watching = navigator.geolocation.watchPosition(onFix, onError, { enableHighAccuracy: true, maximumAge: 0, timeout: 30_000 })
  if (walking.walk) void stayAwake()
}

export function stopListening(): void {
  if (watching !== null) navigator.geolocation.clearWatch(watching)
  watching = null
  void lock?.release()
  lock = null
}

function onFix(position: GeolocationPosition): void {
  const { longitude, latitude, accuracy, speed } = position.coords
  const round = (value: number, digits: number): number => Number(value.toFixed(digits))
  const fix: Fix = [
    round(nowS(), 3),
    round(longitude, 7),
    round(latitude, 7),
    round(accuracy, 1),
    speed === null || Number.isNaN(speed) ? null : round(speed, 2),
    0,
  ]
  walking.here = fix
  walking.blind = null
  writing = writing.then(() => record(fix)).catch(() => undefined) // `outbox.full` says so on every page
}

async function record(fix: Fix): Promise<void> {
  const walk = walking.walk
  if (!walk || (walk.shape.last && fix[0] <= walk.shape.last[0])) return
  const anchor = walk.shape.anchor
  walk.shape = grown(walk.shape, fix, why)
  why = document.visibilityState === 'hidden' ? 'hidden' : 'no_signal'
  walk.tail.push(fix)
  if (fix[3] <= VAGUE_M && walk.shape.anchor !== anchor) walk.path.push([fix[1], fix[2]])
  if (walk.path.length > DRAWN) walk.path = walk.path.filter((_, i) => i % 2 === 0)
  if (walk.tail.length >= BATCH) await flush(walk)
  else await save()
}

/** Make a record of the fixes that wait. Where it does not fit they stay, and are tried again with the next one. */
async function flush(walk: Walk): Promise<void> {
  if (walk.tail.length) {
    const points = walk.tail.map((fix) => [...toRaw(fix)])
    const body = { n: points.length, system: 'wgs84', points }
    await put({ kind: 'track', parent: walk.id, body })
    walk.tail = []
  }
  await save()
}

/** Write the walk down as it stands. */
async function save(): Promise<void> {
  if (!walking.walk) return
  try {
    await (await queue()).keep(username.value, KEPT, JSON.parse(JSON.stringify(walking.walk)))
  } catch (error) {
    outbox.full = true
    throw error
  }
}

function onError(error: GeolocationPositionError): void {
  walking.blind = error.code === error.PERMISSION_DENIED ? 'denied' : 'no_signal'
  why = walking.blind
}

/** Ask the phone to stay awake: asleep, a page records nothing. */
async function stayAwake(): Promise<void> {
  if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return
  lock = await navigator.wakeLock.request('screen').catch(() => null)
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') why = 'hidden'
  else if (walking.walk) void stayAwake()
})

/** Seconds since the last fix, where that is long enough to be a gap; else null. */
export function silence(at_s: number): number | null {
  const last = walking.walk?.shape.last?.[0] ?? walking.walk?.started_s
  return last !== undefined && at_s - last > GAP_S ? at_s - last : null
}

/** The day as it was told last; kept on the phone for where there is no signal. */
import { reactive } from 'vue'

import { ApiError } from '@/api/client'

import { told } from './clock'
import { readDay, type Day } from './day'
import { queue } from './outbox'
import { username, who } from './who'

export const duties = reactive({ day: null as Day | null, asking: false, asked: false })

const KEPT = 'day'

export async function loadDay(): Promise<void> {
  const name = username.value
  const found = await queue()
  duties.day ??= ((await found.kept(name, KEPT)) as Day | null | undefined) ?? null
  if (duties.asking || who.standing === 'signed-out') return void (duties.asked = true)
  duties.asking = true
  try {
    const day = await readDay()
    told(day.now, day.speed)
    if (day.username === name && username.value === name) {
      duties.day = day
      await found.keep(name, KEPT, day)
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error // without signal the kept day stands
  } finally {
    duties.asking = false
    duties.asked = true
  }
}

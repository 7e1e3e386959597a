/** Steps of cases that this phone has noted and not yet handed in, so that nobody does one twice. */
import type { DayCase } from './day'
import { put, queue } from './outbox'
import type { Item } from './queue'
import { username } from './who'

/** Note a step; the server takes it when it arrives, or says who was quicker. */
export async function noteStep(item: DayCase, action: string, words: { note: string; reason: string }): Promise<void> {
  const body = { case: item.id, action, ...words, seen_state: item.state }
  await put({ kind: 'case-action', body })
}

/** What waits on this phone of one kind. */
export async function waitingOf(kind: Item['kind']): Promise<Item[]> {
  const items = await (await queue()).items(username.value)
  return items.filter((one) => one.kind === kind && one.state === 'waiting')
}

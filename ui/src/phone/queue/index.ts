export { type Options, openQueue, type Queue } from './queue'
export { type Batch, fetchTransport, type Receipt, type SentFile, type Transport, TransportError } from './transport'
export { type ClockName, type Counts, type Draft, IdTaken, type Item, type Kind, type Stop, StorageFull } from './types'
export type { Uploaded } from './types'

import { get, post } from './client'
import type { Items, Named } from './shapes'

export interface Message {
  id: string
  key: string
  text: { zh: string; en: string } | null
  subject: string | null
  severity: number
  at: string
  read_at: string | null
}

export interface Delivery extends Message {
  to: Named & { username: string }
  state: 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
  channel: string | null
  due_at: string | null
  sent_at: string | null
  delivered_at: string | null
  tries: number
  attempts: { channel: string; at: string; ok: boolean; why?: string }[]
  why: string | null
}

export interface Deliveries extends Items<Delivery> {
  states: Record<string, number>
  channels: string[]
  faults: string[]
}

export const mine = (unread = false): Promise<Items<Message> & { unread: number }> => get('/messages', { unread, limit: 100 })
export const read = (ids: string[] = []): Promise<{ unread: number }> => post('/messages/read', { ids })
export const deliveries = (state: string): Promise<Deliveries> => get('/messages/deliveries', { state })
export const again = (id: string): Promise<Delivery> => post(`/messages/deliveries/${id}/again`)
export const trial = (): Promise<{ sent: boolean; channels: string[] }> => post('/messages/trial')

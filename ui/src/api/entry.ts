import { get, post, remove } from './client'
import type { Role, Session } from './session'
import type { Items, Named } from './shapes'

export interface Who extends Named {
  username: string
  role: Role
  region: string
}

export interface Device {
  id: string
  system: string
  browser: string
  model: string
  way: string
  address: string
  first_seen: string
  last_seen: string
  cut_off_at: string | null
  this: boolean
}

export interface Preferences {
  language: '' | 'zh-CN' | 'en'
  large_type: boolean
  quiet_from: string | null
  quiet_to: string | null
  quiet_default: { from: string; to: string; except_severity: number; confirmed: boolean }
  channels: string[]
}

export interface Passkey {
  id: number
  name: string
  made_at: string
  used_at: string | null
}

export interface Me {
  username: string
  phone: string
  preferences: Preferences
  channels: { name: string; address: boolean }[]
  devices: Device[]
  passkeys: Passkey[]
}

export interface PersonPage extends Who {
  phone: string
  email: string
  addresses: Record<string, string>
  channels: string[]
  ways: string[]
  devices: Device[]
  links: { made_by: string; expires_at: string }[]
}

export interface NewLink extends Who {
  url: string
  qr_svg: string
  expires_at: string
}

export interface Install {
  url: string | null
  qr_svg: string | null
  root: boolean
  fingerprint: string
}

export const askForCode = (phone: string): Promise<{ wait_s: number }> => post('/session/code', { phone })
export const enterByCode = (phone: string, code: string): Promise<Session> => post('/session/code/check', { phone, code })
export const enterByLink = (token: string): Promise<Session> => post('/session/link', { token })
export const askPasskey = (): Promise<unknown> => get('/session/passkey')
export const enterByPasskey = (credential: unknown): Promise<Session> => post('/session/passkey', { credential })
export const askNewPasskey = (): Promise<unknown> => get('/session/passkeys/new')
export const addPasskey = (credential: unknown, name: string): Promise<Passkey> => post('/session/passkeys', { credential, name })
export const removePasskey = (id: number): Promise<Me> => remove(`/session/passkeys/${id}`)
export const me = (): Promise<Me> => get('/session/me')
export const changeMe = (wanted: Partial<Preferences>): Promise<Me> => post('/session/me', wanted)
export const cutOff = (id: string): Promise<Device> => post(`/session/devices/${id}/cut-off`)
export const people = (q: string): Promise<Items<Who & { phone: string }>> => get('/session/people', { q })
export const person = (username: string): Promise<PersonPage> => get(`/session/people/${encodeURIComponent(username)}`)
export const reachPerson = (username: string, given: { phone: string; email: string; addresses: Record<string, string> }): Promise<PersonPage> =>
  post(`/session/people/${encodeURIComponent(username)}`, given)
export const makeLink = (username: string, validH: number): Promise<NewLink> =>
  post(`/session/people/${encodeURIComponent(username)}/links`, { valid_h: validH })
export const install = (): Promise<Install> => get('/session/install')

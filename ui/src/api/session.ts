import { get, post, remove } from './client'
import type { Preferences } from './entry'
import type { Items, Named } from './shapes'

export type Role =
  | 'system'
  | 'prefecture'
  | 'county'
  | 'department'
  | 'chief'
  | 'guard'
  | 'police'
  | 'citizen'
  | 'auditor'

export interface User extends Named {
  username: string
  role: Role
  region: string | null
  chief: string | null
}

export interface BasinInfo extends Named {
  code: string
  bbox: [number, number, number, number]
  review_number: string
}

export interface Session {
  user: User | null
  simulated: boolean
  clock: { now: string; speed: number }
  basin: BasinInfo | null
  csrf: string
  /** Where events come from; another port of the same name. */
  live_url?: string
  /** Ways to sign in that this installation has. */
  ways: string[]
  preferences: Preferences | null
}

export interface DemoUser extends Named {
  username: string
  password: string
  role: Role
}

export const readSession = (): Promise<Session> => get('/session')
/** The code is that of the authenticator application; the server asks for it with `SECOND_FACTOR` where there is one. */
export const signIn = (username: string, password: string, code = ''): Promise<Session> =>
  post('/session', { username, password, code })
export const SECOND_FACTOR = 'rule.second_factor'
export const signOut = (): Promise<void> => remove('/session')
export const demoUsers = (): Promise<Items<DemoUser>> => get('/session/demo-users')

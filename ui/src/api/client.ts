/** One way to the server: JSON in, JSON out, errors as a value that says code, sentence and data. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly sentence: string,
    readonly data: unknown = null,
  ) {
    super(sentence)
    this.name = 'ApiError'
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

const BASE = '/api/v1'
let csrfToken = ''
let onSignedOut: () => void = () => {}
let asked = new AbortController()

/** The token that the session answer carries, for servers that keep the cookie from scripts. */
export function setCsrf(token: string): void {
  csrfToken = token
}

/** Called once when the server says that nobody is signed in any more. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback
}

/** Drop what is still being asked for: whoever signs out waits for no answer. */
export function stopAsking(): void {
  asked.abort()
  asked = new AbortController()
}

export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return BASE + path + (text ? `?${text}` : '')
}

function cookie(name: string): string {
  const found = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`))
  return found ? decodeURIComponent(found.slice(name.length + 1)) : ''
}

/** What every request that changes something says of itself. */
export function writeHeaders(): Record<string, string> {
  return { Accept: 'application/json', 'X-CSRFToken': cookie('csrftoken') || csrfToken }
}

export async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const fields = (body ?? {}) as { code?: string; sentence?: string; data?: unknown; detail?: unknown }
  const sentence = fields.sentence ?? (typeof fields.detail === 'string' ? fields.detail : response.statusText)
  return new ApiError(response.status, fields.code ?? `http_${response.status}`, sentence, fields.data ?? null)
}

async function send<T>(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = method === 'GET' ? { Accept: 'application/json' } : writeHeaders()
  const form = body instanceof FormData
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? null : form ? body : JSON.stringify(body),
      signal: signal ?? asked.signal,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'offline', '')
  }
  if (!response.ok) {
    const error = await failure(response)
    if (error.status === 401) onSignedOut()
    throw error
  }
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  send<T>('GET', apiUrl(path, query), undefined, signal)

export const post = <T>(path: string, body: unknown = {}): Promise<T> => send<T>('POST', apiUrl(path), body)

export const remove = <T>(path: string): Promise<T> => send<T>('DELETE', apiUrl(path))

/** Passkeys in the browser: the server's JSON to what the browser wants, and its answer back to JSON. */

const toBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0))
}

export const toText = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')

export const canUsePasskeys = (): boolean => typeof window !== 'undefined' && window.isSecureContext && 'PublicKeyCredential' in window

type Options = Record<string, unknown> & { challenge: string; user?: { id: string }; allowCredentials?: { id: string }[]; excludeCredentials?: { id: string }[] }

/** What the server asks, with its texts of bytes as bytes. */
export function decoded(asked: unknown): PublicKeyCredentialCreationOptions & PublicKeyCredentialRequestOptions {
  const options = (asked as { publicKey: Options }).publicKey
  const bytes = (list?: { id: string }[]) => list?.map((one) => ({ ...one, id: toBytes(one.id) }))
  return {
    ...options,
    challenge: toBytes(options.challenge),
    ...(options.user ? { user: { ...options.user, id: toBytes(options.user.id) } } : {}),
    ...(options.allowCredentials ? { allowCredentials: bytes(options.allowCredentials) } : {}),
    ...(options.excludeCredentials ? { excludeCredentials: bytes(options.excludeCredentials) } : {}),
  } as unknown as PublicKeyCredentialCreationOptions & PublicKeyCredentialRequestOptions
}

/** A browser's answer as JSON; older browsers have no `toJSON`. */
export function encoded(answer: Credential | null): unknown {
  const key = answer as PublicKeyCredential
  const part = (name: string): string | undefined => {
    const found = (key.response as unknown as Record<string, ArrayBuffer | null | undefined>)[name]
    return found ? toText(found) : undefined
  }
  const names = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
  return {
    id: key.id,
    rawId: toText(key.rawId),
    type: key.type,
    clientExtensionResults: key.getClientExtensionResults(),
    response: Object.fromEntries(names.map((name) => [name, part(name)]).filter(([, text]) => text)),
  }
}

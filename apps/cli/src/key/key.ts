/** A key as the server shows it; `key` itself only at its making. */
export interface ShownKey {
  readonly id: string
  readonly principal: { readonly name: string; readonly kind: 'person' | 'service' }
  readonly role: string
  readonly scope: readonly string[] | null
  readonly state: 'active' | 'expired' | 'revoked'
  readonly createdAt: string
  readonly expiresAt: string | null
}

export interface IssuedKey extends ShownKey {
  readonly key: string
}

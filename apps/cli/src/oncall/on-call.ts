export interface Person {
  readonly id: string
  readonly name: string
}

export interface Shift {
  /** Null: nobody is on call, a gap. */
  readonly person: Person | null
  readonly start: string
  readonly end: string
  readonly because: 'rotation' | 'override' | 'gap'
}

/** Who is on call in a schedule at an instant. */
export interface OnCall {
  readonly schedule: string
  readonly timeZone: string
  readonly shift: Shift
  /** Null when it is further ahead than the server looks. */
  readonly next: Shift | null
}

export interface Override {
  readonly id: string
  readonly schedule: string
  readonly person: Person
  readonly start: string
  readonly end: string
  readonly author: string
  readonly reason: string
}

export interface Policy {
  readonly name: string
  readonly severities: readonly string[]
  readonly steps: readonly { readonly notify: readonly string[]; readonly escalateAfterMs: number }[]
  readonly repeat: number
}

/** What the API answers where everything fits one page. */
export interface Items<T> {
  readonly items: readonly T[]
}

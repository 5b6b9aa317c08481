import type { Actor } from '@akashic/shared/audit'
import type { Principal } from '@akashic/shared/identity'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import { OpsError } from '@akashic/shared/errors'
import { requireRole } from '@akashic/shared/access'
import { addAudit } from '../audit/audit.ts'
import { checkedTitle, refuse } from '../incident/text.ts'
import type { OnCallDeps } from '../oncall/on-call-deps.ts'
import { fits, patternProblem, type Matcher, type Silence } from './silence.ts'
import * as store from './store.ts'

export interface NewSilence {
  readonly matchers: readonly Matcher[]
  readonly reason: string
  /** Null: now. */
  readonly startMs: number | null
  readonly endMs: number
}

const longestMs = 7 * 86_400_000
const longestReason = 500
const mostMatchers = 20
const longestName = 200
const longestValue = 1_000
const longestAheadMs = 366 * 86_400_000

/** Mutes what matches, until its end, at most seven days after its beginning.
 *  @throws OpsError invalid_argument, or permission_denied below operator and for keys that are limited to components. */
export async function addSilence(
  { db, clock }: Pick<OnCallDeps, 'db' | 'clock'>,
  actor: Actor,
  asked: NewSilence,
): Promise<Silence> {
  requireSilencer(actor.principal)
  const nowMs = clock.now()
  const startMs = Math.max(asked.startMs ?? nowMs, nowMs)
  const matchers = checkedMatchers(asked.matchers)
  const reason = checkedTitle('reason', asked.reason, longestReason)
  if (!(startMs <= nowMs + longestAheadMs)) refuse('start', 'must be an instant, at most 366 days ahead')
  if (!(asked.endMs > startMs)) refuse('end', 'must be in the future, and after start')
  if (asked.endMs - startMs > longestMs) refuse('end', 'must be at most 7 days after start')
  return db.transaction(async (tx) => {
    const silence = await store.insert(tx, {
      ...{ id: uuidv7(nowMs), matchers, reason, startMs, endMs: asked.endMs },
      ...{ author: actor.principal.name, createdAtMs: nowMs },
    })
    await note(tx, actor, silence, 'silence.add', nowMs)
    return silence
  })
}

/** @throws OpsError invalid_argument for what is no matcher, and for matchers that fit everything. */
export function checkedMatchers(matchers: readonly Matcher[]): readonly Matcher[] {
  if (matchers.length === 0) refuse('matchers', 'must not be empty')
  if (matchers.length > mostMatchers) refuse('matchers', `must not be more than ${mostMatchers}`)
  matchers.forEach(({ name, value, isRegex }, index) => {
    if (!isLabelText(name, longestName) || name === '') {
      refuse(`matchers/${index}/name`, 'must be the name of a label')
    }
    if (value.length > longestValue)
      refuse(`matchers/${index}/value`, `must not be longer than ${longestValue} characters`)
    if (!isLabelText(value, longestValue)) refuse(`matchers/${index}/value`, 'must be well-formed text')
    const problem = isRegex ? patternProblem(value) : null
    if (problem !== null) refuse(`matchers/${index}/value`, problem)
  })
  if (matchers.every((matcher) => fits(matcher, ''))) {
    refuse('matchers', 'must have one that does not fit what lacks the label: these would mute everything')
  }
  return matchers
}

/** @throws OpsError permission_denied: a silence is about whatever it fits, not about some components. */
export function requireSilencer(principal: Principal): void {
  requireRole(principal, 'operator')
  if (principal.scope === undefined) return
  throw new OpsError('permission_denied', 'This needs a key that is not limited to some components.')
}

const isLabelText = (text: string, longest: number): boolean =>
  text.length <= longest && !text.includes('\0') && text.isWellFormed()

export async function note(
  tx: Transaction,
  actor: Actor,
  silence: Silence,
  action: string,
  nowMs: number,
): Promise<void> {
  const { id, matchers, reason, endMs } = silence
  const detail = { matchers: matchers.map(inWords), reason, end: new Date(endMs).toISOString() }
  await addAudit(tx, nowMs, actor, [{ action, subject: id, detail }])
}

const inWords = ({ name, value, isRegex, isEqual }: Matcher): string =>
  `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}${value}`
